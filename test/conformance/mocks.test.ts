import { createMockWaybill } from '@waybill/sdk/mocks'
import { setupServer } from 'msw/node'
import { conform } from './conform.ts'

const baseUrl = 'http://waybill.localhost'

conform({
  name: 'mocks',
  async start() {
    const mock = createMockWaybill({ baseUrl, token: 'a-valid-token' })
    const server = setupServer(...mock.handlers)
    server.listen()
    return {
      baseUrl,
      fetch: (...request) => fetch(...request),
      async stop() {
        server.close()
        mock.reset()
      },
    }
  },
})

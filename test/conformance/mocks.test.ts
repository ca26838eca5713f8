import { createMockWaybill } from '@waybill/sdk/mocks'
import { setupServer } from 'msw/node'
import { conform } from './conform.ts'

const baseUrl = 'http://waybill.localhost'

conform({
  name: 'mocks',
  async start() {
    const crashingChannel = 'crashing'
    const mock = createMockWaybill({
      subscriptions: { 'from-file': {} },
      baseUrl,
      token: 'a-valid-token',
      channels: [crashingChannel],
    })
    mock.failItem(({ channel, data }) => channel === crashingChannel && isCrash(data), { code: 'worker_crashed' })
    const server = setupServer(...mock.handlers)
    // Webhooks go to a receiver on this machine.
    server.listen({ onUnhandledFrame: 'bypass' })
    return {
      baseUrl,
      crashingChannel,
      fetch: (...request) => fetch(...request),
      async stop() {
        server.close()
        mock.reset()
      },
    }
  },
})

function isCrash(data: unknown): boolean {
  return (data as { crash?: unknown } | null)?.crash === true
}

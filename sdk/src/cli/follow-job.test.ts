import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createFakeCli } from './fake-cli.ts'
import { followJob } from './follow-job.ts'
import { createFakeJob } from './output/fake-job.ts'

const server = createServer()
afterEach(() => void server.close())

describe('followJob', () => {
  // It was silent until it gave up, five minutes later.
  test('tells that the server is away, and goes on when it is back', async () => {
    const ended = createFakeJob({ status: 'ended', done: true, outcome: 'succeeded' })
    let count = 0
    server.on('request', (request, response) => {
      if (++count === 1) return void request.socket.destroy()
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(ended))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const WAYBILL_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { cli, stderr, stdout } = createFakeCli({ WAYBILL_URL, XDG_CONFIG_HOME: '/dev/null' })

    await followJob(cli, (await cli.connect()).jobs.attach(ended.id), {})
    expect(stderr.text).toContain('the server does not answer: retrying\nthe server answers again\n')
    expect(stdout.text).toContain('succeeded')
  })
})

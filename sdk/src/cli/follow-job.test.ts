import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createFakeCli } from './testing/fake-cli.ts'
import { followJob } from './follow-job.ts'
import { createFakeJob } from './testing/fake-job.ts'

const server = createServer()
afterEach(() => void server.close())

describe('followJob', () => {
  // It was silent until it gave up, five minutes later.
  test('reports that the server is away, and continues when it is back', async () => {
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

  test('says once how to decide, when only parked items were left for a while', async () => {
    const waiting = [{ reason: 'parked' as const, items: 3, until: '2026-01-16T08:00:00.030Z' }]
    const counts = { total: 3, pending: 0, waiting: 3, running: 0, succeeded: 0, failed: 0, cancelled: 0 }
    const parked = createFakeJob({ status: 'running', counts, waiting })
    const ended = {
      ...parked,
      version: 99,
      status: 'ended' as const,
      done: true,
      outcome: 'failed' as const,
      waiting: [],
    }
    let isNoticed = false
    const { cli, stderr } = createFakeCli({ XDG_CONFIG_HOME: '/dev/null' })
    const answers = createServer((_, response) => {
      isNoticed ||= stderr.text.includes('decide with')
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(isNoticed ? ended : parked))
    })
    await new Promise<void>((resolve) => answers.listen(0, '127.0.0.1', resolve))
    cli.configure({ url: `http://127.0.0.1:${(answers.address() as AddressInfo).port}` })
    try {
      await followJob(cli, (await cli.connect()).jobs.attach(parked.id), { parkedNoticeMs: 5 })
    } finally {
      answers.close()
    }
    const urlOption = ` --url ${cli.connection.url}`
    expect(stderr.text.match(/decide with/g)).toHaveLength(1)
    expect(stderr.text).toContain(
      `${parked.id} waits for a decision on 3 parked items; the first is skipped at 2026-01-16T08:00:00.030Z\nList them with: waybill parked --job ${parked.id}${urlOption}; decide with: waybill parked retry --job ${parked.id}${urlOption} (or skip)\n`,
    )
  })
})

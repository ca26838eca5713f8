import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CreatedWebhookEndpoint, WebhookDelivery, WebhookEndpoint } from '@waybill/spec'
import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { createClient } from '../create-client.ts'
import { createMockWaybill } from '../mocks/index.ts'
import { verifyWebhook } from '../webhooks/index.ts'
import { createFakeCli } from './testing/fake-cli.ts'
import { runCli } from './run-cli.ts'

const baseUrl = 'http://waybill.test'
const receiverUrl = 'http://receiver.test/waybill'
const mock = createMockWaybill({ baseUrl })
const received: { headers: Headers; body: string }[] = []
let answer = (): Response => new HttpResponse(null, { status: 204 })
const server = setupServer(
  ...mock.handlers,
  http.post('http://receiver.test/*', async ({ request }) => {
    received.push({ headers: request.headers, body: await request.text() })
    return answer()
  }),
)
beforeAll(() => server.listen())
afterEach(() => {
  mock.reset()
  received.length = 0
  answer = () => new HttpResponse(null, { status: 204 })
})
afterAll(() => server.close())

const env = { XDG_CONFIG_HOME: '/dev/null', WAYBILL_URL: baseUrl }
const waybill = createClient({ baseUrl })
const submit = () =>
  waybill.jobs.run({ channel: 'sandbox', objectType: 'price', action: 'update', items: [{ id: 'sku-1' }] })

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { cli, stdout, stderr } = createFakeCli(env)
  const code = await runCli(cli, ['webhooks', ...args])
  return { code, stdout: stdout.text, stderr: stderr.text }
}
async function runJson<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await run(...args, '--json')
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout) as T
}

describe('waybill webhooks', () => {
  test('creates endpoints and prints their secrets alone, shows, changes and deletes them', async () => {
    const created = await run('create', receiverUrl, '--events', 'job.ended,job.blocked', '--description', 'nightly')
    expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=\n$/) as string })
    const id = /whe_[0-9a-f]{32}/.exec(created.stderr)![0]
    expect((await run()).stdout).toMatch(
      new RegExp(`^ENDPOINT .*\\n${id} +enabled +job.ended,job.blocked +${receiverUrl}\n$`),
    )
    expect((await run('show', id)).stdout).toMatch(/events +job.ended, job.blocked\n.*channels +all\n/s)

    const options = ['--all-events', '--channel', 'shop-eu', '--where', '', '--ordering', 'endpoint']
    expect(await runJson('update', id, ...options)).toMatchObject({
      ...{ eventTypes: [], channels: ['shop-eu'], where: null, ordering: 'endpoint', description: 'nightly' },
    })
    expect(await run('update', id)).toMatchObject({ code: 2, stdout: '' })
    expect(await runJson('disable', id)).toMatchObject({ state: 'disabled', stateReason: 'caller' })
    expect(await runJson('enable', id, '--skip-missed')).toMatchObject({ state: 'enabled' })
    expect(await runJson('delete', id)).toEqual({ endpoint: id, deleted: true })
    expect(await run('show', id)).toMatchObject({ code: 3, stdout: '' })
    expect(await run('show', 'whe_1')).toMatchObject({ code: 2, stdout: '' })
    expect((await run()).stderr).toBe('There are no webhook endpoints\n')
  })

  test('rotates secrets, and removes the previous one', async () => {
    const { id, secret } = await runJson<CreatedWebhookEndpoint>('create', receiverUrl, '--disabled')
    const rotated = await runJson<CreatedWebhookEndpoint>('rotate', id, '--grace', '2h')
    expect(rotated.secret).not.toBe(secret)
    const [, previous] = rotated.secretHints
    expect(Date.parse(previous!.expiresAt!) - Date.now()).toBeGreaterThan(7_000_000)
    expect((await runJson<WebhookEndpoint>('revoke-previous', id)).secretHints).toHaveLength(1)
    expect((await runJson<WebhookEndpoint>('rotate', id, '--grace', '0')).secretHints).toHaveLength(1)
  })

  test('shows, disables and signs the webhooks of jobs, which a submission adds', async () => {
    expect((await run('rotate-jobs')).stdout).toMatch(/^whsec_[A-Za-z0-9+/]{43}=\n$/)
    expect((await run('jobs', '--state', 'disabled')).stdout).toMatch(/^state +disabled\nsecrets +…\S{4}\n$/)
    const { cli } = createFakeCli(env)
    const file = join(mkdtempSync(join(tmpdir(), 'waybill-')), 'one.ndjson')
    writeFileSync(file, '{"id":"sku-1"}\n')
    const wish = ['--channel', 'sandbox', '--object-type', 'price', '--action', 'update', '--detach']
    const url = `${receiverUrl}/a,b`
    const submitted = (webhook: string) => runCli(cli, ['submit', file, ...wish, '--webhook', webhook])
    expect(await submitted(`${url},job.accepted,job.ended`)).toBe(0)
    expect(await submitted(receiverUrl)).toBe(0)
    expect(await submitted('pim.example/done')).toBe(2)
    const jobs = []
    for await (const { webhook } of waybill.jobs.list()) jobs.push(webhook)
    expect(jobs).toEqual([
      { url: receiverUrl, events: ['job.ended'] },
      { url: `${receiverUrl}/***`, events: ['job.accepted', 'job.ended'] },
    ])
    expect((await run('deliveries')).stdout).toContain('of the job')
  })

  test('sends a test event, lists deliveries and replays events', async () => {
    const { id, createdAt } = await runJson<CreatedWebhookEndpoint>('create', receiverUrl, '--events', 'job.ended')
    const { id: eventId } = await runJson<{ id: string }>('test', id)
    const job = await submit()
    await vi.waitFor(() => expect(received).toHaveLength(2))
    await mock.webhooks.idle()
    const listed = await run('deliveries', '--endpoint', id)
    expect(listed.stdout).toMatch(
      new RegExp(`\\nevt_\\w+ +job.ended +${id} .* succeeded +1\n${eventId} +webhook_endpoint.test `),
    )
    const ofJob = await runJson<WebhookDelivery>('deliveries', '--job', job.id, '--body')
    expect(JSON.parse(ofJob.event.body!)).toMatchObject({ data: { job: { id: job.id } } })
    expect((await run('deliveries', '--status', 'failed', '--events', 'job.ended')).stdout).toBe('')

    const replay = ['replay', id, '--since', createdAt, '--status', 'succeeded', '--events', 'job.ended']
    expect(await run(...replay)).toMatchObject({ code: 0, stdout: '1 event will be delivered again\n' })
    await vi.waitFor(() => expect(received).toHaveLength(3))
    expect(received[2]!.body).toBe(received[1]!.body)
    expect(await run('deliveries', '--events', 'job.finished')).toMatchObject({ code: 2 })
  })
})

describe('waybill webhooks listen', () => {
  test('forwards events in order with a secret of its own, each once, and leaves nothing behind', async () => {
    const statuses = [500]
    answer = () => new HttpResponse(null, { status: statuses.shift() ?? 204 })
    const { cli, interrupt, stdout, stderr } = createFakeCli(env)
    const ended = runCli(cli, ['webhooks', 'listen', '--forward-to', receiverUrl, '--json'])
    await vi.waitFor(() => expect(mock.webhooks.endpoints).toMatchObject([{ state: 'disabled' }]))
    const job = await submit()
    await vi.waitFor(() => expect(received).toHaveLength(3), { timeout: 5000 })
    interrupt.abort()
    expect(await ended).toBe(4)

    const [first, ...lines] = stdout.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    const events = await Promise.all(
      received.map((one) => verifyWebhook({ ...one, secrets: first!['secret'] as string })),
    )
    expect(events.map(({ type }) => type)).toEqual(['job.accepted', 'job.started', 'job.ended'])
    expect(events[2]).toMatchObject({ data: { job: { id: job.id, outcome: 'succeeded' } } })
    expect(lines.map(({ id, type, status, error }) => ({ id, type, status, error }))).toEqual(
      events.map(({ id, type }, n) => ({ id, type, status: n === 0 ? 500 : 204, error: null })),
    )
    expect(mock.webhooks.endpoints).toEqual([])
    expect(stderr.text).toContain('"code":"stopped"')
  })

  test('continues when nobody listens, and says so', async () => {
    answer = () => HttpResponse.error()
    const { cli, interrupt, stdout, stderr } = createFakeCli(env)
    const args = ['webhooks', 'listen', '--forward-to', receiverUrl, '--events', 'job.ended', '--channel', 'sandbox']
    const ended = runCli(cli, args)
    await vi.waitFor(() =>
      expect(mock.webhooks.endpoints).toMatchObject([{ eventTypes: ['job.ended'], channels: ['sandbox'] }]),
    )
    await submit()
    await vi.waitFor(() => expect(stdout.text).toMatch(/^Secret: whsec_.*\njob.ended +evt_\w+ {2}\S.* {2}\d+ ms\n$/), {
      timeout: 5000,
    })
    interrupt.abort()
    expect(await ended).toBe(4)
    expect(stderr.text).toMatch(/^Forwarding events to .* until Ctrl-C\nDeleted whe_\w+\nStopped\n$/)
  })

  test('refuses a receiver that is no URL before anything is made', async () => {
    expect(await run('listen', '--forward-to', 'localhost:3000')).toMatchObject({ code: 2, stdout: '' })
    expect(mock.webhooks.endpoints).toEqual([])
  })
})

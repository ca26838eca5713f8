import type {
  CreatedWebhookEndpoint,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookEndpoint,
  WebhookEndpointRequest,
  WebhookReplayReceipt,
  WebhookTestReceipt,
} from '@waybill/spec'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ServerProcess } from '../support/server-process.ts'
import { submit, untilDone } from '../support/submit.ts'
import { isSignedWith, type ReceivedEvent, EventReceiver } from '../support/event-receiver.ts'

/*
 * Webhook endpoints over real processes: the server delivers to receivers whose signatures the reference library judges.
 */

let server: ServerProcess
let receiver: EventReceiver
let receivers: EventReceiver[]

async function newReceiver(): Promise<EventReceiver> {
  const made = new EventReceiver()
  await made.start()
  receivers.push(made)
  return made
}

async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await server.fetch(path, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

const endpoints = '/v1/webhook-endpoints'

function create(wish: Partial<WebhookEndpointRequest> = {}): Promise<CreatedWebhookEndpoint> {
  return call('POST', endpoints, { url: receiver.url, ...wish })
}

async function deliveriesTo(endpointId: string, query = ''): Promise<WebhookDelivery[]> {
  const page = await call<WebhookDeliveryPage>(
    'GET',
    `/v1/webhook-deliveries?endpointId=${endpointId}&pageSize=1000${query}`,
  )
  return page.deliveries
}

/** Runs a job of some items to its end. */
async function runJob(items = 3): Promise<string> {
  const job = await submit(
    server,
    { channel: 'sandbox' },
    Array.from({ length: items }, (_, n) => ({ id: `sku-${n}` })),
  )
  await untilDone(server, job.id)
  return job.id
}

const ofJob = (id: string) => (event: ReceivedEvent) => (event.data as { job?: { id: string } }).job?.id === id

beforeAll(async () => {
  server = await ServerProcess.create({ args: ['--threads', '1'] })
  await server.start()
})

afterAll(() => server.remove())

beforeEach(async () => {
  receivers = []
  receiver = await newReceiver()
})

afterEach(async () => {
  if (!server.running) await server.start()
  const { endpoints: all } = await call<{ endpoints: WebhookEndpoint[] }>('GET', endpoints)
  for (const { id } of all) await call('DELETE', `${endpoints}/${id}`)
  for (const one of receivers) await one.stop()
})

describe('an endpoint', () => {
  test('receives what happens to a job in order, signed as the reference library verifies', async () => {
    const { id, secret } = await create()
    const job = await runJob()
    await expect.poll(() => receiver.events.length).toBe(3)
    expect(receiver.types).toEqual(['job.accepted', 'job.started', 'job.ended'])
    for (const event of receiver.events) {
      expect(isSignedWith(secret, event)).toBe(true)
      expect(JSON.parse(event.body)).toMatchObject({
        id: event.id,
        data: { subscription: 'default', job: { id: job } },
      })
      expect(event.id).toMatch(/^evt_[0-9a-f]{32}$/)
    }
    await expect
      .poll(async () => (await deliveriesTo(id)).map(({ status }) => status))
      .toEqual(Array(3).fill('succeeded'))
    const shown = await call<WebhookEndpoint>('GET', `${endpoints}/${id}`)
    expect(shown).toMatchObject({ state: 'enabled', failingSince: null })
    expect(shown.lastSuccessAt).not.toBeNull()
    expect(JSON.stringify(shown)).not.toContain('k3y-that-shows-nowhere')
    const { deliveries } = await call<WebhookDeliveryPage>('GET', `/v1/jobs/${job}/webhook-deliveries?include=body`)
    expect(deliveries.map(({ event }) => event.body)).toEqual(receiver.events.map(({ body }) => body).reverse())
    expect(deliveries[0]!.log).toMatchObject([{ attempt: 1, status: 204, verdict: 'succeeded', answer: null }])
  })

  test('receives what its filters let through, and its test event whatever they are', async () => {
    const { id } = await create({ eventTypes: ['job.ended'], where: 'event.data.job.counts.total > 2.0' })
    await runJob(2)
    const wanted = await runJob(3)
    await expect.poll(() => receiver.events.length).toBe(1)
    expect(receiver.events.filter(ofJob(wanted))).toHaveLength(1)
    const { event } = await call<WebhookTestReceipt>('POST', `${endpoints}/${id}/test`)
    await expect.poll(() => receiver.types).toEqual(['job.ended', 'webhook_endpoint.test'])
    expect(receiver.events[1]!.id).toBe(event.id)
  })

  test('is refused with pointers to what is wrong', async () => {
    const refused = await server.fetch(endpoints, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: 'https://me:pw@hooks.example/#top', where: 'event.data.job.id + 1 == 2 || events' }),
    })
    expect(refused.status).toBe(400)
    const problem = (await refused.json()) as { errors: { pointer: string; detail: string }[] }
    expect(problem.errors.map(({ pointer }) => pointer)).toEqual(['/url', '/where'])
    expect(problem.errors[1]!.detail).toMatch(/\(characters \d+ to \d+\)$/)
  })

  test('is one of 50 at most', async () => {
    for (let n = 0; n < 50; n++) await create({ eventTypes: ['item.parked'] })
    await expect(create()).rejects.toThrow(/409 .*webhook_endpoint_limit_reached/)
  })
})

describe('a restart', () => {
  test('with kill -9 between the commit and the delivery loses no event, and changes no id', async () => {
    const { id, secret } = await create()
    receiver.answer = () => {} // no answer before the process is gone
    const jobs: string[] = []
    for (let n = 0; n < 20; n++) jobs.push(await runJob(1))
    await expect.poll(() => receiver.events.length).toBeGreaterThan(0)
    await server.kill()
    const before = new Map(receiver.events.map((event) => [event.id, event.body]))
    receiver.answer = (_event, response) => void response.writeHead(204).end()
    await server.start()
    const distinct = (): Map<string, ReceivedEvent> => new Map(receiver.events.map((event) => [event.id, event]))
    await expect.poll(() => distinct().size, { timeout: 30_000 }).toBe(60)
    const succeeded = async () => (await deliveriesTo(id)).filter(({ status }) => status === 'succeeded').length
    await expect.poll(succeeded, { timeout: 30_000 }).toBe(60)
    const events = [...distinct().values()]
    expect(distinct().size).toBe(60)
    for (const job of jobs) {
      expect(events.filter(ofJob(job)).map(({ type }) => type)).toEqual(['job.accepted', 'job.started', 'job.ended'])
    }
    for (const event of receiver.events) {
      expect(isSignedWith(secret, event)).toBe(true)
      expect(event.body).toBe(before.get(event.id) ?? event.body)
    }
  }, 60_000)
})

describe('a receiver that fails', () => {
  test('delays no other one, and its attempts are in the log', async () => {
    const dead = await newReceiver()
    dead.answer = (_event, response) => void response.writeHead(500).end('no <database>')
    const { id: deadId } = await create({ url: dead.url })
    await create()
    const startedAtMs = Date.now()
    for (let n = 0; n < 10; n++) await runJob(1)
    await expect.poll(() => receiver.events.length).toBe(30)
    // Behind the other one the second event of a job would wait for three attempts: 5 s, 5 min, 30 min.
    expect(receiver.events.at(-1)!.atMs - startedAtMs).toBeLessThan(60_000)
    const failed = (await deliveriesTo(deadId)).filter(({ attempts }) => attempts > 0)
    expect(failed.length).toBeGreaterThan(0)
    expect(failed[0]!.log[0]).toMatchObject({ attempt: 1, status: 500, code: 'http_500', answer: 'no <database>' })
    const shown = await call<WebhookEndpoint>('GET', `${endpoints}/${deadId}`)
    expect(shown).toMatchObject({ state: 'enabled', lastSuccessAt: null })
    expect(shown.failingSince).not.toBeNull()
  })

  test('is tried again 5 s later, in the order of the job', async () => {
    receiver.answer = (_event, response, count) => void response.writeHead(count === 1 ? 503 : 200).end()
    await create()
    await runJob(1)
    await expect.poll(() => receiver.events.length).toBe(4)
    expect(receiver.types).toEqual(['job.accepted', 'job.accepted', 'job.started', 'job.ended'])
    expect(receiver.events[1]!.id).toBe(receiver.events[0]!.id)
    const waitedMs = receiver.events[1]!.atMs - receiver.events[0]!.atMs
    expect(waitedMs).toBeGreaterThanOrEqual(4990)
  }, 60_000)

  test('is called no earlier than Retry-After says', async () => {
    receiver.answer = (_event, response, count) =>
      void response.writeHead(count === 1 ? 429 : 200, { 'retry-after': '2' }).end()
    const { id } = await create()
    await runJob(1)
    await expect.poll(() => receiver.events.length).toBe(4)
    expect(receiver.events[1]!.atMs - receiver.events[0]!.atMs).toBeGreaterThanOrEqual(1990)
    expect((await deliveriesTo(id)).at(-1)!.log[0]).toMatchObject({ attempt: 1, status: 429, verdict: 'throttled' })
  }, 60_000)

  test('fails the event with a redirect, which is not followed', async () => {
    const elsewhere = await newReceiver()
    receiver.answer = (_event, response) => void response.writeHead(307, { location: elsewhere.url }).end()
    const { id } = await create({ eventTypes: ['job.ended'] })
    await runJob(1)
    await expect
      .poll(async () => (await deliveriesTo(id)).map(({ status, reason }) => [status, reason]))
      .toEqual([['failed', 'http_307']])
    expect(elsewhere.events).toEqual([])
  })

  test('has 15 s for its answer', async () => {
    receiver.answer = () => {}
    const { id } = await create({ eventTypes: ['job.ended'] })
    await runJob(1)
    let seen: WebhookDelivery | undefined
    const firstCode = async (): Promise<string | null | undefined> => {
      seen = (await deliveriesTo(id))[0]
      return seen?.log[0]?.code
    }
    await expect.poll(firstCode, { timeout: 60_000, interval: 250 }).toBe('timeout')
    expect(seen!.log[0]!.durationMs).toBeGreaterThanOrEqual(14_900)
    expect(seen).toMatchObject({ status: 'waiting', reason: 'retry', attempts: 1 })
  }, 90_000)

  test('is disabled by 410 at once, keeps the event, tells the others, and gets what it missed when it is enabled', async () => {
    const { id } = await create({ url: receiver.url })
    const other = await newReceiver()
    await create({ url: other.url, eventTypes: ['webhook_endpoint.disabled'] })
    receiver.answer = (_event, response) => void response.writeHead(410).end('moved away')
    await runJob(1)
    await expect.poll(() => other.events.length).toBe(1)
    expect(other.events[0]!.data).toMatchObject({ endpoint: { id, state: 'disabled', reason: 'gone' } })
    expect(receiver.events).toHaveLength(1)
    expect(await call('GET', `${endpoints}/${id}`)).toMatchObject({ state: 'disabled', stateReason: 'gone' })
    await runJob(1)
    await expect.poll(async () => (await deliveriesTo(id)).length).toBe(6)
    const reasons = (await deliveriesTo(id)).map(({ reason }) => reason)
    expect(reasons).toEqual(Array<string>(6).fill('endpoint_disabled'))
    expect(receiver.events).toHaveLength(1)
    receiver.answer = (_event, response) => void response.writeHead(200).end()
    await call('POST', `${endpoints}/${id}/enable`, {})
    await expect.poll(() => new Set(receiver.events.map((event) => event.id)).size).toBe(6)
  }, 60_000)
})

describe('a disabled endpoint', () => {
  test('keeps its events over a restart, and delivers them in order when it is enabled', async () => {
    const { id } = await create({ ordering: 'endpoint', state: 'disabled' })
    const jobs = [await runJob(1), await runJob(1)]
    expect(await stop()).toBe(0)
    await server.start()
    expect(receiver.events).toEqual([])
    await call('POST', `${endpoints}/${id}/enable`, { replayMissed: true })
    await expect.poll(() => receiver.events.length).toBe(6)
    const expected = jobs.flatMap((job) => ['job.accepted', 'job.started', 'job.ended'].map((type) => [job, type]))
    const received = receiver.events.map(({ type, data }) => [
      (data as unknown as { job: { id: string } }).job.id,
      type,
    ])
    expect(received).toEqual(expected)
  }, 60_000)

  test('loses what it missed when it is enabled without, and gets it by a replay', async () => {
    const since = new Date().toISOString()
    const { id } = await create()
    await call('POST', `${endpoints}/${id}/disable`)
    const missed = await runJob(1)
    const missedCount = async () => (await deliveriesTo(id)).length
    await expect.poll(missedCount).toBe(3)
    await call('POST', `${endpoints}/${id}/enable`, { replayMissed: false })
    const next = await runJob(1)
    await expect.poll(() => receiver.events.length).toBe(3)
    expect(receiver.events.filter(ofJob(next))).toHaveLength(3)
    const statuses = async () => (await deliveriesTo(id, '&status=cancelled')).length
    await expect.poll(statuses).toBe(3)
    const wish = { since, status: ['cancelled'], eventTypes: ['job.ended', 'job.accepted'] }
    const { replay } = await call<WebhookReplayReceipt>('POST', `${endpoints}/${id}/replay`, wish)
    expect(replay).toMatchObject({ events: 2, continueAt: null })
    expect(replay.id).toMatch(/^whr_[0-9a-f]{32}$/)
    await expect
      .poll(() => receiver.events.filter(ofJob(missed)).map(({ type }) => type))
      .toEqual(['job.accepted', 'job.ended'])
    await expect.poll(async () => (await deliveriesTo(id, '&status=succeeded')).length).toBe(5)
    const again = await call<WebhookReplayReceipt>('POST', `${endpoints}/${id}/replay`, {
      since,
      status: ['cancelled'],
    })
    expect(again.replay.events).toBe(1)
  })
})

describe('a secret', () => {
  test('is rotated with a grace in which both sign, which can be ended', async () => {
    const { id, secret: first } = await create({ eventTypes: ['job.ended'] })
    const rotated = await call<CreatedWebhookEndpoint>('POST', `${endpoints}/${id}/rotate-secret`, {})
    expect(rotated.secretHints).toHaveLength(2)
    await runJob(1)
    await expect.poll(() => receiver.events.length).toBe(1)
    expect(isSignedWith(first, receiver.events[0]!)).toBe(true)
    expect(isSignedWith(rotated.secret, receiver.events[0]!)).toBe(true)
    await call('POST', `${endpoints}/${id}/revoke-previous-secret`)
    await runJob(1)
    await expect.poll(() => receiver.events.length).toBe(2)
    expect(isSignedWith(first, receiver.events[1]!)).toBe(false)
    expect(isSignedWith(rotated.secret, receiver.events[1]!)).toBe(true)
  })

  test('is in no file in clear, no log and no answer', async () => {
    const { id, secret } = await create({ eventTypes: ['job.ended'] })
    receiver.answer = (_event, response) => void response.writeHead(500).end(`leak ${secret}`)
    await runJob(1)
    await expect.poll(async () => (await deliveriesTo(id))[0]?.log.length).toBe(1)
    const text = JSON.stringify([await deliveriesTo(id, '&include=body'), await call('GET', endpoints)])
    expect(text).toContain('leak ***')
    for (const hidden of [secret.slice(6), 'k3y-that-shows-nowhere']) {
      expect(text).not.toContain(hidden)
      expect(server.output).not.toContain(hidden)
    }
  })
})

test('a deleted endpoint is called no more, and what waits for it ends', async () => {
  receiver.answer = (_event, response) => void response.writeHead(500).end()
  const { id } = await create()
  await runJob(1)
  await expect.poll(() => receiver.events.length).toBeGreaterThan(0)
  await call('DELETE', `${endpoints}/${id}`)
  const count = receiver.events.length
  await runJob(1)
  await new Promise((resolve) => setTimeout(resolve, 6000))
  expect(receiver.events).toHaveLength(count)
  const unknown = await server.fetch(`${endpoints}/${id}`)
  expect(unknown.status).toBe(404)
  expect(await deliveriesTo(id)).toEqual([])
  expect(
    (await call<{ channels: { name: string }[] }>('GET', '/v1/channels')).channels.map(({ name }) => name),
  ).toEqual(['sandbox'])
}, 60_000)

function stop(): Promise<number | null> {
  return server.stop()
}

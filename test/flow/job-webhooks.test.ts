import type {
  CreatedAccessToken,
  Job,
  JobWebhooks,
  RetryReceipt,
  RotatedJobWebhooks,
  WebhookDelivery,
  WebhookDeliveryPage,
} from '@waybill/spec'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ReceivedEvent, EventReceiver, isSignedWith } from '../support/event-receiver.ts'
import { ServerProcess } from '../support/server-process.ts'
import { submit, untilDone } from '../support/submit.ts'

/*
 * The webhook of one job over a real process: its events alone, signed with the secret of the subscription, whatever happens to the process.
 */

const WAIT = { timeout: 30_000, interval: 50 }

let server: ServerProcess
let receiver: EventReceiver
let receivers: EventReceiver[]
let secret: string

async function newReceiver(): Promise<EventReceiver> {
  const made = new EventReceiver()
  await made.start()
  receivers.push(made)
  return made
}

async function request(method: string, path: string, body?: object, token: string | null = null): Promise<Response> {
  const headers = {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(token !== null && { authorization: `Bearer ${token}` }),
  }
  return server.fetch(path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
}

async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await request(method, path, body)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return JSON.parse(text) as T
}

const ITEMS = [{ id: 'a' }, { id: 'b' }]

function submitTo(url: string, events?: readonly string[], over: object = {}): Promise<Job> {
  return submit(
    server,
    { channel: 'sandbox', webhook: { url, ...(events !== undefined && { events }) }, ...over },
    ITEMS,
  )
}

async function deliveriesOf(jobId: string, query = ''): Promise<WebhookDelivery[]> {
  const path = `/v1/jobs/${jobId}/webhook-deliveries?pageSize=1000${query}`
  return (await call<WebhookDeliveryPage>('GET', path)).deliveries
}

const jobOf = ({ data }: ReceivedEvent) => (data as unknown as { job: { id: string } }).job.id

beforeAll(async () => {
  server = await ServerProcess.create({ args: ['--threads', '2'] })
  await server.start()
  secret = (await call<RotatedJobWebhooks>('POST', '/v1/job-webhooks/rotate-secret', {})).secret
})

afterAll(() => server.remove())

beforeEach(async () => {
  receivers = []
  receiver = await newReceiver()
})

afterEach(async () => {
  for (const one of receivers) await one.stop()
})

describe('the webhook of a job', () => {
  test('receives the events of this job alone, in order, signed with the secret of the subscription', async () => {
    const other = await submit(server, { channel: 'sandbox' }, ITEMS)
    const job = await submitTo(receiver.url, ['job.accepted', 'job.started', 'job.ended'])
    expect(job.webhook).toEqual({
      url: receiver.url.replace('k3y-that-shows-nowhere', '***'),
      events: ['job.accepted', 'job.started', 'job.ended'],
    })
    await untilDone(server, other.id)
    await expect.poll(() => receiver.types, WAIT).toEqual(['job.accepted', 'job.started', 'job.ended'])
    for (const event of receiver.events) {
      expect(jobOf(event)).toBe(job.id)
      expect(isSignedWith(secret, event)).toBe(true)
    }
    await expect
      .poll(async () => (await deliveriesOf(job.id)).map(({ endpointId, status }) => [endpointId, status]), WAIT)
      .toEqual(Array(3).fill([null, 'succeeded']))
    const bodies = (await deliveriesOf(job.id, '&include=body')).map(({ event }) => event.body)
    expect(bodies).toEqual(receiver.events.map(({ body }) => body).reverse())
  })

  test('receives only the end where it does not say, beside an endpoint, with one id', async () => {
    const beside = await newReceiver()
    const { id } = await call<{ id: string }>('POST', '/v1/webhook-endpoints', { url: beside.url })
    const job = await submitTo(receiver.url)
    await expect
      .poll(() => [receiver.types, beside.types], WAIT)
      .toEqual([['job.ended'], ['job.accepted', 'job.started', 'job.ended']])
    expect(receiver.events[0]!.id).toBe(beside.events[2]!.id)
    expect(receiver.events[0]!.body).toBe(beside.events[2]!.body)
    const ids = (await deliveriesOf(job.id)).map(({ endpointId }) => endpointId)
    expect(ids.filter((one) => one === null)).toHaveLength(1)
    await request('DELETE', `/v1/webhook-endpoints/${id}`)
  })

  test('belongs to an open job, to the jobs of an execution, and to a job that tries its items again', async () => {
    const webhook = { url: receiver.url, events: ['job.accepted', 'job.ended'] }
    const failing = { id: 'x', data: { sandbox: { status: 422 } } }
    const envelope = { channel: 'sandbox', objectType: 'product', action: 'update' }
    const open = await call<Job>('POST', '/v1/jobs', { ...envelope, open: true, webhook })
    const part = await server.fetch(`/v1/jobs/${open.id}/items?fromIndex=0`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: `${JSON.stringify(failing)}\n`,
    })
    expect(part.ok).toBe(true)
    await call('POST', `/v1/jobs/${open.id}/seal`, { itemCount: 1 })
    await untilDone(server, open.id)
    await expect.poll(() => receiver.types, WAIT).toEqual(['job.accepted', 'job.ended'])
    const retried = await call<RetryReceipt>('POST', `/v1/jobs/${open.id}/retry`, {})
    await expect
      .poll(() => receiver.events.map(jobOf), WAIT)
      .toEqual([open.id, open.id, retried.jobs[0]!.id, retried.jobs[0]!.id])
    const stages = [
      {
        name: 'one',
        jobs: [
          { ...envelope, webhook, items: ITEMS },
          { ...envelope, items: ITEMS },
        ],
      },
    ]
    await call('POST', '/v1/executions', { stages })
    await expect.poll(() => receiver.types.slice(4), WAIT).toEqual(['job.accepted', 'job.ended'])
  })

  test('reports its parked items, and those of no other job', async () => {
    const parking = { onExhausted: 'park', retry: { maxAttempts: 1 } }
    const itemsOf = (id: string) => [{ id, data: { sandbox: { status: 503 } } }]
    const webhook = { url: receiver.url, events: ['item.parked'] }
    const other = await submit(server, { channel: 'sandbox', ...parking }, itemsOf('p'))
    const job = await submit(server, { channel: 'sandbox', ...parking, webhook }, itemsOf('q'))
    await expect.poll(() => receiver.types, WAIT).toEqual(['item.parked'])
    expect(receiver.events[0]!.data).toMatchObject({ items: 1, parked: [{ jobId: job.id, index: 0 }] })
    expect((await deliveriesOf(job.id)).map(({ event }) => event.jobId)).toEqual([job.id])
    for (const { id } of [other, job]) await call('POST', `/v1/jobs/${id}/cancel`)
  })

  test('is called no more for its job once it answered 410, and for others of the same origin as before', async () => {
    receiver.answer = (event, response) => void response.writeHead(event.type === 'job.accepted' ? 410 : 204).end()
    const gone = await submitTo(receiver.url, ['job.accepted', 'job.started', 'job.ended'])
    await expect
      .poll(async () => (await deliveriesOf(gone.id)).map(({ status, reason }) => [status, reason]), WAIT)
      .toEqual(Array(3).fill(['failed', 'http_410']))
    const job = await submitTo(receiver.url)
    await expect
      .poll(() => receiver.events.map((event) => [jobOf(event), event.type]), WAIT)
      .toEqual([
        [gone.id, 'job.accepted'],
        [job.id, 'job.ended'],
      ])
  })

  test('that fails delays none of another job, and its answer hides its URL and the secret', async () => {
    const isDead = ({ data }: ReceivedEvent) => 'dead' in (data as unknown as { job: Job }).job.metadata
    receiver.answer = (event, response) =>
      void (isDead(event)
        ? response.writeHead(503, { 'retry-after': '600' }).end(`leak k3y-that-shows-nowhere ${secret}`)
        : response.writeHead(204).end())
    const dead = await submitTo(receiver.url, ['job.ended'], { metadata: { dead: 'yes' } })
    await expect.poll(async () => (await deliveriesOf(dead.id))[0]?.log.length, WAIT).toBe(1)
    const job = await submitTo(receiver.url)
    await expect.poll(async () => (await deliveriesOf(job.id)).map(({ status }) => status), WAIT).toEqual(['succeeded'])
    const [waiting] = await deliveriesOf(dead.id, '&include=body')
    expect(waiting).toMatchObject({ status: 'waiting', log: [{ status: 503, answer: 'leak *** ***' }] })
    const text = JSON.stringify([
      waiting,
      await call('GET', `/v1/jobs/${dead.id}`),
      await call('GET', '/v1/job-webhooks'),
    ])
    for (const hidden of ['k3y-that-shows-nowhere', secret.slice(6)]) {
      expect(text).not.toContain(hidden)
      expect(server.output).not.toContain(hidden)
    }
  })
})

describe('a submission', () => {
  const envelope = { channel: 'sandbox', objectType: 'product', action: 'update', items: ITEMS }

  test('needs the scope webhooks:write for a webhook, and the refusal names it', async () => {
    const scopes = ['jobs:write', 'jobs:read']
    const { token } = await call<CreatedAccessToken>('POST', '/v1/tokens', {
      name: 'narrow',
      subscription: 'default',
      scopes,
    })
    const webhook = { url: receiver.url }
    const { items: _, ...line } = envelope
    const refused = [
      await request('POST', '/v1/jobs', { ...envelope, webhook }, token),
      await request('POST', '/v1/executions', { stages: [{ name: 'one', jobs: [{ ...envelope, webhook }] }] }, token),
      await server.fetch('/v1/jobs', {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${token}` },
        body: `${JSON.stringify({ ...line, webhook })}\n{"id":"a"}\n`,
      }),
    ]
    for (const answer of refused) {
      expect(answer.status).toBe(403)
      expect(await answer.json()).toMatchObject({
        code: 'forbidden',
        detail: expect.stringContaining('webhooks:write') as string,
      })
    }
    expect((await request('POST', '/v1/jobs', envelope, token)).status).toBe(202)
    expect((await request('GET', '/v1/job-webhooks', undefined, token)).status).toBe(403)
  })

  test.each([
    ['a password', { url: 'https://me:pw@pim.example/' }, '/webhook/url'],
    ['a fragment', { url: 'https://pim.example/#top' }, '/webhook/url'],
    ['no URL', { url: 'http://' }, '/webhook/url'],
    ['another scheme', { url: 'file:///etc/passwd' }, '/webhook/url'],
    ['a stored value', { url: 'https://pim.example/?key=***' }, '/webhook/url'],
    ['a long URL', { url: `https://pim.example/${'x'.repeat(2048)}` }, '/webhook/url'],
    ['no events', { url: 'https://pim.example/', events: [] }, '/webhook/events'],
    ['events of a channel', { url: 'https://pim.example/', events: ['channel.circuit_opened'] }, '/webhook/events/0'],
    ['an event twice', { url: 'https://pim.example/', events: ['job.ended', 'job.ended'] }, '/webhook/events'],
    ['another field', { url: 'https://pim.example/', secret: 'x' }, '/webhook/secret'],
  ])('with %s in its webhook is refused with a pointer', async (_, webhook, pointer) => {
    const answer = await request('POST', '/v1/jobs', { ...envelope, webhook })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ errors: [{ pointer }] })
  })

  test('may call 50 origins of unfinished jobs, and each of them again', async () => {
    const later = { runAt: new Date(Date.now() + 3_600_000).toISOString() }
    const scopes = ['jobs:write', 'jobs:read', 'webhooks:write']
    const { token } = await call<CreatedAccessToken>('POST', '/v1/tokens', {
      name: 'many',
      subscription: 'many',
      scopes,
    })
    const jobs: Job[] = []
    const webhooks = Array.from({ length: 60 }, (_, n) => ({ url: `http://127.0.0.1:${20_000 + n}/` }))
    let refused: Response | undefined
    for (const webhook of webhooks) {
      const answer = await request('POST', '/v1/jobs', { ...envelope, ...later, webhook }, token)
      if (answer.status === 202) jobs.push((await answer.json()) as Job)
      else refused ??= answer
    }
    expect(jobs).toHaveLength(50)
    expect(refused?.status).toBe(429)
    expect(await refused!.json()).toMatchObject({
      code: 'quota_exceeded',
      limit: { name: 'maxJobWebhookOriginsPerSubscription', value: 50 },
    })
    const again = await request('POST', '/v1/jobs', { ...envelope, ...later, webhook: webhooks[49] }, token)
    expect(again.status).toBe(202)
  }, 60_000)
})

test('the secret is rotated with a grace in which both sign, and another subscription has its own', async () => {
  const before = await call<JobWebhooks>('GET', '/v1/job-webhooks')
  expect(before.secretHints[0]!.endsWith).toBe(secret.replace(/=+$/, '').slice(-4))
  const rotated = await call<RotatedJobWebhooks>('POST', '/v1/job-webhooks/rotate-secret', {})
  expect(rotated.secretHints).toHaveLength(2)
  await submitTo(receiver.url)
  await expect.poll(() => receiver.events.length, WAIT).toBe(1)
  expect([secret, rotated.secret].map((one) => isSignedWith(one, receiver.events[0]!))).toEqual([true, true])
  const last = await call<RotatedJobWebhooks>('POST', '/v1/job-webhooks/rotate-secret', { graceSeconds: 0 })
  expect(last.secretHints).toHaveLength(1)
  await submitTo(receiver.url)
  await expect.poll(() => receiver.events.length, WAIT).toBe(2)
  expect([secret, rotated.secret, last.secret].map((one) => isSignedWith(one, receiver.events[1]!))).toEqual([
    false,
    false,
    true,
  ])
  secret = last.secret
  const scopes = ['jobs:write', 'jobs:read', 'webhooks:write']
  const { token } = await call<CreatedAccessToken>('POST', '/v1/tokens', {
    name: 'other',
    subscription: 'other',
    scopes,
  })
  expect(await (await request('GET', '/v1/job-webhooks', undefined, token)).json()).toEqual({
    state: 'enabled',
    secretHints: [],
  })
})

test('the events of disabled webhooks wait, and of a process that is killed none is lost', async () => {
  await call('PATCH', '/v1/job-webhooks', { state: 'disabled' })
  const jobs: string[] = []
  for (let n = 0; n < 10; n++) {
    const { id } = await submitTo(receiver.url, ['job.accepted', 'job.ended'])
    jobs.push(id)
  }
  await untilDone(server, jobs.at(-1)!)
  await server.kill()
  await server.start()
  expect(await call('GET', '/v1/job-webhooks')).toMatchObject({ state: 'disabled' })
  await expect
    .poll(async () => (await deliveriesOf(jobs[0]!)).map(({ reason }) => reason), WAIT)
    .toEqual(['endpoint_disabled', 'endpoint_disabled'])
  expect(receiver.events).toEqual([])
  await call('PATCH', '/v1/job-webhooks', { state: 'enabled' })
  await expect.poll(() => new Set(receiver.events.map(({ id }) => id)).size, WAIT).toBe(20)
  for (const job of jobs) {
    const types = receiver.events.filter((event) => jobOf(event) === job).map(({ type }) => type)
    expect([...new Set(types)]).toEqual(['job.accepted', 'job.ended'])
  }
  for (const event of receiver.events) expect(isSignedWith(secret, event)).toBe(true)
}, 120_000)

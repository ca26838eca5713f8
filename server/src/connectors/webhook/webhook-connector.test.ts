import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { WebhookConnectorConfig } from '../../model/channel.ts'
import { jobWebhookChannelConfig } from '../../model/job-webhook-origins.ts'
import { FLAG_PERMANENT, FLAG_RETRY_AFTER, FLAG_RETRYABLE } from '../../model/outcome-batch.ts'
import { webhookChannelConfig } from '../../model/webhook-endpoint.ts'
import { silentLogger } from '../../runtime/logger.ts'
import { callOf, detailOf } from '../testing/fake-http-calls.ts'
import { FakeShop } from '../testing/fake-shop.ts'
import { goneJobsMemory } from './gone-jobs.ts'
import { newUrlKey, sealJobUrl } from './job-url.ts'
import { newWebhookSecret } from './standard-signature.ts'
import { WebhookConnector } from './webhook-connector.ts'

const receiver = new FakeShop()
const secrets = [newWebhookSecret(), newWebhookSecret()]
const body = '{"id":"evt_1","type":"job.ended","data":{"name":"Bücher"}}'
const line = JSON.stringify({ id: 'evt_1', partitionKey: 'job_1', data: { body } })
let origin = ''
let connector: WebhookConnector
let throttledUntil: number[] = []

function connect(url = `${origin}/hooks?key=s3cretvalue99`, allowPrivateAddresses = true): WebhookConnector {
  const config = webhookChannelConfig({ url, secrets, allowPrivateAddresses })
  connector = new WebhookConnector(config.connector as WebhookConnectorConfig, {
    ...{ channel: '~whe_1', config, allowPrivateAddresses: false, logger: silentLogger },
    throttle: (untilMs) => throttledUntil.push(untilMs),
  })
  return connector
}

async function answerTo(status: number, text: string | Buffer = '', headers: Record<string, string> = {}) {
  receiver.answer = (_request, response) => response.writeHead(status, headers).end(text)
  const [answer] = await connect().deliver(callOf([line]))
  return answer!
}

beforeEach(async () => {
  origin = await receiver.start()
  throttledUntil = []
  receiver.requests.length = 0
  receiver.answer = (_request, response) => response.end()
})

afterEach(async () => {
  await connector.close()
  await receiver.stop()
})

describe('webhook connector', () => {
  it('posts the body of the event, signed with each secret', async () => {
    expect(await connect().deliver(callOf([line]))).toMatchObject([{ succeeded: true, httpStatus: 200, detail: null }])
    const [request] = receiver.requests
    expect(request).toMatchObject({ method: 'POST', url: '/hooks?key=s3cretvalue99', text: body })
    expect(request!.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': 'evt_1' })
    expect(Object.keys(request!.headers).filter((name) => /waybill|idempotency|authorization/.test(name))).toEqual([])
    for (const secret of secrets) {
      new Webhook(secret).verify(request!.text, request!.headers as Record<string, string>)
    }
  })

  it('keeps the first KiB of an answer, without the secrets that it echoes', async () => {
    const long = await answerTo(200, 'é'.repeat(20_000))
    expect(JSON.parse(long.detail!)).toEqual({ result: 'é'.repeat(512) })
    await connector.close()
    const echo = await answerTo(500, `${secrets[0]} ${secrets[1]!.slice(6)} s3cretvalue99`)
    expect(detailOf(echo).error).toMatchObject({ code: 'http_500', status: 500, detail: '*** *** ***' })
  })

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)('keeps nothing of an answer in %s that unpacks to more than is read', async (encoding, encode) => {
    const bomb = encode(Buffer.alloc(32 * 1024 * 1024, 'x'))
    const answer = await answerTo(500, bomb, { 'content-encoding': encoding })
    expect(detailOf(answer).error).toMatchObject({ code: 'http_500', status: 500 })
    expect(answer.detail!.length).toBeLessThan(1024)
    expect(answer.detail).not.toContain('xxx')
  })

  it.each([
    [301, FLAG_PERMANENT],
    [307, FLAG_PERMANENT],
    [400, FLAG_RETRYABLE],
    [404, FLAG_RETRYABLE],
    [410, FLAG_RETRYABLE],
    [500, FLAG_RETRYABLE],
  ])('reports %i as permanent or retryable, and follows no redirect', async (status, flags) => {
    const answer = await answerTo(status, '', { location: `${origin}/elsewhere` })
    expect(answer).toMatchObject({ succeeded: false, httpStatus: status, flags })
    expect(receiver.requests).toHaveLength(1)
  })

  it('honours Retry-After, at most 50 min, and holds the whole endpoint for 429 and 503', async () => {
    const atMs = Date.now()
    const busy = await answerTo(429, '', { 'retry-after': '7200' })
    expect(busy.flags & FLAG_RETRY_AFTER).not.toBe(0)
    expect(Math.round((busy.retryAtMs - atMs) / 60_000)).toBe(50)
    expect(throttledUntil).toEqual([busy.retryAtMs])
    await connector.close()
    const broken = await answerTo(500, '', { 'retry-after': '60' })
    expect(Math.round((broken.retryAtMs - atMs) / 1000)).toBeCloseTo(60, -1)
    expect(throttledUntil).toHaveLength(1)
  })

  it('connects to no private address, and ends when its time is up', async () => {
    const [refused] = await connect(undefined, false).deliver(callOf([line]))
    expect(detailOf(refused).error).toMatchObject({ code: 'connection_failed', retryable: true })
    expect(receiver.requests).toEqual([])
    await connector.close()
    receiver.answer = () => {}
    const call = callOf([line])
    const running = connect().deliver(call)
    await expect.poll(() => receiver.requests.length).toBe(1)
    call.onTimedOut!(new Error('time is up'))
    expect((await running)[0]).toMatchObject({ succeeded: false, flags: 0 })
  })
})

describe('webhook connector of jobs', () => {
  const urlKey = newUrlKey()
  const jobs = ['job_0198c2f04b7e7c3fa1d2b3c4d5e6f708', 'job_0198c2f04b7e7c3fa1d2b3c4d5e6f709'] as const
  let memory = goneJobsMemory()

  function connectJobs(): WebhookConnector {
    const config = jobWebhookChannelConfig({ origin, secrets, urlKey, goneJobs: memory, allowPrivateAddresses: true })
    connector = new WebhookConnector(config.connector as WebhookConnectorConfig, {
      ...{ channel: '~whj_1', config, allowPrivateAddresses: false, logger: silentLogger },
      throttle: (untilMs) => throttledUntil.push(untilMs),
    })
    return connector
  }

  const lineOf = (jobId: string, url: string) =>
    JSON.stringify({ id: 'evt_1', partitionKey: jobId, data: { body, url: sealJobUrl(url, urlKey) } })

  beforeEach(() => {
    memory = goneJobsMemory()
  })

  it('posts each item to its own URL, and hides that in the answer', async () => {
    receiver.answer = ({ url }, response) => response.writeHead(500).end(`leak ${url}`)
    const lines = ['done/T0KENSEGMENT9?key=k3yvalue1', 'other?key=k3yvalue2'].map((rest) =>
      lineOf(jobs[0], `${origin}/${rest}`),
    )
    const answers = []
    for (const one of lines) answers.push(...(await connectJobs().deliver(callOf([one]))))
    expect(receiver.requests.map(({ url }) => url)).toEqual([
      '/done/T0KENSEGMENT9?key=k3yvalue1',
      '/other?key=k3yvalue2',
    ])
    expect(JSON.stringify(answers)).not.toMatch(/k3yvalue|T0KENSEGMENT9/)
    expect(answers.map(({ flags }) => flags)).toEqual([FLAG_RETRYABLE, FLAG_RETRYABLE])
  })

  it('calls no other origin, and nothing that was sealed with another key', async () => {
    const foreign = lineOf(jobs[0], 'http://127.0.0.1:1/done')
    const broken = JSON.stringify({
      id: 'evt_1',
      partitionKey: jobs[0],
      data: { body, url: sealJobUrl(origin, newUrlKey()) },
    })
    for (const one of [foreign, broken, line]) {
      expect(await connectJobs().deliver(callOf([one]))).toMatchObject([{ succeeded: false, flags: FLAG_PERMANENT }])
    }
    expect(receiver.requests).toEqual([])
  })

  it('calls a job no more after a 410, on any thread, and others as before', async () => {
    receiver.answer = (_request, response) => response.writeHead(410).end()
    const [first] = await connectJobs().deliver(callOf([lineOf(jobs[0], `${origin}/a`)]))
    expect(first).toMatchObject({ httpStatus: 410, flags: FLAG_PERMANENT })
    await connector.close()
    const [second] = await connectJobs().deliver(callOf([lineOf(jobs[0], `${origin}/a`)]))
    expect(second).toMatchObject({ httpStatus: 0, flags: FLAG_PERMANENT })
    expect(detailOf(second).error?.code).toBe('http_410')
    expect(receiver.requests).toHaveLength(1)
    await connector.deliver(callOf([lineOf(jobs[1], `${origin}/a`)]))
    expect(receiver.requests).toHaveLength(2)
  })

  it('delays the item alone that was answered with Retry-After', async () => {
    receiver.answer = (_request, response) => response.writeHead(429, { 'retry-after': '60' }).end()
    const [answer] = await connectJobs().deliver(callOf([lineOf(jobs[0], `${origin}/a`)]))
    expect(answer!.flags & FLAG_RETRY_AFTER).toBe(FLAG_RETRY_AFTER)
    expect(throttledUntil).toEqual([])
  })
})

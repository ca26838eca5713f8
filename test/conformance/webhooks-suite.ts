import type {
  CreatedWebhookEndpoint,
  OperationId,
  RotatedJobWebhooks,
  SchemaName,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookEndpoint,
  WebhookEndpointRequest,
  WebhookReplayReceipt,
  WebhookTestReceipt,
} from '@waybill/spec'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebhookReceiver } from '../support/webhook-receiver.ts'
import { type ApiRequest, json, send, submit, untilDone } from './api.ts'
import { checkAnswer, checkProblem, checkSchema } from './check-answer.ts'
import type { UseTarget } from './target.ts'
import { freshChannelName } from './world.ts'

const envelope = { channel: 'sandbox', objectType: 'product', action: 'update' } as const
const schemas: Readonly<Record<string, SchemaName>> = {
  'job.accepted': 'JobAcceptedEvent',
  'job.started': 'JobStartedEvent',
  'job.ended': 'JobEndedEvent',
  'job.blocked': 'JobBlockedEvent',
  'webhook_endpoint.disabled': 'WebhookEndpointDisabledEvent',
  'webhook_endpoint.test': 'WebhookEndpointTestedEvent',
}

/** Webhooks: endpoints, their events as a receiver gets them, and the log of deliveries. */
export function describeWebhooks(target: UseTarget): void {
  let receiver: WebhookReceiver
  const made: string[] = []
  beforeAll(async () => {
    receiver = await WebhookReceiver.start()
  })
  afterAll(() => receiver?.stop())
  afterEach(async () => {
    for (const endpointId of made.splice(0))
      await send(target(), { operationId: 'deleteWebhookEndpoint', pathParams: { endpointId } })
    receiver.received.length = 0
    receiver.answer = () => ({ status: 204 })
  })

  async function call<T>(operationId: OperationId, request: Omit<ApiRequest, 'operationId'>, status = 200): Promise<T> {
    const answer = await send(target(), { operationId, ...request })
    expect(answer.status, answer.text).toBe(status)
    checkAnswer(answer)
    return status === 204 ? (undefined as T) : json<T>(answer)
  }
  async function create(request: Partial<WebhookEndpointRequest> = {}): Promise<CreatedWebhookEndpoint> {
    const body = { url: receiver.url, ...request }
    const endpoint = await call<CreatedWebhookEndpoint>('createWebhookEndpoint', { body }, 201)
    made.push(endpoint.id)
    return endpoint
  }
  const of = ({ id }: { id: string }) => ({ pathParams: { endpointId: id } })
  const get = (endpoint: { id: string }) => call<WebhookEndpoint>('getWebhookEndpoint', of(endpoint))
  const enable = (endpoint: { id: string }, body: object = {}) =>
    call<WebhookEndpoint>('enableWebhookEndpoint', { ...of(endpoint), body })
  const sendTest = async (endpoint: { id: string }) =>
    (await call<WebhookTestReceipt>('testWebhookEndpoint', of(endpoint), 202)).event
  const deliveries = async (query: ApiRequest['query'] = {}): Promise<WebhookDelivery[]> =>
    (await call<WebhookDeliveryPage>('listWebhookDeliveries', { query })).deliveries
  const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 20_000, interval: 20 })
  const untilReceived = (count: number) => until(() => expect(receiver.received.length).toBeGreaterThanOrEqual(count))
  /** Submits a job on a channel that nothing else uses. */
  async function submitAlone(channel: string, items: readonly object[] = [{ id: 'sku-1' }]) {
    const connector = { type: 'http', url: receiver.url } as const
    await call('putChannel', { pathParams: { channel }, body: { connector } }, 201)
    await call('pauseChannel', { pathParams: { channel } })
    return submit(target(), { ...envelope, channel, items } as never)
  }

  describe('webhook endpoints', () => {
    it('show their secret once, and mask what their url hides', async () => {
      const endpoint = await create({ url: `${receiver.url}/T0KENSEGMENT9?key=k3y`, state: 'disabled' })
      const { secret, ...shown } = endpoint
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
      expect(shown.url).toBe(`${receiver.url}/***?key=***`)
      expect(shown.secretHints.map(({ endsWith }) => endsWith)).toEqual([secret.replace(/=+$/, '').slice(-4)])
      expect(shown).toMatchObject({ state: 'disabled', stateReason: 'caller', ordering: 'job', where: null })
      expect(await get(endpoint)).toEqual(shown)
      const { endpoints } = await call<{ endpoints: WebhookEndpoint[] }>('listWebhookEndpoints', {})
      expect(endpoints[0]).toEqual(shown)
    })

    it('change what is given, and keep what is masked for the same origin', async () => {
      const endpoint = await create({ url: `${receiver.url}?key=k3y`, description: 'nightly', state: 'disabled' })
      const change = (body: object) => send(target(), { operationId: 'updateWebhookEndpoint', ...of(endpoint), body })
      const changed = await change({ url: `${receiver.url}/more?key=***`, eventTypes: ['job.ended'] })
      checkAnswer(changed)
      expect(json<WebhookEndpoint>(changed)).toMatchObject({ description: 'nightly', eventTypes: ['job.ended'] })
      checkProblem(await change({ url: 'https://other.example/waybill?key=***' }), 'bad_request')
      for (const url of ['https://a:b@hooks.example/', 'https://hooks.example/#part']) {
        expect(checkProblem(await change({ url }), 'bad_request').errors?.[0]?.pointer).toBe('/url')
      }
      // The stored value is what the receiver gets.
      await enable(endpoint)
      await sendTest(endpoint)
      await untilReceived(1)
    })

    it('are as many as the limits say', async () => {
      const body = { url: receiver.url, state: 'disabled' }
      const { endpoints } = await call<{ endpoints: WebhookEndpoint[] }>('listWebhookEndpoints', {})
      for (let count = endpoints.length; count < 50; count++) await create({ state: 'disabled' })
      const answer = await send(target(), { operationId: 'createWebhookEndpoint', body })
      checkAnswer(answer)
      const { limit } = checkProblem(answer, 'webhook_endpoint_limit_reached')
      expect(limit).toEqual({ name: 'maxWebhookEndpointsPerSubscription', value: 50 })
    })
  })

  describe('webhook events', () => {
    it('of a job arrive in order, signed, and stand in its log', async () => {
      const endpoint = await create()
      const job = await submit(target(), { ...envelope, metadata: { run: '42' }, items: [{ id: 'webhook-1' }] })
      await untilDone(target(), job.id)
      const ofJob = () => receiver.received.filter(({ event }) => (event.data['job'] as { id: string }).id === job.id)
      await until(() => expect(ofJob()).toHaveLength(3))
      expect(ofJob().map(({ event }) => event.type)).toEqual(['job.accepted', 'job.started', 'job.ended'])
      for (const webhook of ofJob()) {
        checkSchema(schemas[webhook.event.type]!, webhook.event)
        expect(await receiver.verify(webhook, endpoint.secret)).toEqual(webhook.event)
        expect(webhook.headers['content-type']).toBe('application/json')
      }
      const { data } = ofJob()[2]!.event
      expect(data).toMatchObject({ subscription: 'default', job: { outcome: 'succeeded', metadata: { run: '42' } } })
      await until(async () => {
        const query = { include: 'body', endpointId: endpoint.id }
        const { deliveries: log } = await call<WebhookDeliveryPage>('listJobWebhookDeliveries', {
          pathParams: { jobId: job.id },
          query,
        })
        expect(log.map(({ status, event }) => [status, event.type])).toEqual([
          ['succeeded', 'job.ended'],
          ['succeeded', 'job.started'],
          ['succeeded', 'job.accepted'],
        ])
        expect(log.map(({ event }) => event.body)).toEqual(
          ofJob()
            .map(({ body }) => body)
            .reverse(),
        )
        expect(log[0]).toMatchObject({ endpointId: endpoint.id, attempts: 1, reason: null, event: { jobId: job.id } })
        expect(log[0]!.log).toMatchObject([{ attempt: 1, status: 204, verdict: 'succeeded', code: null }])
      })
      expect((await get(endpoint)).lastSuccessAt).not.toBeNull()
    })

    it('of one job arrive at its own webhook, signed with the secret of these, and a 410 ends them', async () => {
      const { secret } = await call<RotatedJobWebhooks>('rotateJobWebhookSecret', { body: {} })
      receiver.answer = ({ event }) => ({ status: event.type === 'job.started' ? 410 : 204 })
      const events = ['job.accepted', 'job.started', 'job.ended'] as const
      const webhook = { url: `${receiver.url}/done?key=k3y`, events: [...events] }
      const job = await submit(target(), { ...envelope, webhook, items: [{ id: 'webhook-of-job' }] })
      expect(job.webhook).toEqual({ url: `${receiver.url}/done?key=***`, events })
      await untilDone(target(), job.id)
      // Endpoints of other tests may receive the events, too.
      const own = (found: readonly WebhookDelivery[]) => found.filter(({ endpointId }) => endpointId === null)
      const log = async () => {
        const request = { pathParams: { jobId: job.id } }
        return own((await call<WebhookDeliveryPage>('listJobWebhookDeliveries', request)).deliveries)
      }
      await until(async () => {
        expect((await log()).map(({ endpointId, status, reason }) => [endpointId, status, reason])).toEqual([
          [null, 'failed', 'http_410'],
          [null, 'failed', 'http_410'],
          [null, 'succeeded', null],
        ])
      })
      expect(receiver.received.map(({ event }) => event.type)).toEqual(['job.accepted', 'job.started'])
      for (const one of receiver.received) expect(await receiver.verify(one, secret)).toEqual(one.event)
      expect(own(await deliveries()).filter(({ event }) => event.jobId === job.id)).toEqual(await log())
    })

    it('are sent by type and channel', async () => {
      const channel = freshChannelName()
      const endpoint = await create({ eventTypes: ['job.accepted'], channels: [channel] })
      await submit(target(), { ...envelope, items: [{ id: 'webhook-2' }] })
      const { id } = await submitAlone(channel)
      await untilReceived(1)
      expect(receiver.received.map(({ event }) => [event.type, event.data['job']])).toMatchObject([
        ['job.accepted', { id }],
      ])
      expect(await deliveries({ endpointId: endpoint.id })).toHaveLength(1)
      expect(await deliveries({ endpointId: endpoint.id, eventType: 'job.ended' })).toEqual([])
      expect(await deliveries({ endpointId: endpoint.id, status: 'failed' })).toEqual([])
    })

    it('report what blocks a job', async () => {
      await create({ eventTypes: ['job.blocked'] })
      const open = await submit(target(), { ...envelope, open: true })
      await submit(target(), { ...envelope, dependsOn: [{ job: open.id }], items: [{ id: 'webhook-3' }] })
      await untilReceived(1)
      const { event } = receiver.received[0]!
      checkSchema(schemas[event.type]!, event)
      expect(event.data['waiting']).toMatchObject([{ reason: 'dependency', jobs: [open.id] }])
    })

    it('wait while their endpoint is disabled, and come in order when it is enabled', async () => {
      const endpoint = await create({ state: 'disabled', ordering: 'endpoint' })
      const sent = [await sendTest(endpoint), await sendTest(endpoint), await sendTest(endpoint)]
      await until(async () => {
        const waiting = await deliveries({ endpointId: endpoint.id })
        expect(waiting.map(({ event }) => event.id)).toEqual(sent.map(({ id }) => id).reverse())
        expect(waiting.map(({ reason }) => reason)).toEqual(sent.map(() => 'endpoint_disabled'))
      })
      expect(receiver.received).toEqual([])
      expect(await enable(endpoint)).toMatchObject({ state: 'enabled', stateReason: null })
      await untilReceived(3)
      expect(receiver.received.map(({ event }) => event.id)).toEqual(sent.map(({ id }) => id))
    })

    it('that were missed are cancelled when nobody wants them', async () => {
      const endpoint = await create({ state: 'disabled', eventTypes: ['webhook_endpoint.test'] })
      await sendTest(endpoint)
      await until(async () => expect(await deliveries({ endpointId: endpoint.id })).toHaveLength(1))
      await enable(endpoint, { replayMissed: false })
      await until(async () => {
        expect((await deliveries({ endpointId: endpoint.id })).map(({ status }) => status)).toEqual(['cancelled'])
      })
      expect(await call('disableWebhookEndpoint', of(endpoint))).toMatchObject({ stateReason: 'caller' })
    })

    it('are signed with both secrets while two hold', async () => {
      const endpoint = await create({ eventTypes: ['webhook_endpoint.test'] })
      const rotated = await call<CreatedWebhookEndpoint>('rotateWebhookSecret', { ...of(endpoint), body: {} })
      expect(rotated.secret).not.toBe(endpoint.secret)
      expect(rotated.secretHints.map(({ expiresAt }) => expiresAt === null)).toEqual([true, false])
      await sendTest(endpoint)
      await untilReceived(1)
      for (const secret of [endpoint.secret, rotated.secret]) await receiver.verify(receiver.received[0]!, secret)

      const revoked = await call<WebhookEndpoint>('revokePreviousWebhookSecret', of(endpoint))
      expect(revoked.secretHints).toHaveLength(1)
      await sendTest(endpoint)
      await untilReceived(2)
      await receiver.verify(receiver.received[1]!, rotated.secret)
      await expect(receiver.verify(receiver.received[1]!, endpoint.secret)).rejects.toMatchObject({ code: 'no_match' })
    })

    it('keep their id and body in a replay, which is a delivery of its own', async () => {
      const endpoint = await create({ eventTypes: ['webhook_endpoint.test'] })
      const { id, timestamp } = await sendTest(endpoint)
      await until(async () =>
        expect(await deliveries({ endpointId: endpoint.id, status: 'succeeded' })).toHaveLength(1),
      )
      const replay = async (body: object) =>
        (await call<WebhookReplayReceipt>('replayWebhookEvents', { ...of(endpoint), body }, 202)).replay
      expect(await replay({ since: timestamp, status: ['failed'] })).toMatchObject({ id: null, events: 0 })
      expect(await replay({ since: timestamp, eventTypes: ['job.ended'] })).toMatchObject({ id: null, events: 0 })
      expect(await replay({ since: timestamp, status: ['succeeded'] })).toMatchObject({ events: 1, continueAt: null })
      await untilReceived(2)
      const [first, second] = receiver.received
      expect(second!.body).toBe(first!.body)
      expect([first!, second!].map(({ headers }) => headers['webhook-id'])).toEqual([id, id])
      await until(async () =>
        expect(await deliveries({ endpointId: endpoint.id, status: 'succeeded' })).toHaveLength(2),
      )
    })

    it('that fail are tried again, but not after a redirect, and 410 disables the endpoint', async () => {
      const watching = await create({ eventTypes: ['webhook_endpoint.disabled'] })
      const endpoint = await create({ eventTypes: ['webhook_endpoint.test'], ordering: 'none' })
      const answers = [
        { status: 500, body: 'x'.repeat(5000) },
        { status: 302, headers: { location: receiver.url } },
        { status: 410 },
      ]
      receiver.answer = ({ event }) => (event.type === 'webhook_endpoint.test' ? answers.shift()! : { status: 204 })
      const found = async (eventId: string) =>
        (await deliveries({ endpointId: endpoint.id })).find(({ event }) => event.id === eventId)

      const retried = await sendTest(endpoint)
      await until(async () => expect(await found(retried.id)).toMatchObject({ attempts: 1 }))
      const waiting = (await found(retried.id))!
      expect(waiting).toMatchObject({
        status: 'waiting',
        reason: 'retry',
        log: [{ status: 500, verdict: 'retry', code: 'http_500' }],
      })
      expect(waiting.log[0]!.answer).toBe('x'.repeat(1024))
      expect(Date.parse(waiting.nextAttemptAt!)).toBeGreaterThan(Date.parse(waiting.log[0]!.startedAt))
      expect((await get(endpoint)).failingSince).not.toBeNull()

      const redirected = await sendTest(endpoint)
      await until(async () =>
        expect(await found(redirected.id)).toMatchObject({ status: 'failed', reason: 'http_302' }),
      )
      const last = await sendTest(endpoint)
      await until(async () => expect(await get(endpoint)).toMatchObject({ state: 'disabled', stateReason: 'gone' }))
      // The event is not lost: it waits for the endpoint to be enabled.
      const gone = { attempts: 1, log: [{ status: 410, verdict: 'retry', code: 'http_410' }] }
      await until(async () => expect(await found(last.id)).toMatchObject(gone))
      await until(() => expect(receiver.types.filter((type) => type === 'webhook_endpoint.disabled')).toHaveLength(1))
      const report = receiver.received.at(-1)!
      checkSchema('WebhookEndpointDisabledEvent', report.event)
      expect(await receiver.verify(report, watching.secret)).toMatchObject({
        data: { endpoint: { id: endpoint.id, reason: 'gone' } },
      })
    })

    it('are gone with their endpoint', async () => {
      const endpoint = await create({ state: 'disabled' })
      await sendTest(endpoint)
      await until(async () => expect(await deliveries({ endpointId: endpoint.id })).toHaveLength(1))
      await call('deleteWebhookEndpoint', of(endpoint), 204)
      expect(await deliveries({ endpointId: endpoint.id })).toEqual([])
      const answer = await send(target(), { operationId: 'getWebhookEndpoint', ...of(endpoint) })
      checkProblem(answer, 'webhook_endpoint_not_found')
    })
  })
}

// Calls that stand alone, and what they throw.

import {
  createClient,
  isAuthenticationError,
  isBadRequestError,
  isConnectionError,
  isNotFoundError,
  NotFoundError,
  WaybillError,
} from '@waybill/sdk'
import { isWebhookVerificationError, signWebhook, verifyWebhook } from '@waybill/sdk/webhooks'
import { catchError, type Checks, collect, createItem, envelope, equal } from './check.ts'

export const callChecks: Checks = {
  'retries what failed as a new job, and finds it among the dead letters': async ({ waybill, source }) => {
    const items = [createItem(source, 0, 'Chair'), createItem(source, 1, 'Table', true)]
    const job = await waybill.jobs.submit({ ...envelope(source), items })
    equal((await job.wait()).outcome, 'partial', 'outcome')
    const retried = await job.retryFailed()
    const ended = await retried.wait()
    equal([ended.retryOf, ended.outcome, ended.counts.total], [job.id, 'failed', 1], 'the new job')
    const dead = await collect(waybill.deadLetters.list({ jobId: retried.id }))
    equal(
      dead.map(({ item }) => [item.id, item.error?.code]),
      [[items[1]!.id, 'refused']],
      'dead letters',
    )
  },

  'follows an execution of two stages': async ({ waybill, source }) => {
    const jobs = [{ ...envelope(source), items: [createItem(source, 0, 'Chair')] }]
    const stages = ['brands', 'products'].map((name) => ({ name, jobs }))
    const { id } = await waybill.executions.create({ stages })
    const ended = await waybill.executions.wait(id, { backoff: { initialMs: 50 } })
    equal([ended.done, ended.outcome, ended.counts.succeeded], [true, 'succeeded', 2], 'the ended execution')
  },

  'delivers a single item': async ({ waybill, source }) => {
    const { items: _, ...call } = { ...envelope(source), items: [] }
    const delivery = await waybill.items.deliver({ ...call, item: createItem(source, 0, 'Chair') }, { waitSeconds: 10 })
    equal([delivery.done, delivery.item?.status], [true, 'succeeded'], 'the delivery')
  },

  'gives errors of its own classes, known by their guards': async ({ serverUrl, closedUrl, waybill, source }) => {
    const missing = await catchError(waybill.jobs.attach(`job_${'0'.repeat(32)}`).get())
    equal([isNotFoundError(missing), missing instanceof NotFoundError], [true, true], `not found (${String(missing)})`)
    equal(missing instanceof WaybillError && missing instanceof Error, true, 'the classes above it')
    if (isNotFoundError(missing)) {
      equal([missing.status, missing.problem?.status, typeof missing.requestId], [404, 404, 'string'], 'its details')
    }
    const wrong = { ...envelope(source), noSuchField: 1, items: [createItem(source, 0, 'Chair')] }
    const refused = await catchError(waybill.jobs.submit(wrong))
    equal(isBadRequestError(refused), true, `bad request (${String(refused)})`)

    const stranger = createClient({ baseUrl: serverUrl, token: async () => 'not a token' })
    const unknown = await catchError(collect(stranger.jobs.list()))
    equal(isAuthenticationError(unknown), true, `unknown token (${String(unknown)})`)

    const lost = createClient({ baseUrl: closedUrl, retry: false })
    const unreachable = await catchError(lost.jobs.submit({ ...envelope(source), items: [] }))
    equal(isConnectionError(unreachable), true, `unreachable (${String(unreachable)})`)
    if (isConnectionError(unreachable)) equal(typeof unreachable.idempotencyKey, 'string', 'the key to go on with')

    const unusable = await catchError(Promise.resolve().then(() => createClient({ baseUrl: 'ftp://localhost' })))
    equal(unusable instanceof TypeError, true, `a wrong argument (${String(unusable)})`)
  },

  'verifies a webhook, and refuses another one': async () => {
    const secret = `whsec_${btoa('x'.repeat(32))}`
    const event = { id: 'evt_1', type: 'job.ended', timestamp: new Date().toISOString(), data: { name: 'Stühle' } }
    const body = JSON.stringify(event)
    const timestamp = Math.floor(Date.now() / 1000)
    const content = { id: event.id, timestamp, body }
    if (!('subtle' in crypto)) {
      // A page that came without TLS: no browser gives it WebCrypto.
      const missing = await catchError(signWebhook(secret, content))
      return equal(missing instanceof TypeError && missing.message.includes('crypto.subtle'), true, String(missing))
    }
    const headers = new Headers({
      'webhook-id': event.id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': await signWebhook(secret, content),
    })
    const verified = await verifyWebhook({ body: new TextEncoder().encode(body), headers, secrets: [secret] })
    equal(JSON.stringify(verified), body, 'the event')
    const refused = await catchError(verifyWebhook({ body: `${body} `, headers, secrets: secret }))
    equal(isWebhookVerificationError(refused) && refused.code, 'no_match', `the refusal (${String(refused)})`)
  },

  'makes every call of the API by raw, with text and bytes as they are': async ({ waybill, source }) => {
    const { data: limits, error } = await waybill.raw.GET('/v1/limits')
    equal([error, typeof limits?.maxItemsPerNdjsonRequest], [undefined, 'number'], 'limits')
    const lines = [envelope(source), createItem(source, 0, 'Stühle'), createItem(source, 1, '椅子')]
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    for (const body of [text, new TextEncoder().encode(text), new Blob([text])]) {
      const { data: job, response } = await waybill.raw.POST('/v1/jobs', {
        headers: { 'Content-Type': 'application/x-ndjson' },
        // The description knows the type of the JSON body only.
        body: body as unknown as string,
      })
      equal([response.status, job?.counts.total], [202, 2], 'the answer')
      equal(response.headers.get('Location'), `/v1/jobs/${job?.id}`, 'Location')
    }
  },
}

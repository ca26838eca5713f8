// Connectors that must compile and connectors that must not: `check:types` reads this file, nothing runs it. A `@ts-expect-error` over a line that
// compiles is an error itself.

import { type TestOutcome, testConnector } from '@waybill/server'
import {
  type BatchContext,
  type ConnectorFetch,
  defineConnector,
  type HttpStatusError,
  type ItemContext,
  PermanentError,
  RetryLater,
  throwForStatus,
} from '@waybill/server/connector'
import { expectTypeOf } from 'vitest'

export const ofItems = defineConnector({
  async deliverItem(item, { fetch, signal, idempotencyKey }) {
    expectTypeOf(item.data).toBeUnknown()
    expectTypeOf(idempotencyKey).toBeString()
    const response = await fetch(new URL('https://shop.example/'), { method: 'PUT', signal, authorize: true })
    expectTypeOf(response).toEqualTypeOf<Response>()
    expectTypeOf(throwForStatus(response)).toEqualTypeOf<Response>()
    // @ts-expect-error whether to authorize is no text
    await fetch('https://shop.example/', { authorize: 'yes' })
    // @ts-expect-error there is no such option
    await fetch('https://shop.example/', { authorise: true })
    // @ts-expect-error the body of a response is read by its methods
    throwForStatus(await response.json(), 5)
    return { stored: true }
  },
})

export const ofBatches = defineConnector({
  deliverBatch: (items, context) => {
    expectTypeOf(context).toEqualTypeOf<BatchContext>()
    // @ts-expect-error a batch has no key of its own
    void context.idempotencyKey
    return items.map(({ id }) => (id === '' ? new PermanentError('no id') : new RetryLater(5)))
  },
})

// @ts-expect-error it delivers nothing
defineConnector({ deliver: () => {} })
// @ts-expect-error a batch is answered with a list
defineConnector({ deliverBatch: () => 'done' })
// @ts-expect-error a delay is a number
void new RetryLater('5 s')

export async function tests(): Promise<void> {
  const outcomes = await testConnector(ofItems, [{ id: 'a', data: { price: 5 } }], {
    batchSize: 5,
    job: { id: 'job_1' },
  })
  expectTypeOf(outcomes).toEqualTypeOf<TestOutcome[]>()
  for (const outcome of outcomes) {
    if (outcome.status === 'failed') expectTypeOf(outcome.retryable).toBeBoolean()
    if (outcome.status === 'retry_later') expectTypeOf(outcome.delayMs).toBeNumber()
    // @ts-expect-error only what was delivered has a result
    if (outcome.status === 'failed') void outcome.result
  }
  await testConnector('./shop.ts', [])
  await testConnector(new URL('./shop.ts', import.meta.url), [], { credentials: { type: 'bearer', token: 't' } })
  // @ts-expect-error an item has an id
  await testConnector(ofBatches, [{ data: 5 }])
  // @ts-expect-error nothing is retried
  await testConnector(ofBatches, [], { retries: 5 })
}

expectTypeOf<ItemContext['fetch']>().toEqualTypeOf<ConnectorFetch>()
// It takes the place of the platform's, for clients that are given one.
expectTypeOf<ConnectorFetch>().toExtend<(input: Request) => Promise<Response>>()
expectTypeOf<HttpStatusError['retryAfterMs']>().toEqualTypeOf<number | null>()

// Calls of `@waybill/sdk/webhooks` that must compile and calls that must not, as in sdk.ts.

import { expectTypeOf } from 'vitest'
import {
  type ItemsParkedEvent,
  type JobEndedEvent,
  type KnownWebhookEvent,
  type UnknownWebhookEvent,
  verifyWebhook,
  type WebhookEventType,
} from '@waybill/sdk/webhooks'

export async function verify(request: Request, headers: Record<string, string | string[] | undefined>): Promise<void> {
  const secrets = ['whsec_new', 'whsec_old'] as const
  await verifyWebhook({ body: new Uint8Array(), headers, secrets, toleranceSeconds: 60 })
  // @ts-expect-error a parsed body has other bytes
  await verifyWebhook({ body: {}, headers, secrets })
  // @ts-expect-error secrets are required
  await verifyWebhook({ body: '', headers })

  const event = await verifyWebhook({ body: await request.text(), headers: request.headers, secrets: 'whsec_one' })
  expectTypeOf(event.type).toExtend<string>()
  switch (event.type) {
    case 'job.ended':
      expectTypeOf(event).toEqualTypeOf<JobEndedEvent>()
      expectTypeOf(event.data.job.counts.failed).toEqualTypeOf<number>()
      // @ts-expect-error it is of another type
      void event.data.endpoint
      break
    case 'item.parked':
      expectTypeOf(event).toEqualTypeOf<ItemsParkedEvent>()
      break
    default:
      // @ts-expect-error which type it is, is not known
      void event.data.job
  }
  // @ts-expect-error there is no such type
  if (event.type === 'job.finished') return
  expectTypeOf<KnownWebhookEvent['type']>().toEqualTypeOf<WebhookEventType>()
  expectTypeOf<UnknownWebhookEvent['data']>().toBeUnknown()
}

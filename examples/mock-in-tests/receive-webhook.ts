// A receiver of webhooks for any framework that speaks `Request` and `Response`: Hono, Next.js, Deno, Bun, workers.

import { isWebhookVerificationError, verifyWebhook } from '@waybill/sdk/webhooks'

export interface Receiver {
  /** The endpoint's secret; two while one is replaced by another. */
  readonly secrets: readonly string[]
  /** Remembers an id; false: it was there. In a real receiver one statement on your database. */
  readonly remember: (eventId: string) => Promise<boolean>
  readonly onJobEnded: (job: { readonly id: string; readonly outcome: string | null }) => Promise<void>
}

/** Answers 204 for what it took or has taken before, and 400 for what is not signed. */
export async function receiveWebhook(request: Request, receiver: Receiver): Promise<Response> {
  const { secrets, remember, onJobEnded } = receiver
  try {
    const event = await verifyWebhook({ body: await request.text(), headers: request.headers, secrets })
    if (event.type === 'job.ended' && (await remember(event.id))) await onJobEnded(event.data.job)
    return new Response(null, { status: 204 })
  } catch (error) {
    if (!isWebhookVerificationError(error) || error.code === 'bad_secret') throw error
    return new Response(error.code, { status: 400 })
  }
}

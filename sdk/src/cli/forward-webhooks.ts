// Forwards events to a receiver that the server cannot reach. The endpoint is disabled: the server records its events and calls nothing.

import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WebhookDelivery, WebhookEventType } from '@waybill/spec'
import type { Waybill } from '../create-client.ts'
import { signWebhook } from '../webhooks/sign-webhook.ts'
import type { Cli } from './cli.ts'
import { shorten, toPrintable } from './output/printable.ts'

export interface ForwardOptions {
  /** Where the receiver listens. */
  readonly forwardTo: string
  /** Empty: all. */
  readonly eventTypes: readonly WebhookEventType[]
  /** Empty: all. */
  readonly channels: readonly string[]
}

/** A request to the receiver, as it is printed for programs. */
interface Forwarded {
  readonly id: string
  readonly type: string
  /** Null: there was no answer. */
  readonly status: number | null
  readonly durationMs: number
  readonly error: string | null
}

const POLL_MS = 1_000
/** As the server waits for an endpoint. */
const TIMEOUT_MS = 15_000
/** Never called: `.invalid` is no domain of anybody. */
const ENDPOINT_URL = 'https://listen.invalid/'
const SECRET_BYTES = 32

/**
 * Forwards events, oldest first, each once, until Ctrl-C; then deletes its endpoint.
 * @throws what a request to the server throws, and the reason of the interrupt
 */
export async function forwardWebhooks(cli: Cli, waybill: Waybill, options: ForwardOptions): Promise<void> {
  const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
  const { endpoints } = waybill.webhooks
  const { id: endpoint } = await endpoints.create(
    {
      ...{ url: ENDPOINT_URL, description: 'waybill webhooks listen', state: 'disabled', ordering: 'endpoint' },
      ...{ eventTypes: [...options.eventTypes], channels: [...options.channels] },
    },
    { signal: cli.interrupt },
  )
  try {
    await cli.print({ endpoint, secret }, () => [`Secret: ${secret}`])
    cli.say(`Forwarding events to ${options.forwardTo} until Ctrl-C`)
    const forwarded = new Set<string>()
    for (;;) {
      for (const delivery of await readNew(waybill, endpoint, { forwarded, signal: cli.interrupt })) {
        cli.interrupt.throwIfAborted()
        await print(cli, await forward(delivery, { ...options, secret, interrupt: cli.interrupt }))
      }
      await sleep(POLL_MS, undefined, { signal: cli.interrupt })
    }
  } finally {
    // Not by the interrupt: it is what this follows.
    await endpoints.delete(endpoint)
    cli.say(`Deleted ${endpoint}`)
  }
}

/** Deliveries that were not forwarded, oldest first. Deliveries are listed newest first: what is behind a known one is known. */
async function readNew(
  waybill: Waybill,
  endpointId: string,
  { forwarded, signal }: { readonly forwarded: Set<string>; readonly signal: AbortSignal },
): Promise<WebhookDelivery[]> {
  const found: WebhookDelivery[] = []
  for await (const delivery of waybill.webhooks.deliveries.list({ endpointId, include: ['body'], signal })) {
    if (forwarded.has(delivery.id)) break
    found.push(delivery)
  }
  for (const { id } of found) forwarded.add(id)
  return found.reverse()
}

async function forward(
  { event }: WebhookDelivery,
  { forwardTo, secret, interrupt }: ForwardOptions & { readonly secret: string; readonly interrupt: AbortSignal },
): Promise<Forwarded> {
  const { id, type, body = '' } = event
  const timestamp = Math.floor(Date.now() / 1000)
  const startedAtMs = performance.now()
  const done = (status: number | null, error: string | null): Forwarded => {
    return { id, type, status, durationMs: Math.round(performance.now() - startedAtMs), error }
  }
  try {
    const response = await fetch(forwardTo, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([interrupt, AbortSignal.timeout(TIMEOUT_MS)]),
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': await signWebhook(secret, { id, timestamp, body }),
      },
      body,
    })
    await response.body?.cancel()
    return done(response.status, null)
  } catch (error) {
    interrupt.throwIfAborted()
    const { cause, message } = error as Error
    return done(null, cause instanceof Error ? cause.message : message)
  }
}

async function print(cli: Cli, forwarded: Forwarded): Promise<void> {
  const { type, id, status, durationMs, error } = forwarded
  await cli.print(forwarded, () => {
    const result = status ?? shorten(toPrintable(error ?? ''), 80)
    return [`${toPrintable(type).padEnd(24)}  ${toPrintable(id)}  ${result}  ${durationMs} ms`]
  })
}

import type { LiveJobs } from '../model/live-job.ts'
import { isHiddenChannel, type WebhookEventType, type WebhookRouting } from '../model/webhook-event.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import type { AppendEvents } from './append-events.ts'
import { timeOf } from './event-job.ts'
import { routeFact } from './make-event.ts'

export interface CircuitEventsOptions {
  readonly routing: WebhookRouting
  readonly clock: Clock
  readonly liveJobs: Pick<LiveJobs, 'values'>
  readonly telemetry: Telemetry
  readonly append: Pick<AppendEvents, 'add'>
}

type CircuitEventType = Extract<WebhookEventType, `channel.${string}`>

/**
 * Reports that the circuit of a channel opened or closed, to each subscription that has work on the channel which has not ended, or an endpoint
 * that names the channel. Returns how to stop.
 */
export function reportCircuits(options: CircuitEventsOptions): () => void {
  const { clock, telemetry } = options
  const stops = [
    telemetry.on('circuit.opened', ({ channel, again }) => {
      if (!again) report(channel, 'channel.circuit_opened', { since: timeOf(clock.nowMs()) }, options)
    }),
    telemetry.on('circuit.closed', ({ channel, openForMs }) => {
      report(channel, 'channel.circuit_closed', { openForMs: Math.round(openForMs) }, options)
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

function report(
  channel: string,
  type: CircuitEventType,
  fact: Readonly<Record<string, unknown>>,
  { routing, clock, liveJobs, append }: CircuitEventsOptions,
): void {
  if (isHiddenChannel(channel)) return
  const interested = new Set<string>()
  const others = new Set<string>()
  for (const subscription of routing.subscriptions()) {
    if (!routing.wantsType(subscription, type)) continue
    if (routing.namesChannel(subscription, channel)) interested.add(subscription)
    else others.add(subscription)
  }
  if (others.size > 0) {
    for (const { record } of liveJobs.values())
      if (record.envelope.channel === channel && others.has(record.subscription)) interested.add(record.subscription)
  }
  for (const subscription of interested) {
    const data = { subscription, channel, ...fact }
    const event = routeFact({ subscription, type, jobId: null, channel, atMs: clock.nowMs(), data }, routing)
    if (event !== null) append.add(event)
  }
}

import type { Channel, WaitingReason } from '@waybill/spec'

/** The explanation of a reason, with what somebody may do about it. */
interface Explained {
  readonly meaning: string
  readonly advice: string
}

/** @param channel null: not known */
type Explain = (place: { readonly jobId: string; readonly name: string; readonly channel: Channel | null }) => Explained

const explanations: Readonly<Record<WaitingReason, Explain>> = {
  schedule: () => ({
    meaning: 'its runAt has not come',
    advice: 'Wait, or cancel it and submit it again without runAt',
  }),
  dependency: ({ jobId }) => ({
    meaning: 'it depends on another job',
    advice: `Wait for that job, or drop the dependency: waybill release ${jobId}`,
  }),
  retry: () => ({
    meaning: 'an attempt failed, and the next one is not due',
    advice: 'See the error below; if the target system is mended, wait for the next attempt',
  }),
  parked: ({ jobId }) => ({
    meaning: 'it is parked: somebody must decide',
    advice: `Decide: waybill parked list --job ${jobId}`,
  }),
  paused: ({ jobId, name, channel }) =>
    channel?.state.paused === true
      ? { meaning: `channel ${name} is paused`, advice: `Resume it: waybill channels resume ${name}` }
      : { meaning: 'it is paused', advice: `Resume it: waybill resume ${jobId}` },
  connector_unavailable: ({ name }) => ({
    meaning: `the connector of ${name} cannot be loaded`,
    advice: 'Correct the module; it is loaded again by itself',
  }),
  circuit_open: ({ name }) => ({
    meaning: `too many calls of ${name} failed: single probes are made`,
    advice: 'Mend the target system; the circuit closes with the first probe that succeeds',
  }),
  retry_after: ({ name }) => ({
    meaning: `the target system of ${name} asked to wait (Retry-After)`,
    advice: `Wait, or lift it: waybill channels unblock ${name}`,
  }),
  rate_limit: ({ name, channel }) => ({
    meaning: `the rate limit of ${name} is used up${limitOf(channel)}`,
    advice: 'Wait, or raise rateLimit if the target system allows more',
  }),
  concurrency: ({ name, channel }) => ({
    meaning: `as many calls run as ${name} allows${channel === null ? '' : ` (${channel.concurrency})`}`,
    advice: 'Wait, or raise concurrency if the target system allows more',
  }),
  partition: () => ({
    meaning: 'an earlier item of the same key has not ended',
    advice: 'See why that one waits: waybill why <job> <index> of the item it stands behind',
  }),
  backlog: () => ({ meaning: 'other items are before it', advice: 'Wait for its turn' }),
}

/** Explains a reason in words. */
export function explainWaiting(reason: WaitingReason, place: Parameters<Explain>[0]): Explained {
  // A newer server may have further reasons.
  const explain = explanations[reason] as Explain | undefined
  return explain?.(place) ?? { meaning: reason, advice: 'See the documentation of the server' }
}

function limitOf(channel: Channel | null): string {
  if (channel?.rateLimit == null) return ''
  const { limit, periodMs, unit } = channel.rateLimit
  return ` (${limit} ${unit} in ${periodMs} ms)`
}

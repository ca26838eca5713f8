import type { Channel, WaitingReason } from '@waybill/spec'
import { formatSeconds } from './printable.ts'

/** The explanation of a reason, with what somebody may do about it. */
interface Explained {
  readonly meaning: string
  /** The event that ends it, where no time is known. */
  readonly ends: string
  readonly advice: string
}

/** @param channel null: not known */
type Explain = (place: {
  readonly jobId: string
  readonly name: string
  readonly channel: Channel | null
  /** A dependency can no longer be met. */
  readonly isUnmet?: boolean
}) => Explained

const explanations: Readonly<Record<WaitingReason, Explain>> = {
  schedule: () => ({
    meaning: 'its runAt has not come',
    ends: 'its runAt',
    advice: 'Wait, or cancel it and submit it again without runAt',
  }),
  dependency: ({ jobId, isUnmet = false }) => ({
    meaning: isUnmet ? 'a job that it depends on did not end as required' : 'it depends on another job',
    ends: isUnmet ? 'somebody releases or cancels it' : 'that job has ended',
    advice: isUnmet
      ? `Deliver it all the same: waybill release ${jobId}. Or cancel it: waybill cancel ${jobId}`
      : `Wait for that job, or drop the dependency: waybill release ${jobId}`,
  }),
  retry: () => ({
    meaning: 'an attempt failed, and the next one is not due',
    ends: 'its next attempt is due',
    advice: 'See the error below; if the target system is mended, wait for the next attempt',
  }),
  parked: ({ jobId }) => ({
    meaning: 'it is parked: somebody must decide',
    ends: 'somebody decides',
    advice: `Decide: waybill parked list --job ${jobId}`,
  }),
  paused: ({ jobId, name, channel }) =>
    channel?.state.paused === true
      ? {
          meaning: `channel ${name} is paused`,
          ends: 'somebody resumes the channel',
          advice: `Resume it: waybill channels resume ${name}`,
        }
      : { meaning: 'it is paused', ends: 'somebody resumes it', advice: `Resume it: waybill resume ${jobId}` },
  disk_full: () => ({
    meaning: 'the disk of the server is full, so that no outcome can be kept',
    ends: 'there is space: it is tried again every second',
    advice: 'Free space on the disk of the server, delete jobs that have ended, or raise limits.maxDataBytes',
  }),
  store_unavailable: () => ({
    meaning: 'the store of the server takes no outcomes',
    ends: 'it does: it is tried again every second',
    advice: 'See the log of the server; mend or restore its store',
  }),
  handover: () => ({
    meaning: 'another server ended without giving its place back, and its calls may still run',
    ends: 'the longest of them has ended',
    advice: 'Wait: calls start by themselves then',
  }),
  connector_unavailable: ({ name }) => ({
    meaning: `the connector of ${name} cannot be loaded`,
    ends: 'it can be loaded',
    advice: 'Correct the module; it is loaded again by itself',
  }),
  circuit_open: ({ name }) => ({
    meaning: `too many calls of ${name} failed: single probes are made`,
    ends: 'a probe succeeds',
    advice: 'Mend the target system; the circuit closes with the first probe that succeeds',
  }),
  retry_after: ({ name }) => ({
    meaning: `the target system of ${name} asked to wait (Retry-After)`,
    ends: 'the Retry-After has passed',
    advice: `Wait, or lift it: waybill channels unblock ${name}`,
  }),
  rate_limit: ({ name, channel }) => ({
    meaning: `the rate limit of ${name} is used up${limitOf(channel)}`,
    ends: 'the limit allows the next call',
    advice: 'Wait, or raise rateLimit if the target system allows more',
  }),
  concurrency: ({ name, channel }) => ({
    meaning: `as many calls run as ${name} allows${channel === null ? '' : ` (${channel.concurrency})`}`,
    ends: `a running call ends${withinTimeout(channel)}`,
    advice: 'Wait, or raise concurrency if the target system allows more',
  }),
  partition: () => ({
    meaning: 'an earlier item of the same key has not ended',
    ends: 'that item has ended',
    advice: 'See why that one waits: waybill why <job> <index> of the item it stands behind',
  }),
  backlog: () => ({ meaning: 'other items are before it', ends: 'its turn comes', advice: 'Wait for its turn' }),
}

/** Explains a reason in words. */
export function explainWaiting(reason: WaitingReason, place: Parameters<Explain>[0]): Explained {
  // A newer server may have further reasons.
  const explain = explanations[reason] as Explain | undefined
  return explain?.(place) ?? { meaning: reason, ends: 'not known', advice: 'See the documentation of the server' }
}

/** How long a call may take at most: ` within 10 min (timeoutMs)`; empty: not known. */
export function withinTimeout(channel: Channel | null): string {
  if (channel === null) return ''
  return ` within ${formatSeconds(channel.connector.timeoutMs / 1000)} (timeoutMs)`
}

function limitOf(channel: Channel | null): string {
  if (channel?.rateLimit == null) return ''
  const { limit, periodMs, unit } = channel.rateLimit
  return ` (${limit} ${unit} in ${periodMs} ms)`
}

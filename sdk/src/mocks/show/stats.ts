import type { ChannelStats, ItemAttempt, Stats } from '@waybill/spec'
import { isItemEnded, type MockChannel, type MockJob } from '../engine/mock-job.ts'
import { pendingReason } from '../engine/waiting-reason.ts'
import { time } from './job-view.ts'

const STEP_MS = 10_000
const MAX_STEPS = 360

export interface StatsQuery {
  readonly windowSeconds: number
  readonly stepSeconds: number
  readonly channels: readonly string[] | undefined
  readonly subscriptions: 'own' | 'all'
}

/** The facts from which figures are made. */
export interface StatsMoment {
  readonly sinceMs: number
  readonly nowMs: number
  readonly jobs: readonly MockJob[]
  readonly channels: readonly MockChannel[]
}

/** Figures of channels in complete steps. Counted from the items that are there; of what waits only the last step is known. */
export function statsView(query: StatsQuery, { sinceMs, nowMs, jobs, channels }: StatsMoment): Stats {
  const { stepSeconds, windowSeconds, subscriptions } = query
  const stepsEach = stepSeconds / (STEP_MS / 1000)
  const end = Math.floor(nowMs / STEP_MS)
  const known = Math.floor((end - Math.floor(sinceMs / STEP_MS)) / stepsEach)
  const wanted = Math.min(Math.ceil(windowSeconds / stepSeconds), Math.floor(MAX_STEPS / stepsEach))
  const steps = Math.min(wanted, known)
  const fromMs = (end - steps * stepsEach) * STEP_MS
  const stepOf = (atMs: number): number => Math.floor((atMs - fromMs) / (stepSeconds * 1000))
  const shown = channels
    .filter(({ name }) => query.channels?.includes(name) ?? true)
    .map((channel) => {
      const ofChannel = jobs.filter(({ envelope }) => envelope.channel === channel.name)
      return channelStats(ofChannel, { channel, nowMs, steps, stepOf })
    })
    .filter((stats) => [...lists(stats)].some((list) => list.some((count) => count > 0)))
    .sort((a, b) => (a.channel < b.channel ? -1 : 1))
  const toMs = fromMs + steps * stepSeconds * 1000
  const span = { since: time(sinceMs), from: time(fromMs), to: time(toMs), stepSeconds, steps }
  return { ...span, subscriptions, complete: true, channels: shown }
}

interface ChannelMoment {
  readonly channel: MockChannel
  readonly nowMs: number
  readonly steps: number
  readonly stepOf: (atMs: number) => number
}

function channelStats(jobs: readonly MockJob[], { channel, nowMs, steps, stepOf }: ChannelMoment): ChannelStats {
  const zeros = (): number[] => Array.from({ length: steps }, () => 0)
  const calls = { ok: zeros(), failed: zeros(), throttled: zeros(), timeout: zeros(), unreachable: zeros() }
  const ended = { succeeded: zeros(), failed: zeros(), cancelled: zeros() }
  const waiting = new Map<ChannelStats['waiting'][number]['reason'], number>()
  const count = (list: number[], atMs: number): void => {
    const step = stepOf(atMs)
    if (step >= 0 && step < steps) list[step]!++
  }
  for (const item of jobs.flatMap(({ items }) => items)) {
    for (const call of item.log) count(calls[resultOf(call)], Date.parse(call.startedAt) + call.durationMs)
    if (isItemEnded(item)) {
      count(ended[item.status as keyof typeof ended], item.endedAtMs ?? 0)
      continue
    }
    const reason = item.hold ?? (item.status === 'pending' ? pendingReason(item, { nowMs, channel }) : null)
    if (reason !== null) waiting.set(reason.reason, (waiting.get(reason.reason) ?? 0) + 1)
  }
  const atTheEnd = Array.from(steps === 0 ? [] : waiting, ([reason, items]) => ({
    ...{ reason, items: zeros().with(-1, items) },
  }))
  return { channel: channel.name, calls, ended, waiting: atTheEnd }
}

function resultOf({ code, verdict }: ItemAttempt): keyof ChannelStats['calls'] {
  if (code === null) return 'ok'
  if (code === 'timeout') return 'timeout'
  if (code === 'connection_failed') return 'unreachable'
  return verdict === 'throttled' ? 'throttled' : 'failed'
}

function* lists({ calls, ended, waiting }: ChannelStats): Generator<readonly number[]> {
  yield* Object.values(calls)
  yield* Object.values(ended)
  for (const { items } of waiting) yield items
}

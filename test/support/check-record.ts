import type { AcceptedJob, RecordedCall } from './record.ts'

/** Faults that one checker found, as sentences; at most this many are reported. */
const MAX_REPORTED = 10

function limited(faults: string[]): string[] {
  return faults.length <= MAX_REPORTED
    ? faults
    : [...faults.slice(0, MAX_REPORTED), `and ${faults.length - MAX_REPORTED} more`]
}

function name(call: RecordedCall): string {
  return `${call.jobId.slice(-6)}/${call.index} (epoch ${call.epoch}, attempt ${call.attempt})`
}

/** Calls of each key, in the order they started. */
function byKey(calls: readonly RecordedCall[]): Map<string, RecordedCall[]> {
  const keys = new Map<string, RecordedCall[]>()
  for (const call of [...calls].sort((a, b) => a.startMs - b.startMs)) {
    const list = keys.get(call.key)
    if (list === undefined) keys.set(call.key, [call])
    else list.push(call)
  }
  return keys
}

function sameItem(a: RecordedCall, b: RecordedCall): boolean {
  return a.jobId === b.jobId && a.index === b.index
}

/** ORD-1: calls of different items of one key never overlap. */
export function checkNoOverlap(calls: readonly RecordedCall[]): string[] {
  const faults: string[] = []
  for (const [key, list] of byKey(calls)) {
    let last: RecordedCall | undefined
    for (const call of list) {
      if (last !== undefined && !sameItem(last, call) && call.startMs < last.endMs) {
        faults.push(`ORD-1 key ${key}: ${name(call)} started before ${name(last)} had ended`)
      }
      if (last === undefined || call.endMs > last.endMs) last = call
    }
  }
  return limited(faults)
}

/** ORD-2, ORD-3, ORD-5: a key's items are called in the order (eligible job, index), and none is called after a later one was. */
export function checkOrder(calls: readonly RecordedCall[], jobs: readonly AcceptedJob[]): string[] {
  const faults: string[] = []
  const place = new Map(jobs.map((job, at) => [job.jobId, at]))
  for (const [key, list] of byKey(calls)) {
    let latest: RecordedCall | undefined
    for (const call of list) {
      if (latest !== undefined && before(place, call, latest)) {
        faults.push(`ORD-3 key ${key}: ${name(call)} was called after ${name(latest)}`)
      } else latest = call
    }
  }
  return limited(faults)
}

function before(place: ReadonlyMap<string, number>, a: RecordedCall, b: RecordedCall): boolean {
  return a.jobId === b.jobId ? a.index < b.index : place.get(a.jobId)! < place.get(b.jobId)!
}

/**
 * ORD-2, ORD-4: the first call of an item starts only after the item before it in its key had its last call answered for good.
 * `stopped`: jobs whose items may end without that.
 */
export function checkEndedBeforeNext(
  calls: readonly RecordedCall[],
  stopped: ReadonlySet<string> = new Set(),
): string[] {
  const faults: string[] = []
  for (const [key, list] of byKey(calls)) {
    for (let n = 1; n < list.length; n++) {
      const previous = list[n - 1]!
      const call = list[n]!
      if (sameItem(previous, call) || previous.answer === 'succeeded' || previous.answer === 'failed') continue
      if (stopped.has(previous.jobId)) continue
      faults.push(`ORD-4 key ${key}: ${name(call)} was called while ${name(previous)} had to be tried again`)
    }
  }
  return limited(faults)
}

/** ORD-3: after each start at most one item of a key is called again that was taken before. */
export function checkRepeatsPerStart(calls: readonly RecordedCall[]): string[] {
  const faults: string[] = []
  for (const [key, list] of byKey(calls)) {
    const takenIn = new Map<string, number>()
    const again = new Map<number, Set<string>>()
    for (const call of list) {
      const item = itemName(call)
      const epoch = takenIn.get(item)
      if (epoch !== undefined && epoch < call.epoch) {
        const items = again.get(call.epoch)
        if (items === undefined) again.set(call.epoch, new Set([item]))
        else items.add(item)
      }
      if (call.answer === 'succeeded' && epoch === undefined) takenIn.set(item, call.epoch)
    }
    for (const [epoch, items] of again)
      if (items.size > 1) faults.push(`ORD-3 key ${key}: ${items.size} items were called again by epoch ${epoch}`)
  }
  return limited(faults)
}

function itemName(call: RecordedCall): string {
  return `${call.jobId}/${call.index}`
}

/** REC-6: every call of an item carries the same idempotency key and a higher (epoch, attempt) than the one before. */
export function checkRepeats(calls: readonly RecordedCall[]): string[] {
  const faults: string[] = []
  const last = new Map<string, RecordedCall>()
  for (const call of [...calls].sort((a, b) => a.startMs - b.startMs)) {
    const previous = last.get(itemName(call))
    last.set(itemName(call), call)
    if (previous === undefined) continue
    if (previous.idempotencyKey !== call.idempotencyKey) {
      faults.push(
        `REC-6 ${name(call)} carries the idempotency key ${call.idempotencyKey} after ${previous.idempotencyKey}`,
      )
    }
    const higher = call.epoch > previous.epoch || (call.epoch === previous.epoch && call.attempt > previous.attempt)
    if (!higher) faults.push(`REC-6 ${name(call)} came after ${name(previous)}`)
  }
  return limited(faults)
}

/** PRG-3: a job that depends on another one is not called before the last call of that one was answered. */
export function checkStages(
  calls: readonly RecordedCall[],
  stages: readonly { readonly first: string; readonly second: string }[],
): string[] {
  const faults: string[] = []
  const times = new Map<string, { firstMs: number; lastMs: number }>()
  for (const { jobId, startMs, endMs } of calls) {
    const { firstMs = Infinity, lastMs = -Infinity } = times.get(jobId) ?? {}
    times.set(jobId, { firstMs: Math.min(firstMs, startMs), lastMs: Math.max(lastMs, endMs) })
  }
  for (const { first, second } of stages) {
    const earlyMs = (times.get(first)?.lastMs ?? -Infinity) - (times.get(second)?.firstMs ?? Infinity)
    if (earlyMs > 0)
      faults.push(`PRG-3 ${second} was called ${earlyMs.toFixed(1)} ms before the last call of ${first} had ended`)
  }
  return limited(faults)
}

/**
 * REC-1: every item of the accepted jobs was called, and the connector took it exactly once unless a start lies between.
 * `mayRepeat`: an answer may have come too late to be heard.
 */
export function checkEachDelivered(
  calls: readonly RecordedCall[],
  jobs: readonly AcceptedJob[],
  { mayRepeat = false }: { mayRepeat?: boolean } = {},
): string[] {
  const faults: string[] = []
  const succeeded = new Map<string, RecordedCall[]>()
  for (const call of calls) {
    if (call.answer !== 'succeeded' && call.answer !== 'failed') continue
    const list = succeeded.get(itemName(call))
    if (list === undefined) succeeded.set(itemName(call), [call])
    else list.push(call)
  }
  for (const job of jobs) {
    for (let index = 0; index < job.keys.length; index++) {
      const list = succeeded.get(`${job.jobId}/${index}`) ?? []
      if (list.length === 0) faults.push(`REC-1 ${job.jobId}/${index} was never taken by the connector`)
      const epochs = new Set(list.map((call) => call.epoch))
      if (!mayRepeat && epochs.size < list.length)
        faults.push(`REC-1 ${job.jobId}/${index} was taken twice within one start`)
    }
  }
  return limited(faults)
}

/** RAT-1: in every window the calls started are at most limit x window / period + burst. `slackMs`: jitter of the recorder's clock. */
export function checkRate(
  startsMs: readonly number[],
  limit: { limit: number; periodMs: number; burst: number },
  slackMs = 0,
): string[] {
  const faults: string[] = []
  const starts = [...startsMs].sort((a, b) => a - b)
  const intervalMs = limit.periodMs / limit.limit
  // GCRA as a checker: the theoretical arrival time of the strictest run that admits every call must never run ahead of the burst.
  let tat = -Infinity
  for (const [n, start] of starts.entries()) {
    tat = Math.max(tat, start) + intervalMs
    const ahead = tat - start - limit.burst * intervalMs
    if (ahead > slackMs) faults.push(`RAT-1 call ${n} at ${start.toFixed(1)} ms came ${ahead.toFixed(1)} ms too early`)
  }
  return limited(faults)
}

/** A process killed this soon after an answer, ms, may not have written it. */
const UNWRITTEN_MS = 250

/** The blocks as a server can know them: one that was read right before a `kill -9` ends with it, as nothing of it was durable yet. */
export function endAtKills(
  blocks: readonly { fromMs: number; untilMs: number }[],
  killsMs: readonly number[],
): { fromMs: number; untilMs: number }[] {
  return blocks.map(({ fromMs, untilMs }) => {
    const killMs = killsMs.find((ms) => ms >= fromMs && ms <= fromMs + UNWRITTEN_MS)
    return { fromMs, untilMs: Math.min(untilMs, killMs ?? Infinity) }
  })
}

/** RAT-2: no call starts between the receipt of a `Retry-After` and its end. A call on its way when the answer was sent is no fault. */
export function checkBlocked(
  startsMs: readonly number[],
  blocks: readonly { fromMs: number; untilMs: number }[],
  graceMs: number,
): string[] {
  const faults: string[] = []
  for (const block of blocks) {
    for (const start of startsMs) {
      if (start > block.fromMs + graceMs && start < block.untilMs - graceMs) {
        faults.push(`RAT-2 a call started ${(block.untilMs - start).toFixed(0)} ms before the end of a Retry-After`)
      }
    }
  }
  return limited(faults)
}

/** The snapshots of a job that a client saw, in order. */
export interface SeenJob {
  readonly version: number
  readonly status: string
  readonly counts: {
    readonly total: number
    readonly pending: number
    readonly waiting: number
    readonly running: number
    readonly succeeded: number
    readonly failed: number
    readonly cancelled: number
  }
}

/** PRG-1: counts balance in every answer after sealing, ended counts never fall, versions only grow and show one thing each. */
export function checkProgress(seen: readonly SeenJob[]): string[] {
  const faults: string[] = []
  let last: SeenJob | undefined
  for (const job of seen) {
    const { total, pending, waiting, running, succeeded, failed, cancelled } = job.counts
    if (total !== pending + waiting + running + succeeded + failed + cancelled) {
      faults.push(`PRG-1 version ${job.version}: counts do not balance: ${JSON.stringify(job.counts)}`)
    }
    if (last !== undefined) {
      const fell = (['succeeded', 'failed', 'cancelled'] as const).filter(
        (count) => job.counts[count] < last!.counts[count],
      )
      for (const count of fell) faults.push(`PRG-1 ${count} fell from ${last.counts[count]} to ${job.counts[count]}`)
      if (job.version < last.version) faults.push(`PRG-1 version fell from ${last.version} to ${job.version}`)
      if (job.version === last.version && JSON.stringify(job.counts) !== JSON.stringify(last.counts)) {
        faults.push(`PRG-1 version ${job.version} showed two snapshots`)
      }
    }
    last = job
  }
  return limited(faults)
}

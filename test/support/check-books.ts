import type { RecordedCall } from './record.ts'

/** An ended job as the server reports it. */
export interface EndedJob {
  readonly jobId: string
  readonly total: number
  /** Its last items that may fail without a call, as they are invalid. @default none */
  readonly uncalled?: number
  /** The lines of its results. */
  readonly lines: readonly { readonly index: number; readonly status: string }[]
}

/** From an answer that a process did not live to make durable to the first call of the next one: a freeze and a start, on a busy machine. */
const MAX_START_MS = 10_000
/** Maximum number of reported faults. */
const MAX_REPORTED = 10

/**
 * REC-1: every item ended exactly once, and as the connector answered: one that `succeeded` was taken by it, one that `failed` was refused
 * or never taken by it, though it was called, one that was `cancelled` was not refused by a call whose process lived on: what a process heard and did not make
 * durable before it died, no later one knows, and nothing of a cancelled job is called again.
 */
export function checkBooks(calls: readonly RecordedCall[], jobs: readonly EndedJob[]): string[] {
  const answers = new Map<string, Set<RecordedCall['answer']>>()
  const refusals = new Map<string, RecordedCall>()
  // Terms are comparable within a channel only.
  const startsMs = new Map<string, Map<number, number>>()
  for (const call of calls) {
    const { jobId, index, answer, epoch, startMs } = call
    const ofChannel = startsMs.get(call.channel) ?? new Map<number, number>()
    startsMs.set(call.channel, ofChannel.set(epoch, Math.min(startMs, ofChannel.get(epoch) ?? Infinity)))
    const name = `${jobId}/${index}`
    if (answer === 'failed') refusals.set(name, call)
    const set = answers.get(name)
    if (set === undefined) answers.set(name, new Set([answer]))
    else set.add(answer)
  }
  const isLost = ({ channel, epoch, endMs }: RecordedCall): boolean =>
    [...startsMs.get(channel)!].some(([later, startMs]) => later > epoch && startMs - endMs < MAX_START_MS)
  const faults: string[] = []
  for (const { jobId, total, uncalled = 0, lines } of jobs) {
    for (let n = 0; n < Math.max(total, lines.length); n++) {
      const line = lines[n]
      if (line?.index !== n || n >= total) {
        faults.push(`REC-1 ${jobId}: line ${n} of the results is item ${line?.index ?? 'none'} of ${total}`)
        break
      }
      const seen = answers.get(`${jobId}/${n}`) ?? new Set()
      const refusal = refusals.get(`${jobId}/${n}`)
      const isTrue = {
        succeeded: seen.has('succeeded'),
        failed: seen.has('failed') || (!seen.has('succeeded') && (seen.size > 0 || n >= total - uncalled)),
        cancelled: refusal === undefined || isLost(refusal),
      }[line.status]
      if (isTrue !== true)
        faults.push(
          `REC-1 ${jobId}/${n} ended ${line.status}, the connector answered ${[...seen].join(', ') || 'nothing'}`,
        )
    }
  }
  return faults.length <= MAX_REPORTED
    ? faults
    : [...faults.slice(0, MAX_REPORTED), `and ${faults.length - MAX_REPORTED} more`]
}

import type { Call, CallItem, CallJob, ItemAnswer } from '../connectors/connector.ts'
import { timeLeftMs } from '../connectors/time-left.ts'
import type { Credentials } from '../model/channel.ts'
import type { CallTraceIds } from '../model/call-trace.ts'
import { LotReader } from './messages-lot.ts'
import type { ToLane } from './messages.ts'
import { planCalls } from './worker-plan.ts'
import { callTraceparent } from './worker-trace.ts'

/** A lot in a lane, cut into calls. */
export interface LaneLot {
  readonly reader: LotReader
  readonly base: number
  readonly states: Uint8Array
  /** The jobs of the reader's table as connectors see them. */
  readonly jobs: readonly CallJob[]
  /** Whether any of the jobs has a deadline: most lots are spared the look at the time. */
  readonly hasDeadlines: boolean
  /** Items of each call by number; null: every item is a call of its own, in order. */
  readonly calls: readonly (readonly number[])[] | null
  /** Calls in the lot, and those started. */
  readonly callCount: number
  started: number
  /** The next call, if its items were looked at before it may start. */
  checked: LaneCall | null
  /** The lines of items whose payloads were resolved; null: every line is the lot's own. */
  readonly resolved: ResolvedLines | null
}

/** Cuts a lot into calls. */
export function laneLotOf(
  { buffer, states, base }: Pick<Extract<ToLane, { kind: 'lot' }>, 'buffer' | 'states' | 'base'>,
  { channel, batchSize }: { readonly channel: string; readonly batchSize: number },
): LaneLot {
  const reader = new LotReader(buffer)
  const calls = planCalls(reader, batchSize)
  return {
    reader,
    base,
    states: new Uint8Array(states),
    jobs: reader.jobs.map(({ jobId, subscription, objectType, action, partitionBy }) => ({
      ...{ jobId, subscription, channel, objectType, action, partitionBy },
    })),
    hasDeadlines: reader.jobs.some(({ deadlineAtMs }) => deadlineAtMs !== null),
    calls,
    callCount: calls?.length ?? reader.count,
    started: 0,
    checked: null,
    resolved: null,
  }
}

/** The job of a lot's next call. */
export function nextJob(lot: LaneLot): CallJob {
  return lot.jobs[lot.reader.job(firstOfNext(lot))]!
}

/** Whether the job of a lot's next call has run out of time: its end is being made durable, no call starts meanwhile. */
export function isPastDeadline(lot: LaneLot): boolean {
  const { deadlineAtMs } = lot.reader.jobs[lot.reader.job(firstOfNext(lot))]!
  return deadlineAtMs !== null && Date.now() >= deadlineAtMs
}

/** Units of the gate that a lot's next call takes. */
export function costOf({ calls, checked, started }: LaneLot, unit: 'calls' | 'items' | undefined): number {
  if (calls === null || unit !== 'items') return 1
  return checked?.sentItems ?? calls[started]!.length
}

/** The number of the first item of a lot's next call. */
function firstOfNext({ calls, started }: LaneLot): number {
  return calls === null ? started : calls[started]![0]!
}

/** Lines that are not as they were submitted. */
export interface ResolvedLines {
  /** Makes the line of an item; null: it is the lot's own. */
  lineOf(number: number): Buffer | null
  /** The calls of these items are over, or were never made: their lines are needed no more. */
  release(numbers: readonly number[]): void
}

/** A call that runs. */
export class LaneCall implements Call {
  readonly lot: LaneLot
  /** Number of the first item in its lot; -1: see `numbers`. */
  readonly first: number
  readonly numbers: readonly number[] | null
  readonly job: CallJob
  readonly items: readonly CallItem[]
  readonly epoch: number
  readonly credentials: Credentials | null
  startedAtMs: number
  refusals: readonly (ItemAnswer | null)[] | null | undefined = undefined
  ended = false
  timedOut = false
  onTimedOut: ((reason: Error) => void) | null = null
  #controller: AbortController | null = null
  #traceparent: string | null = null

  readonly #timeoutMs: number
  readonly #traceIds: CallTraceIds | null

  constructor(
    lot: LaneLot,
    n: number,
    facts: {
      epoch: number
      startedAtMs: number
      timeoutMs: number
      credentials: Credentials | null
      traceIds: CallTraceIds | null
    },
  ) {
    this.lot = lot
    this.numbers = lot.calls === null ? null : lot.calls[n]!
    this.first = this.numbers === null ? n : this.numbers[0]!
    this.job = lot.jobs[lot.reader.job(this.first)]!
    this.items =
      this.numbers === null
        ? [new LotItem(lot.reader, n)]
        : this.numbers.map((number) => new LotItem(lot.reader, number, lot.resolved?.lineOf(number)))
    this.epoch = facts.epoch
    this.credentials = facts.credentials
    this.startedAtMs = facts.startedAtMs
    this.#timeoutMs = facts.timeoutMs
    this.#traceIds = facts.traceIds
  }

  get traceparent(): string {
    return (this.#traceparent ??= callTraceparent(this.lot.reader, this.first, this.#traceIds))
  }

  get tracestate(): string | null {
    const { reader } = this.lot
    return reader.jobs[reader.job(this.first)]!.tracestate ?? null
  }

  get timeLeftMs(): number {
    const { reader, hasDeadlines } = this.lot
    const deadlineAtMs = hasDeadlines ? reader.jobs[reader.job(this.first)]!.deadlineAtMs : null
    return timeLeftMs({ timeoutMs: this.#timeoutMs, startedAtMs: this.startedAtMs, deadlineAtMs }, Date.now())
  }

  /** Items that are sent. */
  get sentItems(): number {
    if (this.refusals == null) return this.items.length
    let refused = 0
    for (const refusal of this.refusals) if (refusal !== null) refused++
    return this.items.length - refused
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController()
      if (this.timedOut) this.#controller.abort(timeIsUp())
    }
    return this.#controller.signal
  }

  /** Tells the connector that the call's time is up. */
  abort(): void {
    this.timedOut = true
    const reason = timeIsUp()
    this.#controller?.abort(reason)
    this.onTimedOut?.(reason)
  }

  /** Marks the call's items, for the other side to see when this thread is gone. */
  mark(state: number): void {
    const { states } = this.lot
    if (this.numbers === null) states[this.first] = state
    else for (const number of this.numbers) states[number] = state
  }
}

class LotItem implements CallItem {
  readonly index: number
  readonly attempt: number
  readonly bytes: Buffer
  readonly start: number
  readonly end: number

  /** @param line in place of the lot's own */
  constructor(reader: LotReader, n: number, line: Buffer | null = null) {
    this.index = reader.index(n)
    this.attempt = reader.attempt(n)
    this.bytes = line ?? reader.bytes
    this.start = line === null ? reader.lineStart(n) : 0
    this.end = line === null ? reader.lineEnd(n) : line.length
  }

  get line(): string {
    return this.bytes.toString('utf8', this.start, this.end)
  }
}

function timeIsUp(): DOMException {
  return new DOMException("The call's time is up", 'TimeoutError')
}

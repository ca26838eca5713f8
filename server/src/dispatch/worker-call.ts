import type { Call, CallItem, CallJob, ItemAnswer } from '../connectors/connector.ts'
import type { Credentials } from '../model/channel.ts'
import type { LotReader } from './messages-lot.ts'

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

  constructor(lot: LaneLot, n: number, facts: { epoch: number; startedAtMs: number; credentials: Credentials | null }) {
    this.lot = lot
    this.numbers = lot.calls === null ? null : lot.calls[n]!
    this.first = this.numbers === null ? n : this.numbers[0]!
    this.job = lot.jobs[lot.reader.job(this.first)]!
    this.items =
      this.numbers === null
        ? [new LotItem(lot.reader, n)]
        : this.numbers.map((number) => new LotItem(lot.reader, number))
    this.epoch = facts.epoch
    this.credentials = facts.credentials
    this.startedAtMs = facts.startedAtMs
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

  constructor(reader: LotReader, n: number) {
    this.index = reader.index(n)
    this.attempt = reader.attempt(n)
    this.bytes = reader.bytes
    this.start = reader.lineStart(n)
    this.end = reader.lineEnd(n)
  }

  get line(): string {
    return this.bytes.toString('utf8', this.start, this.end)
  }
}

function timeIsUp(): DOMException {
  return new DOMException("The call's time is up", 'TimeoutError')
}

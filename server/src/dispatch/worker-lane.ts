import { forEachItem } from '../connectors/answer.ts'
import type { Connector, ItemAnswer } from '../connectors/connector.ts'
import { credentialsOf } from '../connectors/credentials.ts'
import type { Gate } from '../limits/gate.ts'
import type { PayloadResolver } from '../connectors/payload/payload-resolver.ts'
import type { ChannelConfig } from '../model/channel.ts'
import { BUILT_IN_GRACE_MS } from '../model/longest-call.ts'
import { monotonicUs } from '../runtime/clock.ts'
import type { Lease } from '../runtime/lease.ts'
import { GateWait, takeToken } from './worker-gate-wait.ts'
import { type FromLane, ItemState, type LaneTask, Pulse, type ToLane } from './messages.ts'
import { connectorBroke, timeoutAnswer } from './worker-answers.ts'
import { costOf, isPastDeadline, LaneCall, type LaneLot, laneLotOf, nextJob } from './worker-call.ts'
import { Deadlines } from './worker-deadlines.ts'
import { type EndedItem, type OutcomeBuffer, OutcomeRecords } from './worker-outcome-buffer.ts'
import { LanePayloads, PAYLOAD_WAIT_US } from './worker-payloads.ts'

/** A gate that opens within this time is waited for; a longer wait is the scheduler's: a limited item holds no worker (RAT-4). */
const SHORT_WAIT_US = 5000
/** How long calls that end at once may follow each other before messages and timers get their turn. */
const SLICE_US = 5000

/** A lane's task, and the end of its port that it reports calls to which do not end. */
export type WorkerLaneTask = Omit<LaneTask, 'port'> & { readonly port: Pick<LaneTask['port'], 'postMessage'> }

/** Takes the outcomes of a lane's items. */
export type OutcomeSink = Pick<
  OutcomeBuffer,
  'addOutcome' | 'addUnstarted' | 'freePermits' | 'setBusy' | 'flush' | 'flushIfDue'
>

/** Calls of one channel on this thread: starts them as permits, gate and lots allow, and reports the outcome of each item. */
export class WorkerLane {
  readonly #task: WorkerLaneTask
  readonly #gate: Gate
  readonly #lease: Pick<Lease, 'holds'>
  readonly #outcomeBuffer: OutcomeSink
  readonly #pulse: Pulse
  readonly #deadlines = new Deadlines<LaneCall>((call) => {
    this.#timeOut(call)
  })
  readonly #graces = new Deadlines<LaneCall>((call) => {
    this.#giveUp(call)
  })
  readonly #onFinished: () => void
  #config: ChannelConfig
  #connector: Connector
  #payloads: LanePayloads | null
  #lots: LaneLot[] = []
  #permits = 0
  /** Permits to return as calls end. */
  #owedPermits = 0
  #running = 0
  #finishing = false
  #pumping = false
  readonly #gateWait: GateWait
  readonly #records: OutcomeRecords

  constructor(
    task: WorkerLaneTask,
    deps: {
      connector: Connector
      resolver: PayloadResolver | null
      gate: Gate
      lease: Pick<Lease, 'holds'>
      outcomeBuffer: OutcomeSink
      onFinished: () => void
    },
  ) {
    this.#task = task
    this.#records = new OutcomeRecords(task)
    this.#config = task.config
    this.#connector = deps.connector
    this.#gate = deps.gate
    this.#lease = deps.lease
    this.#outcomeBuffer = deps.outcomeBuffer
    this.#onFinished = deps.onFinished
    this.#payloads = this.#payloadsBy(deps.resolver)
    this.#pulse = new Pulse(task.pulse)
    this.#gateWait = new GateWait({
      resume: () => {
        this.#pump()
        this.#endIfFinished()
      },
      // A thread for modules is this lane's alone; calls that run, and other channels' on a thread for HTTP, have sockets to be served.
      maySleep: () => task.mayHang && this.#running === 0,
    })
  }

  get idle(): boolean {
    return this.#running === 0 && !this.#hasUnstarted
  }

  /** Uses another configuration for the calls that start from now on. */
  configure(
    config: ChannelConfig,
    { connector, resolver }: { connector: Connector; resolver: PayloadResolver | null },
  ): void {
    // Calls were cut for the old batch size: those that have not started are returned and dispatched again.
    this.#returnUnstarted()
    this.#config = config
    this.#connector = connector
    this.#payloads = this.#payloadsBy(resolver)
  }

  receive(message: Exclude<ToLane, { kind: 'configure' }>): void {
    if (message.kind === 'lot') this.#addLot(message)
    else if (message.kind === 'permits') this.#changePermits(message.change)
    else {
      this.#finishing = true
      this.#gateWait.stop()
    }
    this.#pump()
    this.#endIfFinished()
  }

  /** Ends timers; nothing of the lane moves afterwards. */
  close(): void {
    this.#deadlines.clear()
    this.#graces.clear()
    this.#gateWait.stop()
    this.#payloads?.close()
  }

  /** Whether items wait for their calls, or for their payloads. */
  get #hasUnstarted(): boolean {
    return this.#lots.length > 0 || this.#payloads?.idle === false
  }

  #addLot(message: Extract<ToLane, { kind: 'lot' }>): void {
    const lot = laneLotOf(message, { channel: this.#task.channel, batchSize: this.#connector.batchSize })
    this.#permits += message.permits
    if (this.#payloads?.add(lot) !== true) this.#lots.push(lot)
    this.#repayPermits()
  }

  /** Items that lack their payloads become calls as those are resolved, before they take a unit of the gate. */
  #payloadsBy(resolver: PayloadResolver | null): LanePayloads | null {
    if (resolver === null) return null
    const { concurrency, rateLimit } = this.#config
    return new LanePayloads(resolver, {
      gate: this.#gate,
      lease: this.#lease,
      batchSize: this.#connector.batchSize,
      unit: rateLimit?.unit ?? 'calls',
      concurrency,
      listener: {
        onResolved: (lot) => {
          this.#lots.push(lot)
        },
        onUnresolved: (lot, number, { answer, startedAtMs }) => {
          this.#report(lot, number, { answer, startedAtMs, endedAtMs: Date.now(), mayWait: false })
        },
        onChange: () => {
          this.#pump()
          this.#endIfFinished()
        },
        onHeld: () => {
          this.#returnUnstarted()
        },
      },
    })
  }

  #changePermits(change: number): void {
    if (change < 0) this.#owedPermits -= change
    else this.#permits += change
    this.#repayPermits()
  }

  /** Starts what may start. Calls that end at once run in this loop, a slice at a time. */
  #pump(): void {
    if (this.#pumping || this.#gateWait.pending) return
    this.#pumping = true
    this.#outcomeBuffer.setBusy(true)
    const sliceEndUs = monotonicUs() + SLICE_US
    for (let lot = this.#lots[0]; lot !== undefined && this.#running < this.#permits; lot = this.#lots[0]) {
      if (this.#finishing) {
        this.#returnUnstarted()
        break
      }
      if (lot.hasDeadlines && isPastDeadline(lot)) {
        this.#returnNext(lot)
        if (lot.started === lot.callCount) this.#lots.shift()
        continue
      }
      if (this.#connector.refusals !== undefined) this.#checkNext(lot)
      let nowUs: number
      if (lot.checked?.sentItems === 0) nowUs = this.#endRefused(lot)
      else {
        const token = takeToken(this.#gate, costOf(lot, this.#config.rateLimit?.unit))
        if (token.waitUs > 0) {
          if (token.waitUs <= (this.#payloads === null ? SHORT_WAIT_US : PAYLOAD_WAIT_US))
            this.#gateWait.wait(token.waitUs)
          else this.#returnUnstarted()
          break
        }
        nowUs = token.nowUs
        // The token is lost; the scheduler holds what comes back until the lease is held again.
        if (!this.#lease.holds()) {
          this.#returnUnstarted()
          break
        }
        this.#start(lot, nowUs)
      }
      if (lot.started === lot.callCount) this.#lots.shift()
      if (nowUs > sliceEndUs && this.#lots.length > 0) {
        this.#gateWait.yield()
        break
      }
    }
    if (this.#finishing) this.#returnUnstarted()
    this.#repayPermits()
    this.#pumping = false
    if (this.idle) this.#outcomeBuffer.setBusy(false)
  }

  #nextCall(lot: LaneLot): LaneCall {
    const { subscription } = nextJob(lot)
    const credentials = credentialsOf(this.#config.credentials, subscription)
    const { timeoutMs } = this.#config.connector
    const { epoch } = this.#task
    const { traceIds } = this.#records
    return new LaneCall(lot, lot.started, { epoch, startedAtMs: Date.now(), timeoutMs, credentials, traceIds })
  }

  /** Looks at the items of a lot's next call, once however long it waits for its units of the gate. */
  #checkNext(lot: LaneLot): void {
    if (lot.checked !== null) return
    lot.checked = this.#nextCall(lot)
    lot.checked.refusals = this.#connector.refusals!(lot.checked)
  }

  /** Ends a call of which no item is sent: it takes nothing of the gate. @returns monotonic µs */
  #endRefused(lot: LaneLot): number {
    const call = lot.checked!
    lot.checked = null
    lot.started++
    this.#running++
    this.#outcomeBuffer.flushIfDue(this.#end(call, call.refusals as readonly ItemAnswer[]))
    return monotonicUs()
  }

  #start(lot: LaneLot, nowUs: number): void {
    const call = lot.checked ?? this.#nextCall(lot)
    if (lot.checked !== null) call.startedAtMs = Date.now()
    lot.checked = null
    lot.started++
    this.#running++
    this.#pulse.beat(nowUs)
    this.#pulse.callStartedAtMs = call.startedAtMs
    call.mark(ItemState.onStack)
    let answers: readonly ItemAnswer[] | Promise<readonly ItemAnswer[]>
    try {
      answers = this.#connector.deliver(call)
    } catch (error) {
      answers = forEachItem(call, connectorBroke(error))
    }
    if (!(answers instanceof Promise)) {
      this.#outcomeBuffer.flushIfDue(this.#end(call, answers))
      return
    }
    call.mark(ItemState.running)
    this.#deadlines.add(call, performance.now() + this.#config.connector.timeoutMs)
    answers.then(
      (results) => {
        this.#endLater(call, results)
      },
      (error: unknown) => {
        this.#endLater(call, forEachItem(call, connectorBroke(error)))
      },
    )
  }

  #endLater(call: LaneCall, answers: readonly ItemAnswer[]): void {
    if (call.ended) return
    const timeout = call.timedOut ? timeoutAnswer(this.#config.connector.timeoutMs) : null
    // A call that came through in its grace has delivered: to call that a failure would deliver it twice.
    this.#end(
      call,
      timeout === null
        ? answers
        : answers.map((answer) => (answer.succeeded || answer.uncalled || answer.withheld ? answer : timeout)),
    )
    this.#pump()
    this.#endIfFinished()
  }

  /** @returns when the call ended, wall ms */
  #end(call: LaneCall, answers: readonly ItemAnswer[]): number {
    call.ended = true
    this.#deadlines.remove(call)
    this.#graces.remove(call)
    this.#running--
    const endedAtMs = Date.now()
    const mayWait = this.#hasNextRound()
    const { lot, startedAtMs } = call
    if (call.numbers === null) this.#report(lot, call.first, { answer: answers[0]!, startedAtMs, endedAtMs, mayWait })
    else
      call.numbers.forEach((number, n) => {
        this.#report(lot, number, { answer: answers[n]!, startedAtMs, endedAtMs, mayWait, first: call.first })
      })
    lot.resolved?.release(call.numbers ?? [call.first])
    return endedAtMs
  }

  /**
   * Whether each permit has another call to start, so that none is idle while outcomes wait for each other. Where a call may cost the thread,
   * nothing waits: what is not posted then is in doubt.
   */
  #hasNextRound(): boolean {
    if (this.#task.mayHang) return false
    let waiting = 0
    for (const lot of this.#lots) waiting += lot.callCount - lot.started
    return waiting >= this.#permits
  }

  #report({ reader, base, states }: LaneLot, number: number, ended: EndedItem & { readonly mayWait: boolean }): void {
    if (ended.answer.withheld === true) {
      states[number] = ItemState.unstarted
      this.#outcomeBuffer.addUnstarted((base + number) >>> 0)
      return
    }
    states[number] = ItemState.ended
    this.#outcomeBuffer.addOutcome(this.#records.of(reader, number, ended), {
      item: (base + number) >>> 0,
      mayWait: ended.mayWait,
    })
  }

  /** The call's time is up: the connector is notified, and gets its grace to end by itself. */
  #timeOut(call: LaneCall): void {
    if (call.ended) return
    call.abort()
    const { connector } = this.#config
    this.#graces.add(
      call,
      performance.now() + (connector.type === 'module' ? connector.abortGraceMs : BUILT_IN_GRACE_MS),
    )
  }

  #giveUp(call: LaneCall): void {
    if (!this.#task.mayHang) {
      this.#endLater(call, forEachItem(call, timeoutAnswer(this.#config.connector.timeoutMs)))
      return
    }
    // Whatever it still does may overlap the next call of its keys: only the end of the thread ends it.
    const items = (call.numbers ?? [call.first]).map((number) => (call.lot.base + number) >>> 0)
    this.#outcomeBuffer.flush()
    const stuck: FromLane = {
      kind: 'stuck',
      items: Uint32Array.from(items),
      startedAtMs: Float64Array.from(items, () => call.startedAtMs),
    }
    this.#task.port.postMessage(stuck)
  }

  /** Returns everything that has not started to its place, uncounted. */
  #returnUnstarted(): void {
    this.#gateWait.stop()
    // First, so that nothing is resolved in place of what is returned.
    for (const { lot, number } of this.#payloads?.takeAll() ?? []) {
      this.#outcomeBuffer.addUnstarted((lot.base + number) >>> 0)
    }
    for (const lot of this.#lots) {
      while (lot.started < lot.callCount) this.#returnNext(lot)
    }
    this.#lots = []
  }

  #returnNext(lot: LaneLot): void {
    const numbers = lot.calls === null ? [lot.started] : lot.calls[lot.started]!
    lot.checked = null
    lot.started++
    for (const number of numbers) this.#outcomeBuffer.addUnstarted((lot.base + number) >>> 0)
    lot.resolved?.release(numbers)
  }

  /** Returns permits that nothing waits for, or that are asked back, to the channel. */
  #repayPermits(): void {
    const spare = this.#permits - this.#running
    const freed = !this.#hasUnstarted ? spare : Math.min(spare, this.#owedPermits)
    if (freed <= 0) return
    this.#permits -= freed
    this.#owedPermits = Math.max(0, this.#owedPermits - freed)
    this.#outcomeBuffer.freePermits(freed)
  }

  #endIfFinished(): void {
    if (!this.#finishing || !this.idle) return
    this.#outcomeBuffer.flush()
    this.#onFinished()
  }
}

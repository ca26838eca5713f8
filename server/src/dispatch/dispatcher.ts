import { MessageChannel } from 'node:worker_threads'
import type { Channel } from '../limits/channel-registry.ts'
import type { RateReservation } from '../limits/rate-reservation.ts'
import type { TermOf } from '../model/channel-term.ts'
import type { CallTracing } from '../model/call-trace.ts'
import type { Egress } from '../model/egress.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import type { OutcomeBatch } from '../model/outcome-batch.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Lease } from '../runtime/lease.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Service } from '../runtime/service.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import { ChannelLoad } from './channel-load.ts'
import { type BrokenConnector, ConnectorLoads } from './connector-loads.ts'
import { DoubtfulItems } from './doubtful-items.ts'
import { EngineOutcomes } from './engine-outcomes.ts'
import { ItemCosts } from './item-costs.ts'
import { judgeLeftovers, reportLost } from './judge-leftovers.ts'
import { Lane, type LaneListener, type UnstartedItems } from './lane.ts'
import type { Lot, LotEvents, LotRunner } from './lot.ts'
import { LotDelivery, returnSoon } from './lot-delivery.ts'
import { type LaneProgress, type LaneTask, Pulse } from './messages.ts'
import type { PayloadCache } from './payload-cache.ts'
import { ThreadPools } from './thread-pools.ts'
import { MIN_IDLE_US, ThreadShare } from './thread-share.ts'

export interface DispatcherOptions {
  readonly clock: Clock
  readonly channels: { onChange(listener: (channel: Channel) => void): unknown }
  readonly payloads: PayloadCache
  readonly outcomes: { add(channel: Channel, batch: OutcomeBatch): void }
  readonly liveJobs: LiveJobs
  readonly tats: RateReservation
  /** Whether calls may start. @default they always may */
  readonly lease?: Pick<Lease, 'shared'>
  readonly termOf: TermOf
  /** Threads for operators' modules, 1 and up; half as many (at least one) for HTTP. */
  readonly threads: number
  /** `--dev`: any address may be called. @default false */
  readonly allowPrivateAddresses?: boolean
  readonly egress?: Egress | undefined
  /** How calls are traced; null: they are not. @default null */
  readonly tracing?: CallTracing | null
  /** A channel has capacity again. @default the scheduler of the last lot is notified */
  readonly onCapacity?: (channel: Channel) => void
  /** Memory of a module thread's heap. @default 512 */
  readonly moduleHeapMb?: number
  readonly logger: Logger
  readonly telemetry: Telemetry
}

const NO_CAPACITY = { permits: 0, items: 0 } as const
const TICK_MS = 250

/**
 * Dispatch, the main thread's half: turns lots into calls on worker threads and streams their outcomes to the outcomes stage.
 *
 * Two pools: `http` never loads an operator's code, and many channels share its threads; `module` gives a thread to one channel at
 * a time. Keeps: a dispatched item ends in exactly one outcome or is returned unstarted, whatever happens to its thread; neighbours of an
 * item that hangs or ends its thread may be called once more and never fail for it (RTY-2). Called by the scheduler.
 */
export class Dispatcher implements LotRunner, Service {
  readonly #options: DispatcherOptions
  readonly #loads = new Map<Channel, ChannelLoad<Lane>>()
  readonly #lanes = new Set<Lane>()
  readonly #threads: ThreadShare
  readonly #httpThreads: number
  readonly #delivery: LotDelivery
  readonly #doubtful: DoubtfulItems
  readonly #listener: LaneListener
  readonly #costs: ItemCosts
  readonly #connectors: ConnectorLoads
  readonly #pools: ThreadPools
  #events: LotEvents | null = null
  #cancelTick: (() => void) | null = null
  #cancelMakeWay: (() => void) | null = null
  #stopping = false
  #onAllClosed: (() => void) | null = null

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#costs = new ItemCosts(options.liveJobs)
    this.#threads = new ThreadShare(options.threads)
    this.#connectors = new ConnectorLoads({
      ...options,
      onRetry: (channel) => {
        if (!this.#stopping) this.#onCapacity(channel)
      },
    })
    this.#httpThreads = Math.max(1, options.threads >> 1)
    this.#pools = new ThreadPools({
      ...{ ...options, httpThreads: this.#httpThreads, moduleThreads: options.threads + 1 }, // one to spare
      onError: (kind) => {
        for (const lane of this.#lanes) if (lane.pool === kind && lane.neverBegan) lane.close()
      },
    })
    this.#listener = {
      onReady: ({ load }) => this.#connectors.loaded(load),
      onUnavailable: (lane, reason) => {
        lane.unavailable = true
        this.#connectors.failed(lane.load, reason)
        // What runs by an earlier configuration may end; a thread that failed to load a module would fail again.
        if (lane.ready) lane.finish()
        else lane.kill({ blocked: false })
      },
      onProgress: (lane, progress, unstarted) => this.#onProgress(lane, progress, unstarted),
      onStuck: (lane) => {
        lane.kill({ blocked: false })
      },
      onLog: (lane, { level, fields, message }) => {
        options.logger[level]({ channel: lane.load.channel.name, ...fields }, message)
      },
      onClosed: (lane) => this.#onClosed(lane),
    }
    this.#delivery = new LotDelivery(options, (lane) => {
      this.#finishIfDrained(lane)
    })
    this.#doubtful = new DoubtfulItems({
      clock: options.clock,
      tats: options.tats,
      open: (load) => this.#open(load, true),
      deliver: (lane, lot, events) => {
        this.#delivery.deliver(lane, lot, events)
      },
    })
    options.channels.onChange((channel) => {
      this.#onChange(channel)
    })
  }

  /** Starts the threads for HTTP, so that the first call does not wait for one; those for modules start when a module has work. */
  start(): void {
    this.#pools.of('http')
  }

  /**
   * Loads the connectors of these channels once. Resolves with the channels whose connector cannot be loaded, and why; starts no call.
   */
  async findBrokenConnectors(channels: readonly Channel[]): Promise<readonly BrokenConnector[]> {
    const tryOut = async (channel: Channel): Promise<BrokenConnector[]> => {
      const reason = await this.#connectors.tryOut(channel, this.#pools.of(this.#loadOf(channel).pool))
      return reason === null ? [] : [{ channel, reason }]
    }
    return (await Promise.all(channels.map(tryOut))).flat()
  }

  /** Returns what has not started, lets running calls end for `graceMs`, then ends all threads. A second call does nothing. */
  async stop(options: { readonly graceMs: number } = { graceMs: 30_000 }): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    for (const lane of this.#lanes) lane.finish()
    if (this.#lanes.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#onAllClosed = resolve
      const cancel = this.#options.clock.after(options.graceMs, resolve)
      await promise
      cancel()
    }
    this.#cancelTick?.()
    this.#cancelMakeWay?.()
    this.#doubtful.stop()
    await this.#pools.stop()
  }

  /**
   * Returns what has not started of a channel, and resolves when its running calls have ended, at most `graceMs` later; then nothing is known of it.
   * Its scheduler dispatches nothing meanwhile.
   */
  async drain(name: string, { graceMs }: { readonly graceMs: number }): Promise<void> {
    const loads = [...this.#loads.values()].filter(({ channel }) => channel.name === name)
    for (const load of loads) load.held = true
    const lanes = [...this.#lanes].filter(({ load }) => load.held && loads.includes(load))
    for (const lane of lanes) lane.finish()
    const cancel = this.#options.clock.after(graceMs, () => {
      for (const lane of lanes) if (!lane.closed) lane.kill({ blocked: false })
    })
    await Promise.all(lanes.map(({ whenClosed }) => whenClosed))
    cancel()
    for (const load of loads) {
      this.#doubtful.drop(load)
      this.#threads.forget(load)
      this.#loads.delete(load.channel)
    }
  }

  capacity(channel: Channel): { readonly permits: number; readonly items: number } {
    if (this.#stopping) return NO_CAPACITY
    const load = this.#loadOf(channel)
    if (load.held || load.suspendedUntilUs > this.#options.clock.monotonicUs()) return NO_CAPACITY
    const placement = load.place(this.#mayOpen(load))
    if (placement !== null) return placement
    if (load.pool === 'module' && ![...load.lanes].some((lane) => lane.open)) {
      this.#threads.wait(load)
      this.#makeWay()
    }
    return NO_CAPACITY
  }

  run(lot: Lot, events: LotEvents): void {
    this.#events = events
    const load = this.#loadOf(lot.channel)
    const placement = this.#stopping || load.held ? null : load.place(this.#mayOpen(load))
    if (placement === null) return returnSoon(events, lot.itemHandles.slice(0, lot.count))
    const lane = placement.lane ?? this.#open(load, false)
    load.jobless = false
    if (placement.lane === null) load.askBack()
    lane.outstanding += lot.count
    this.#delivery.deliver(lane, lot, events)
  }

  /** A channel has no job any more: its threads need not wait for its next item, where other channels wait for one. */
  lastJobEnded(name: string): void {
    this.#threads.lastJobEnded(name)
    this.#makeWay()
  }

  runningCalls(channel: Channel): number {
    return this.#loads.get(channel)?.running ?? 0
  }

  itemCost(job: LiveJob): number {
    return this.#costs.of(job)
  }

  #onCapacity(channel: Channel): void {
    if (this.#options.onCapacity === undefined) this.#events?.onCapacity(channel)
    else this.#options.onCapacity(channel)
  }

  #loadOf(channel: Channel): ChannelLoad<Lane> {
    let load = this.#loads.get(channel)
    if (load === undefined) {
      load = new ChannelLoad<Lane>(channel)
      this.#loads.set(channel, load)
    }
    return load
  }

  #mayOpen(load: ChannelLoad<Lane>): boolean {
    if (load.waitsForToken(this.#options.clock.monotonicUs())) return false
    return load.pool === 'http' ? load.lanes.size < this.#httpThreads : this.#threads.mayTake(load)
  }

  #open(load: ChannelLoad<Lane>, alone: boolean): Lane {
    const { channel, pool } = load
    const { clock, termOf, allowPrivateAddresses = false, egress, tracing = null } = this.#options
    const { port1, port2 } = new MessageChannel()
    const pulse = new Pulse()
    const ending = pool === 'module' ? new AbortController() : null
    const lane = new Lane({
      load,
      pool,
      alone,
      port: port1,
      pulse,
      openedAtUs: clock.monotonicUs(),
      listener: this.#listener,
      endThread: ending && (() => ending.abort()),
    })
    const task: LaneTask = {
      ...{ channel: channel.name, config: channel.config, port: port2, epoch: termOf(channel.name) },
      ...{ gate: channel.gate.shared, pulse: pulse.shared, lease: this.#options.lease?.shared ?? null },
      ...{ allowPrivateAddresses, egress, tracing },
      mayHang: pool === 'module',
      calledBefore: alone,
    }
    this.#lanes.add(lane)
    load.add(lane)
    if (!alone && pool === 'module') this.#threads.take(lane)
    const threads = this.#pools.of(pool)
    // The abort of a running task ends its thread: that is the one thing the signal is for.
    const ended = threads.run(task, { transferList: [port2], ...(ending === null ? {} : { signal: ending.signal }) })
    const onEnd = (): void => this.#onThreadFree(lane)
    ended.then(onEnd, onEnd)
    this.#tickSoon()
    return lane
  }

  #onThreadFree(lane: Lane): void {
    this.#threads.release(lane)
    // The task never reached a thread: nobody else closes its port.
    if (lane.neverBegan) lane.close()
    if (this.#stopping) return
    this.#threads.offerFree((load) => this.#onCapacity(load.channel))
    this.#makeWay()
    this.#doubtful.onThreadFree(lane)
  }

  #makeWay(): void {
    const lane = this.#threads.laneToDrain(this.#options.clock.monotonicUs())
    if (lane === null) {
      if (this.#threads.contended) this.#makeWaySoon()
      return
    }
    lane.draining = true
    this.#finishIfDrained(lane)
  }

  /** Nobody says when a lane has been idle for long enough. */
  #makeWaySoon(): void {
    this.#cancelMakeWay ??= this.#options.clock.after(MIN_IDLE_US / 1000, () => {
      this.#cancelMakeWay = null
      if (!this.#stopping) this.#makeWay()
    })
  }

  #finishIfDrained(lane: Lane): void {
    if (lane.draining && lane.outstanding === 0) lane.finish()
  }

  #onChange(channel: Channel): void {
    const load = this.#loads.get(channel)
    if (load === undefined || load.version === channel.version) return
    load.version = channel.version
    for (const lane of load.lanes) {
      if (lane.pool === load.pool) lane.configure()
      else lane.finish()
    }
    load.askBack()
    this.#feed(load)
  }

  #tickSoon(): void {
    this.#cancelTick ??= this.#options.clock.after(TICK_MS, () => {
      this.#cancelTick = null
      this.#tick()
      if (this.#lanes.size > 0) this.#tickSoon()
    })
  }

  /** Ends threads that show no sign of life, and lanes that are no longer used. */
  #tick(): void {
    const nowUs = this.#options.clock.monotonicUs()
    for (const lane of this.#lanes) {
      if (lane.isLate(nowUs)) lane.kill({ blocked: true })
      else if (lane.isUnused(nowUs)) lane.finish()
    }
    this.#makeWay()
  }

  #onProgress(lane: Lane, progress: LaneProgress, unstarted: readonly UnstartedItems[]): void {
    const { load } = lane
    const { outcomes } = progress
    lane.lastUsedUs = this.#options.clock.monotonicUs()
    load.pace.addProgress(progress)
    this.#threads.paceChanged(load)
    if (outcomes !== null) {
      this.#costs.add(load.channel, outcomes)
      this.#options.outcomes.add(load.channel, outcomes)
    }
    for (const { events, itemHandles } of unstarted) events.onUnstarted(itemHandles)
    this.#feed(load)
    this.#finishIfDrained(lane)
    if (lane.alone && lane.outstanding === 0 && outcomes !== null) this.#doubtful.currentEnded()
    this.#doubtful.runNext()
    if (!this.#stopping && load.place(this.#mayOpen(load)) !== null) this.#onCapacity(load.channel)
  }

  /** Sends permits that became free to lanes that have items for them. */
  #feed(load: ChannelLoad<Lane>): void {
    for (const lane of load.lanes) {
      if (lane.outstanding <= lane.granted || lane.killed) continue
      const permits = load.grant(lane)
      if (permits > 0) lane.changePermits(permits)
    }
  }

  #onClosed(lane: Lane): void {
    this.#lanes.delete(lane)
    lane.load.remove(lane)
    if (!this.#stopping) {
      this.#recover(lane)
      this.#onCapacity(lane.load.channel)
    }
    if (this.#lanes.size === 0) this.#onAllClosed?.()
  }

  /** Returns the items of a lost thread to the scheduler, calls them again alone, or ends them with the outcome they caused. */
  #recover(lane: Lane): void {
    const { load } = lane
    const didNotLoad = lane.pool === 'module' && !lane.ready && !lane.neverBegan
    if (didNotLoad && !lane.unavailable) {
      lane.unavailable = true
      this.#connectors.failed(load, 'loading it ended its thread, or did not end')
    }
    const { termOf, clock } = this.#options
    const outcomes = new EngineOutcomes(termOf(load.channel.name), clock.nowMs())
    const { back, items, doubtful } = judgeLeftovers(lane, { outcomes, doubtful: this.#doubtful })
    if (items === 0) return
    if (!lane.unavailable) reportLost(lane, { ...this.#options, items, doubtful })
    outcomes.report(load.channel, this.#options.outcomes)
    for (const [events, itemHandles] of back) events.onUnstarted(Uint32Array.from(itemHandles))
    this.#feed(load)
    this.#doubtful.runNext()
  }
}

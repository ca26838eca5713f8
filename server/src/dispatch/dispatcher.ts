import { fileURLToPath } from 'node:url'
import { MessageChannel } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { Channel } from '../limits/channel-registry.ts'
import type { LiveJobs } from '../model/live-job.ts'
import { type OutcomeBatch, OutcomeView } from '../model/outcome-batch.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Service } from '../runtime/service.ts'
import { threadFile } from '../runtime/thread-file.ts'
import { ChannelLoad } from './channel-load.ts'
import { type DoubtfulItem, DoubtfulItems, lotOfOne } from './doubtful-items.ts'
import { endedWithThread, EngineOutcomes, moduleNotLoaded, payloadLost, workerCrashed } from './engine-outcomes.ts'
import { type GatheredLot, gatherLot } from './gather-lot.ts'
import { Lane, type LaneListener, type UnstartedItems } from './lane.ts'
import type { Lot, LotEvents, LotRunner } from './lot.ts'
import { ItemState, type LaneProgress, type LaneTask, Pulse } from './messages.ts'
import type { PayloadCache } from './payload-cache.ts'
import { ThreadShare } from './thread-share.ts'

export interface DispatcherOptions {
  readonly clock: Clock
  readonly channels: { onChange(listener: (channel: Channel) => void): unknown }
  readonly payloads: PayloadCache
  readonly outcomes: { add(channel: Channel, batch: OutcomeBatch): void }
  readonly liveJobs: LiveJobs
  readonly epoch: number
  /** Threads for operators' modules, 1 and up; half as many (at least one) for HTTP. */
  readonly threads: number
  /** `--dev`: any address may be called. @default false */
  readonly allowPrivateAddresses?: boolean
  /** Memory of a module thread's heap. @default 512 */
  readonly moduleHeapMb?: number
  readonly logger: Logger
}

const NO_ROOM = { slots: 0, items: 0 } as const
const TICK_MS = 250
/** A lane that has had nothing to do for so long lets go of its connections, and a module's of its thread. */
const IDLE_US = 30_000_000
/** A thread that has not begun after this time will not. */
const START_US = 30_000_000
/** How much later than its own time-out a thread may show a sign of life on a busy machine. */
const BEAT_SLACK_US = 500_000
/** Wait after payloads could not be read. */
const SUSPEND_MS = 1000
/** Wait until items in doubt are looked at again that could not run. */
const DOUBT_RETRY_MS = 50

/**
 * Dispatch, the main thread's half: turns lots into calls on worker threads and streams their outcomes to the outcomes stage.
 *
 * Two pools: `http` never loads an operator's code, and many channels share its threads; `module` gives a thread to one channel at
 * a time. Keeps: an item handed over ends in exactly one outcome or comes back unstarted, whatever happens to its thread; neighbours of an
 * item that hangs or ends its thread may be called once more and never fail for it (RTY-2). Called by the scheduler.
 */
export class Dispatcher implements LotRunner, Service {
  readonly #options: DispatcherOptions
  readonly #loads = new Map<Channel, ChannelLoad>()
  readonly #lanes = new Set<Lane>()
  readonly #threads: ThreadShare
  readonly #httpThreads: number
  readonly #doubtful = new DoubtfulItems()
  readonly #listener: LaneListener
  #pools: { http: Piscina | null; module: Piscina | null } = { http: null, module: null }
  /** The lane of items in doubt, until its thread is free again. */
  #spare: Lane | null = null
  #events: LotEvents | null = null
  #cancelTick: (() => void) | null = null
  #cancelDoubt: (() => void) | null = null
  #stopping = false
  #onAllClosed: (() => void) | null = null

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#threads = new ThreadShare(options.threads)
    this.#httpThreads = Math.max(1, options.threads >> 1)
    this.#listener = {
      onReady: () => {},
      onProgress: (lane, progress, unstarted) => {
        this.#onProgress(lane, progress, unstarted)
      },
      onStuck: (lane) => {
        lane.kill({ blocked: false })
      },
      onLog: (lane, { level, fields, message }) => {
        options.logger[level]({ channel: lane.load.channel.name, ...fields }, message)
      },
      onClosed: (lane) => {
        this.#onClosed(lane)
      },
    }
    options.channels.onChange((channel) => {
      this.#onChange(channel)
    })
  }

  /** Starts the threads for HTTP, so that the first call does not wait for one; those for modules start when a module has work. */
  start(): void {
    this.#pools.http ??= this.#startPool('http')
  }

  /** Hands back what has not started, lets running calls end for `graceMs`, then ends all threads. A second call does nothing. */
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
    this.#cancelDoubt?.()
    await Promise.all([this.#pools.http?.destroy(), this.#pools.module?.destroy()])
  }

  room(channel: Channel): { readonly slots: number; readonly items: number } {
    if (this.#stopping) return NO_ROOM
    const load = this.#loadOf(channel)
    if (load.suspendedUntilUs > this.#options.clock.monotonicUs()) return NO_ROOM
    const placement = load.place(this.#mayOpen(load))
    if (placement !== null) return placement
    if (load.pool === 'module' && ![...load.lanes].some((lane) => lane.open)) {
      this.#threads.wait(load)
      this.#makeWay()
    }
    return NO_ROOM
  }

  run(lot: Lot, events: LotEvents): void {
    this.#events = events
    const load = this.#loadOf(lot.channel)
    const placement = this.#stopping ? null : load.place(this.#mayOpen(load))
    if (placement === null) {
      this.#handBackSoon(events, lot.slots.slice(0, lot.count))
      return
    }
    const lane = placement.lane ?? this.#open(load, false)
    if (placement.lane === null) load.askBack()
    lane.outstanding += lot.count
    this.#deliver(lane, lot, events)
  }

  runningCalls(channel: Channel): number {
    return this.#loads.get(channel)?.running ?? 0
  }

  #loadOf(channel: Channel): ChannelLoad {
    let load = this.#loads.get(channel)
    if (load === undefined) {
      load = new ChannelLoad(channel)
      this.#loads.set(channel, load)
    }
    return load
  }

  #mayOpen(load: ChannelLoad): boolean {
    return load.pool === 'http' ? load.lanes.size < this.#httpThreads : this.#threads.mayTake(load)
  }

  // Lots on their way to a lane

  #deliver(lane: Lane, lot: Lot, events: LotEvents): void {
    let gathered: GatheredLot | Promise<GatheredLot>
    try {
      gathered = gatherLot(lot, this.#options)
    } catch (error) {
      this.#onLoadFailed(lane, { lot, events, error })
      return
    }
    if (gathered instanceof Promise) {
      gathered.then(
        (loaded) => {
          this.#send(lane, { lot, events, gathered: loaded })
        },
        (error: unknown) => {
          this.#onLoadFailed(lane, { lot, events, error })
        },
      )
    } else {
      this.#send(lane, { lot, events, gathered })
    }
  }

  #send(lane: Lane, { lot, events, gathered }: { lot: Lot; events: LotEvents; gathered: GatheredLot }): void {
    if (!this.#lanes.has(lane) || lane.finishing || lane.killed) {
      lane.outstanding -= lot.count
      this.#handBackSoon(events, lot.slots.slice(0, lot.count))
      this.#finishIfDrained(lane)
      return
    }
    lane.outstanding -= lot.count - gathered.count
    if (gathered.left.length > 0) this.#handBackSoon(events, Uint32Array.from(gathered.left))
    if (gathered.lost.length > 0) this.#failLost(lot, gathered.lost)
    if (gathered.count === 0) {
      this.#finishIfDrained(lane)
      setImmediate(() => {
        events.onRoom(lot.channel)
      })
      return
    }
    lane.lastUsedUs = this.#options.clock.monotonicUs()
    lane.load.pace.addSizes(gathered.count, gathered.bytes)
    lane.send(gathered, events, lane.load.grant(lane))
  }

  #onLoadFailed(lane: Lane, { lot, events, error }: { lot: Lot; events: LotEvents; error: unknown }): void {
    const { clock, logger } = this.#options
    logger.error(
      { channel: lot.channel.name, reason: error instanceof Error ? error.message : String(error) },
      'payloads cannot be read',
    )
    lane.outstanding -= lot.count
    lane.load.suspendedUntilUs = clock.monotonicUs() + SUSPEND_MS * 1000
    this.#handBackSoon(events, lot.slots.slice(0, lot.count))
    clock.after(SUSPEND_MS + 1, () => {
      if (!this.#stopping) events.onRoom(lot.channel)
    })
  }

  #failLost(lot: Lot, lost: readonly number[]): void {
    const nowMs = this.#options.clock.nowMs()
    const outcomes = new EngineOutcomes(this.#options.epoch, nowMs)
    for (const n of lost) {
      const [jobRef, index, slot, attempt, throttled] = [
        lot.jobRefs[n]!,
        lot.indexes[n]!,
        lot.slots[n]!,
        lot.attempts[n]!,
        lot.throttled[n]!,
      ]
      outcomes.add({ jobRef, chunk: 0, index, slot, attempt, throttled }, payloadLost, nowMs)
    }
    this.#report(lot.channel, outcomes)
  }

  /** In a turn of its own: the scheduler is told nothing from within `run()`. */
  #handBackSoon(events: LotEvents, slots: Uint32Array): void {
    setImmediate(() => {
      events.onUnstarted(slots)
    })
  }

  // Lanes and their threads

  #open(load: ChannelLoad, alone: boolean): Lane {
    const { channel, pool } = load
    const { clock, epoch, allowPrivateAddresses = false } = this.#options
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
      endThread:
        ending === null
          ? null
          : () => {
              ending.abort()
            },
    })
    const task: LaneTask = {
      channel: channel.name,
      config: channel.config,
      gate: channel.gate.shared,
      pulse: pulse.shared,
      port: port2,
      epoch,
      allowPrivateAddresses,
      mayHang: pool === 'module',
    }
    this.#lanes.add(lane)
    load.add(lane)
    if (alone) this.#spare = lane
    else if (pool === 'module') this.#threads.take(lane)
    const threads = (this.#pools[pool] ??= this.#startPool(pool))
    // The abort of a running task ends its thread: that is the one thing the signal is for.
    const ended = threads.run(task, { transferList: [port2], ...(ending === null ? {} : { signal: ending.signal }) })
    ended.then(
      () => {
        this.#onThreadFree(lane)
      },
      () => {
        this.#onThreadFree(lane)
      },
    )
    this.#tickSoon()
    return lane
  }

  #startPool(kind: 'http' | 'module'): Piscina {
    const threads = kind === 'http' ? this.#httpThreads : this.#options.threads + 1 // the spare one
    const pool = new Piscina({
      filename: fileURLToPath(threadFile('./worker', import.meta.url)),
      name: 'runLane',
      minThreads: kind === 'http' ? threads : 0,
      maxThreads: threads,
      concurrentTasksPerWorker: kind === 'http' ? 10_000 : 1,
      idleTimeout: 30_000,
      // A thread that waits in `Atomics.wait` for its next task serves no socket and no timer.
      atomics: 'disabled',
      recordTiming: false,
      ...(kind === 'http' ? {} : { resourceLimits: { maxOldGenerationSizeMb: this.#options.moduleHeapMb ?? 512 } }),
    })
    pool.on('error', (error: unknown) => {
      this.#options.logger.error(
        { pool: kind, reason: error instanceof Error ? error.message : String(error) },
        'worker thread failed',
      )
      for (const lane of this.#lanes) if (lane.pool === kind && lane.pulse.lastBeatUs === 0) lane.close()
    })
    return pool
  }

  #onThreadFree(lane: Lane): void {
    this.#threads.release(lane)
    if (this.#spare === lane) this.#spare = null
    // The task never reached a thread: nobody else closes its port.
    if (lane.pulse.lastBeatUs === 0) lane.close()
    if (this.#stopping) return
    for (const load of this.#threads.takeWaiting()) this.#events?.onRoom(load.channel)
    this.#makeWay()
    this.#runDoubtful()
  }

  #makeWay(): void {
    const lane = this.#threads.laneToDrain(this.#options.clock.monotonicUs())
    if (lane === null) return
    lane.draining = true
    this.#finishIfDrained(lane)
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
      const { connector } = lane.load.channel.config
      if (lane.pool === 'module' && !lane.killed) {
        const { lastBeatUs } = lane.pulse
        const allowedMs = connector.timeoutMs + (connector.type === 'module' ? connector.abortGraceMs : 0)
        const late =
          lastBeatUs === 0 ? nowUs - lane.openedAtUs > START_US : nowUs - lastBeatUs > allowedMs * 1000 + BEAT_SLACK_US
        if (late) lane.kill({ blocked: true })
      }
      if (lane.outstanding === 0 && nowUs - lane.lastUsedUs > IDLE_US) lane.finish()
    }
    this.#makeWay()
  }

  // What lanes report

  #onProgress(lane: Lane, progress: LaneProgress, unstarted: readonly UnstartedItems[]): void {
    const { load } = lane
    const { outcomes, busyUs, activeUs } = progress
    lane.lastUsedUs = this.#options.clock.monotonicUs()
    load.pace.add({
      items: outcomes?.count ?? 0,
      busyUs,
      activeUs,
      callMs: outcomes === null ? null : firstCallMs(outcomes),
    })
    if (outcomes !== null) this.#options.outcomes.add(load.channel, outcomes)
    for (const { events, slots } of unstarted) events.onUnstarted(slots)
    this.#feed(load)
    this.#finishIfDrained(lane)
    if (lane.alone && lane.outstanding === 0 && outcomes !== null) this.#doubtful.current = null
    this.#runDoubtful()
    if (!this.#stopping && load.place(this.#mayOpen(load)) !== null) this.#events?.onRoom(load.channel)
  }

  /** Slots that became free go to lanes that have items for them. */
  #feed(load: ChannelLoad): void {
    for (const lane of load.lanes) {
      if (lane.outstanding <= lane.granted || lane.killed) continue
      const slots = load.grant(lane)
      if (slots > 0) lane.changeSlots(slots)
    }
  }

  #report(channel: Channel, outcomes: EngineOutcomes): void {
    const batch = outcomes.take()
    if (batch !== null) this.#options.outcomes.add(channel, batch)
  }

  // Lost threads

  #onClosed(lane: Lane): void {
    this.#lanes.delete(lane)
    lane.load.remove(lane)
    if (!this.#stopping) {
      this.#recover(lane)
      this.#events?.onRoom(lane.load.channel)
    }
    if (this.#lanes.size === 0) this.#onAllClosed?.()
  }

  /** Whatever was in the lane when its thread was lost goes back, is called again alone, or gets the outcome it brought on itself. */
  #recover(lane: Lane): void {
    const leftovers = lane.leftovers()
    if (leftovers.length === 0) return
    const { load } = lane
    const { connector } = load.channel.config
    const nowMs = this.#options.clock.nowMs()
    const outcomes = new EngineOutcomes(this.#options.epoch, nowMs)
    const back = new Map<LotEvents, number[]>()
    let doubtful = 0
    for (const item of leftovers) {
      const started = item.state !== ItemState.unstarted
      if (!lane.ready && lane.pool === 'module' && lane.pulse.lastBeatUs > 0) {
        outcomes.add(item.record, moduleNotLoaded, nowMs)
      } else if (!started) {
        back.set(item.events, [...(back.get(item.events) ?? []), item.record.slot])
      } else if (item.stuckSinceMs !== null || (lane.alone && lane.killed)) {
        outcomes.add(item.record, endedWithThread(connector.timeoutMs), item.stuckSinceMs ?? lane.pulse.callStartedAtMs)
      } else if (this.#doubtful.add(load, item, lane.alone)) {
        doubtful++
      } else {
        outcomes.add(item.record, workerCrashed, lane.pulse.callStartedAtMs)
      }
    }
    if (lane.alone) {
      if (back.size > 0) this.#doubtful.putBack()
      else this.#doubtful.current = null
      back.clear()
    }
    this.#options.logger.warn({ channel: load.channel.name, items: leftovers.length, doubtful }, 'worker thread lost')
    this.#report(load.channel, outcomes)
    for (const [events, slots] of back) events.onUnstarted(Uint32Array.from(slots))
    this.#feed(load)
    this.#runDoubtful()
  }

  /** Runs the next item in doubt alone, on the spare thread. */
  #runDoubtful(): void {
    if (this.#stopping || this.#doubtful.current !== null) return
    if (this.#doubtful.size === 0) {
      this.#spare?.finish()
      return
    }
    if (this.#spare !== null && !this.#spare.open) return // until its thread is free
    const nowUs = this.#options.clock.monotonicUs()
    const item = this.#doubtful.take(({ load }) => load.free > 0 && load.channel.gate.available(nowUs).units > 0)
    if (item === null) {
      this.#cancelDoubt ??= this.#options.clock.after(DOUBT_RETRY_MS, () => {
        this.#cancelDoubt = null
        this.#runDoubtful()
      })
      return
    }
    if (this.#spare !== null && this.#spare.load !== item.load) {
      this.#spare.finish()
      this.#doubtful.putBack()
      return
    }
    const lane = this.#spare ?? this.#open(item.load, true)
    lane.outstanding += 1
    this.#deliver(lane, lotOfOne(item), this.#eventsOf(item))
  }

  /** An item in doubt that comes back unstarted was called before: it stays in doubt. */
  #eventsOf(item: DoubtfulItem): LotEvents {
    return {
      onUnstarted: () => {
        if (this.#doubtful.current === item) this.#doubtful.putBack()
        this.#cancelDoubt ??= this.#options.clock.after(DOUBT_RETRY_MS, () => {
          this.#cancelDoubt = null
          this.#runDoubtful()
        })
      },
      onRoom: () => {},
    }
  }
}

function firstCallMs(outcomes: OutcomeBatch): number {
  const view = new OutcomeView(outcomes)
  return view.endedAtMs(0) - view.startedAtMs(0)
}

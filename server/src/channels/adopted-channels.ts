import { type JobOwners } from '../jobs/enter-job.ts'
import { JobControl } from '../jobs/job-control.ts'
import { recoverJobs, type Unfinished } from '../jobs/recover-jobs.ts'
import type { Channel } from '../limits/channel-registry.ts'
import type { JobRecord } from '../model/job.ts'
import type { LiveJob, LiveJobs } from '../model/live-job.ts'
import { KeyedMutex } from '../runtime/keyed-mutex.ts'
import type { Service } from '../runtime/service.ts'
import { Services } from '../runtime/services.ts'
import { type ChannelPorts, channelPorts } from './channel-ports.ts'
import { ChannelRuntime } from './channel-runtime.ts'
import { IdleChannels } from './idle-channels.ts'
import { mayCall } from './may-call.ts'
import type { SharedByChannels } from './shared-by-channels.ts'
import { type StagesOfChannels, stagesOfChannels } from './stages-of-channels.ts'

/**
 * The channels that this process runs, one runtime each, and the union of them for all who look at jobs of any channel. A process runs every channel
 * but those it has released: a runtime is made with a job of its channel, and dropped when the channel has been without one for a while.
 */
export class AdoptedChannels implements Service, JobOwners {
  readonly shared: StagesOfChannels
  readonly ports: ChannelPorts
  readonly jobControl: JobControl
  readonly #runtimes = new Map<string, ChannelRuntime>()
  /** Channels that are being read, and what became durable of them since that began. */
  readonly #adopting = new Map<string, JobRecord[]>()
  readonly #heldBack = new Set<ChannelRuntime>()
  readonly #idle: IdleChannels
  /** Adoptions and releases of a channel, and drops of its runtime: one after another. */
  readonly #changing = new KeyedMutex<string>()
  readonly #services: Services

  constructor(options: SharedByChannels) {
    const shared = stagesOfChannels(options, {
      progressOf: (name) => this.#runtimes.get(name)?.progress,
      add: (channel, batch) => this.#runtimes.get(channel.name)?.outcomes.add(channel, batch),
      onCapacity: (channel) => this.#onChannel(channel),
      onCallEnded: (name) => this.#onSubscription(name),
      onCommitted: () => this.#resume(),
    })
    this.shared = shared
    this.ports = channelPorts({
      shared,
      of: (job) => (shared.liveJobs.byRef(job.record.ref) === job ? this.#runtimeOf(job) : null),
      ofChannel: (name) => this.#runtimes.get(name),
    })
    this.jobControl = new JobControl({ ...shared, ...this.ports })
    const { channels, subscriptions, store, clock, terms, tats, dispatcher, commits, tests } = shared
    this.#idle = new IdleChannels({ clock, onIdle: (name) => void this.dropUnused(name) })
    store.onCondition(() => {
      for (const channel of channels.all()) this.#onChannel(channel)
    })
    // Held again, or the quiet time is over.
    store.onLease(() => {
      if (mayCall(store)) this.#resume()
    })
    channels.onChange((channel) => {
      tats.channelChanged(channel)
      this.#onChannel(channel)
    })
    subscriptions.onChange((name) => this.#onSubscription(name))
    const runtimes: Service = { start: () => {}, stop: () => this.#stopAll() }
    // Stopped in reverse, the way of an item: nothing new starts, what runs may end, its outcome is committed.
    this.#services = new Services([terms, tats, commits, dispatcher, tests, runtimes])
  }

  /** Channels that have a runtime. */
  get runtimes(): number {
    return this.#runtimes.size
  }

  get liveJobs(): LiveJobs {
    return this.shared.liveJobs
  }

  /** Starts the shared stages. Nothing is called before `adoptAll` has ended. */
  start(): Promise<void> {
    return this.#services.start()
  }

  /** Ends what runs, within 30 s, and commits its outcomes. */
  stop(): Promise<void> {
    return this.#services.stop()
  }

  /** Adopts a channel in the store before something is written for it, unless it was released. @throws StoreError */
  readonly adoptChannel = async (name: string): Promise<void> => {
    if (this.shared.termOf(name) === 0 && this.liveJobs.runs(name)) await this.shared.terms.adoptChannel(name)
  }

  /** Takes over everything unfinished of all channels, each item at its place (REC-1, ORD-5). Once, at the start. */
  async adoptAll(recovery: Unfinished): Promise<void> {
    const { terms, channels } = this.shared
    const ofJobs = recovery.jobs.map(({ envelope }) => envelope.channel)
    await terms.adoptChannels([...channels.all().map(({ name }) => name), ...ofJobs])
    await recoverJobs(recovery, { ...this.shared, ...this.ports, owners: this })
  }

  /**
   * Takes over a channel that was released. Resolves when everything unfinished of it has its place. Of a channel that is run here nothing changes.
   * @throws StoreError it is not run here then
   */
  adopt(name: string): Promise<void> {
    return this.#changing.run([name], () => this.#adopt(name))
  }

  /**
   * Gives up a channel: its running calls end, each within its time-out, their outcomes are committed, and nothing of it stays in memory. From the
   * call on its new jobs stay in the store. Of a channel that is not run here nothing changes.
   */
  release(name: string): Promise<void> {
    return this.#changing.run([name], () => this.#release(name))
  }

  /**
   * Drops the runtime of a channel that has no live job, once its outcomes are durable. It gets another one with its next job. Of a channel that has jobs,
   * by then too, nothing changes.
   */
  async dropUnused(name: string): Promise<void> {
    if (this.#isUnused(name)) await this.#changing.run([name], () => this.#dropUnused(name))
  }

  takes(job: LiveJob): boolean {
    const name = job.record.envelope.channel
    if (!this.liveJobs.runs(name)) {
      this.#adopting.get(name)?.push(job.record)
      return false
    }
    if (!this.#runtimes.has(name)) this.#runtimes.set(name, this.#make(name))
    return true
  }

  #make(channel: string): ChannelRuntime {
    const { reads } = this.shared
    return new ChannelRuntime({
      ...{ channel, shared: this.shared },
      snapshotOf: (job) => reads.snapshot(job),
      onHeldBack: (runtime) => this.#heldBack.add(runtime),
      onLastJobEnded: () => this.#idle.lastJobEnded(channel),
    })
  }

  async #adopt(name: string): Promise<void> {
    const { liveJobs, store, terms } = this.shared
    if (liveJobs.runs(name)) return
    const late: JobRecord[] = []
    this.#adopting.set(name, late)
    try {
      const onRead = (): void => {
        liveJobs.setRuns(name, true)
        this.#adopting.delete(name)
      }
      // Durable first: whatever the owner before sent has been stored or refused by then, and is read.
      await terms.adoptChannels([name])
      const unfinished = await store.recoverChannel(name)
      await recoverJobs(unfinished, { ...this.shared, ...this.ports, owners: this, late, onRead })
    } finally {
      this.#adopting.delete(name)
    }
  }

  async #release(name: string): Promise<void> {
    const { liveJobs, payloads, tats, terms } = this.shared
    liveJobs.setRuns(name, false)
    // One that was dropped for want of jobs may have left a lane.
    const runtime = this.#runtimes.get(name) ?? this.#make(name)
    await runtime.finish()
    for (const job of [...liveJobs.ofChannel(name)]) {
      liveJobs.remove(job)
      payloads.drop(job.record.ref)
    }
    this.#drop(runtime)
    await tats.written()
    await terms.release(name)
  }

  #runtimeOf({ record }: LiveJob): ChannelRuntime | null {
    return this.#runtimes.get(record.envelope.channel) ?? null
  }

  #onChannel(channel: Channel): void {
    const { name } = channel
    this.#runtimes.get(name)?.scheduler.channelChanged(channel)
    // One that was removed, such as an origin of webhooks, leaves nothing in memory at once.
    if (this.shared.channels.get(name) === undefined) void this.dropUnused(name)
  }

  #isUnused(name: string): boolean {
    return this.#runtimes.has(name) && this.shared.liveJobs.ofChannel(name).size === 0
  }

  async #dropUnused(name: string): Promise<void> {
    const runtime = this.#runtimes.get(name)
    if (runtime === undefined || !this.#isUnused(name)) return
    await runtime.outcomes.stop()
    if (this.#isUnused(name)) this.#drop(runtime)
  }

  #drop(runtime: ChannelRuntime): void {
    this.#runtimes.delete(runtime.channel)
    this.#heldBack.delete(runtime)
    runtime.forget()
  }

  #onSubscription(name: string): void {
    for (const { scheduler } of this.#runtimes.values()) scheduler.subscriptionChanged(name)
  }

  #resume(): void {
    if (this.#heldBack.size === 0) return
    const heldBack = [...this.#heldBack]
    this.#heldBack.clear()
    for (const { scheduler } of heldBack) scheduler.resume()
  }

  #stopAll(): void {
    this.#idle.stop()
    for (const { scheduler, calendar } of this.#runtimes.values()) {
      scheduler.stop()
      calendar.stop()
    }
  }
}

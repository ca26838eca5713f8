import { type ChannelConfig, DEFAULT_PARK_SECONDS } from '../model/channel.ts'
import type { Clock } from '../runtime/clock.ts'
import { Circuit } from './circuit.ts'
import { Gate } from './gate.ts'

/** A configured channel, its gate and its circuit. The entry stays the same object for the life of the process; its config may be replaced. */
export interface Channel {
  readonly name: string
  config: ChannelConfig
  /** Counts up with every change of the config, so that worker threads know when theirs is old. */
  version: number
  /** Where it comes from: only those set over the API can be changed there. */
  readonly origin: 'file' | 'api' | 'builtin'
  /** Shared with the worker threads. A changed channel keeps it, and so its TAT. */
  readonly gate: Gate
  /** Asked by the scheduler before a lot, told by the outcomes stage of every call. A changed channel keeps it. */
  readonly circuit: Circuit
}

/** What the store remembers of a channel (its `StoredChannel`). */
export interface ChannelMarks {
  readonly name: string
  /** Null: the row only carries marks for a channel of the config file. */
  readonly config: ChannelConfig | null
  readonly paused: boolean
  readonly used: boolean
}

export interface ChannelRegistryOptions {
  readonly clock: Clock
  /** Channels of the config file and built-in ones. */
  readonly channels: Readonly<Record<string, { readonly config: ChannelConfig; readonly origin: 'file' | 'builtin' }>>
  readonly stored: readonly ChannelMarks[]
}

/** What a channel that an earlier version saved does not say. */
const LATER_SETTINGS = { parkForSeconds: DEFAULT_PARK_SECONDS }

type ChannelListener = (channel: Channel) => void

/**
 * The channels there are, by name. Durable only through its callers: they save a change first, then make it here. A file's or
 * built-in channel hides one of the same name that was set over the API.
 */
export class ChannelRegistry {
  readonly #clock: Clock
  readonly #channels = new Map<string, Channel>()
  /** Every gate there ever was: a channel that is removed and made again must not deliver its burst twice (RAT-1). */
  readonly #gates = new Map<string, Gate>()
  readonly #used = new Set<string>()
  readonly #listeners = new Set<ChannelListener>()

  constructor(options: ChannelRegistryOptions) {
    this.#clock = options.clock
    for (const [name, { config, origin }] of Object.entries(options.channels)) this.#add(name, config, origin)
    for (const { name, config } of options.stored) {
      if (config !== null && !this.#channels.has(name)) this.#add(name, { ...LATER_SETTINGS, ...config }, 'api')
    }
    for (const { name, paused, used } of options.stored) {
      const gate = this.#channels.get(name)?.gate
      if (paused) gate?.pause()
      if (!used) continue
      this.#used.add(name)
      gate?.startEmpty(this.#clock.monotonicUs())
    }
  }

  get(name: string): Channel | undefined {
    return this.#channels.get(name)
  }

  /** All channels, by name. */
  list(): Channel[] {
    return [...this.#channels.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Makes a channel, or gives one another config; its gate (what was taken, paused, blocked) stays. */
  put(name: string, config: ChannelConfig): Channel {
    let channel = this.#channels.get(name)
    if (channel === undefined) {
      const known = this.#gates.has(name)
      channel = this.#add(name, config, 'api')
      // Its name delivered before this start, under a config that was removed since.
      if (!known && this.#used.has(name)) channel.gate.startEmpty(this.#clock.monotonicUs())
    } else {
      const sameTarget = isSameTarget(channel.config, config)
      channel.config = config
      channel.version++
      channel.gate.configure(config.rateLimit, this.#clock.monotonicUs())
      channel.circuit.configure(config)
      // What was learned of the old target says nothing of the new one.
      if (!sameTarget) channel.circuit.reset()
    }
    this.#tell(channel)
    return channel
  }

  /** Forgets a channel; its items stay where they are until there is one of that name again. Unknown: nothing happens. */
  remove(name: string): void {
    const channel = this.#channels.get(name)
    if (channel === undefined) return
    this.#channels.delete(name)
    this.#tell(channel)
  }

  /** Lets no further call start. */
  pause(name: string): void {
    const channel = this.#channels.get(name)
    if (channel === undefined) return
    channel.gate.pause()
    this.#tell(channel)
  }

  resume(name: string): void {
    const channel = this.#channels.get(name)
    if (channel === undefined) return
    channel.gate.resume()
    this.#tell(channel)
  }

  /** Calls back after every put, remove, pause and resume. Returns how to stop. */
  onChange(listener: ChannelListener): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  #add(name: string, config: ChannelConfig, origin: Channel['origin']): Channel {
    const gate = this.#gates.get(name) ?? new Gate()
    gate.configure(config.rateLimit, this.#clock.monotonicUs())
    this.#gates.set(name, gate)
    const channel: Channel = { name, config, version: 1, origin, gate, circuit: new Circuit(config) }
    this.#channels.set(name, channel)
    return channel
  }

  #tell(channel: Channel): void {
    for (const listener of [...this.#listeners]) listener(channel)
  }
}

function isSameTarget(before: ChannelConfig, after: ChannelConfig): boolean {
  return JSON.stringify(before.connector) === JSON.stringify(after.connector)
}

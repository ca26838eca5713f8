import {
  type ChannelConfig,
  type ConnectorConfig,
  DEFAULT_MAX_RETRY_AFTER_MS,
  DEFAULT_PARK_SECONDS,
  type DurableTat,
  type WebhookConnectorConfig,
} from '../model/channel.ts'
import { type CredentialsKey, type StoredCredentials, withCredentials } from '../model/channel-credentials.ts'
import type { Clock } from '../runtime/clock.ts'
import { monotonicAt } from '../runtime/monotonic-at.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import { ChannelErrors } from './channel-errors.ts'
import { Circuit } from './circuit.ts'
import { Gate } from './gate.ts'
import { isSlow } from './slow-limit.ts'

/** A configured channel, its gate and its circuit. The entry stays the same object for the life of the process; its config may be replaced. */
export interface Channel {
  readonly name: string
  /** With the credentials that were set over the API. */
  config: ChannelConfig
  /** Without them: as it stands in the file, or is stored. */
  own: ChannelConfig
  /** Counts up with every change of the config, so that worker threads know when theirs is old. */
  version: number
  /** Where it comes from: only those set over the API can be changed there. `webhook`: it delivers to a webhook endpoint, and callers never see it. */
  readonly origin: 'file' | 'api' | 'builtin' | 'webhook'
  /** Shared with the worker threads. A changed channel keeps it, and so its TAT. */
  readonly gate: Gate
  /** Asked by the scheduler before a lot, updated by the outcomes stage with every call. A changed channel keeps it. */
  readonly circuit: Circuit
  readonly errors: ChannelErrors
  /** Null: the connector was loaded, or not needed yet. */
  unavailable: Unavailability | null
  /** Every `Retry-After` received up to this wall time was lifted; 0: none was. */
  unblockedAtMs: number
}

/** A channel that callers see. */
export type CallerChannel = Channel & {
  readonly origin: Exclude<Channel['origin'], 'webhook'>
  readonly config: { readonly connector: Exclude<ConnectorConfig, WebhookConnectorConfig> }
}

/** Whether callers see a channel: one that delivers to a webhook endpoint is found by no name of theirs. */
export function isForCallers(channel: Channel): channel is CallerChannel {
  return channel.origin !== 'webhook'
}

/** Why no call of a channel can start: its connector cannot be loaded. */
export interface Unavailability {
  readonly reason: string
  /** Wall ms. */
  readonly sinceMs: number
  /** When it is loaded again, monotonic µs. */
  readonly untilUs: number
}

/** The stored state of a channel (its `StoredChannel`). */
export interface ChannelMarks {
  readonly name: string
  /** Null: the row only carries marks for a channel of the config file. */
  readonly config: ChannelConfig | null
  readonly paused: boolean
  readonly used: boolean
  readonly unblockedAtMs: number | null
  readonly tat: DurableTat | null
}

export interface ChannelRegistryOptions {
  readonly clock: Clock
  /** Channels of the config file and built-in ones. */
  readonly channels: Readonly<Record<string, { readonly config: ChannelConfig; readonly origin: 'file' | 'builtin' }>>
  readonly stored: readonly ChannelMarks[]
  /** Those set over the API, also of channels that there are no more. @default none */
  readonly credentials?: readonly StoredCredentials[]
  readonly telemetry: Telemetry
  /** As of `readBootId`. @default null */
  readonly bootId?: string | null
}

/** Defaults for settings that channels saved by an earlier version lack. */
const LATER_SETTINGS = {
  parkForSeconds: DEFAULT_PARK_SECONDS,
  trace: null,
  maxRetryAfterMs: DEFAULT_MAX_RETRY_AFTER_MS,
  rateLimitHeaders: null,
  itemSchema: null,
  payload: null,
}
const LATER_HTTP_SETTINGS = { request: null, response: null }

type ChannelListener = (channel: Channel) => void

/**
 * The channels there are, by name. Durable only through its callers: they save a change first, then make it here. A file's or
 * built-in channel hides one of the same name that was set over the API.
 */
export class ChannelRegistry {
  readonly #clock: Clock
  readonly #telemetry: Telemetry
  readonly #bootId: string | null
  readonly #channels = new Map<string, Channel>()
  /** Every gate there ever was: a channel that is removed and made again must not deliver its burst twice (RAT-1). */
  readonly #gates = new Map<string, Gate>()
  /** The stored state of earlier starts, by name; also of channels that were removed since. */
  readonly #marks = new Map<string, ChannelMarks>()
  readonly #credentials = new Map<string, Map<string, StoredCredentials>>()
  readonly #listeners = new Set<ChannelListener>()

  constructor(options: ChannelRegistryOptions) {
    this.#clock = options.clock
    this.#telemetry = options.telemetry
    this.#bootId = options.bootId ?? null
    for (const marks of options.stored) this.#marks.set(marks.name, marks)
    for (const one of options.credentials ?? []) this.#keep(one)
    for (const [name, { config, origin }] of Object.entries(options.channels)) this.#add(name, config, origin)
    for (const { name, config } of options.stored) {
      if (config !== null && !this.#channels.has(name)) this.#add(name, withLaterSettings(config), 'api')
    }
    for (const { name, paused } of options.stored) if (paused) this.#channels.get(name)?.gate.pause()
  }

  get(name: string): Channel | undefined {
    return this.#channels.get(name)
  }

  /** The channels that callers see, by name. */
  list(): CallerChannel[] {
    return this.all()
      .filter(isForCallers)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** All channels, those of webhook endpoints included, in no order to rely on. */
  all(): Channel[] {
    return [...this.#channels.values()]
  }

  /**
   * Makes a channel, or gives one another config; its gate (what was taken, blocked) stays.
   * @param options.paused whether a channel that is made begins paused; one that exists stays as it is. @default false
   */
  put(name: string, config: ChannelConfig, { paused = false }: { readonly paused?: boolean } = {}): CallerChannel {
    // A name of a request or a configuration file names no channel of a webhook endpoint.
    return this.#put(name, config, { paused, origin: 'api' }) as CallerChannel
  }

  /** The same for the channel that delivers to a webhook endpoint. */
  putWebhook(name: string, config: ChannelConfig, { paused }: { readonly paused: boolean }): void {
    this.#put(name, config, { paused, origin: 'webhook' })
  }

  #put(
    name: string,
    config: ChannelConfig,
    { paused, origin }: { readonly paused: boolean; readonly origin: 'api' | 'webhook' },
  ): Channel {
    let channel = this.#channels.get(name)
    if (channel === undefined) {
      channel = this.#add(name, config, origin)
      if (paused) channel.gate.pause()
      else channel.gate.resume()
    } else {
      const sameTarget = isSameTarget(channel.own, config)
      channel.own = config
      channel.config = withCredentials(config, this.credentialsOf(name))
      channel.version++
      this.#configure(channel.gate, config)
      const { sinceUs } = channel.circuit
      channel.circuit.configure(config)
      // What was learned of the old target says nothing of the new one.
      if (!sameTarget) channel.circuit.reset()
      if (sinceUs !== 0 && channel.circuit.sinceUs === 0) {
        const openForMs = (this.#clock.monotonicUs() - sinceUs) / 1000
        this.#telemetry.emit('circuit.closed', { channel: name, openForMs })
      }
    }
    this.#tell(channel)
    return channel
  }

  /** Forgets a channel; its items stay where they are until there is one of that name again. Unknown: nothing happens. */
  remove(name: string): void {
    const channel = this.#channels.get(name)
    if (channel === undefined) return
    this.#channels.delete(name)
    // Its name is never used again, and it has no rate limit.
    if (channel.origin === 'webhook') {
      this.#gates.delete(name)
      this.#marks.delete(name)
    }
    this.#tell(channel)
  }

  /** The credentials of a channel that were set over the API, in no order to rely on. */
  credentialsOf(name: string): readonly StoredCredentials[] {
    return [...(this.#credentials.get(name)?.values() ?? [])]
  }

  /** Sets credentials, from the next call on. The channel need not exist. */
  putCredentials(credentials: StoredCredentials): void {
    this.#keep(credentials)
    this.#renew(credentials.channel)
  }

  /** Forgets credentials, from the next call on. An unknown one does nothing. */
  removeCredentials(removed: readonly CredentialsKey[]): void {
    for (const key of removed) this.#credentials.get(key.channel)?.delete(keyOf(key))
    for (const name of new Set(removed.map(({ channel }) => channel))) this.#renew(name)
  }

  /** Lets no further call start. */
  pause(name: string): void {
    const channel = this.#channels.get(name)
    if (channel === undefined) return
    channel.gate.pause()
    this.#tell(channel)
    if (isForCallers(channel)) this.#telemetry.emit('channel.paused', { channel: name })
  }

  resume(name: string): void {
    const channel = this.#channels.get(name)
    if (channel === undefined) return
    channel.gate.resume()
    this.#tell(channel)
    if (isForCallers(channel)) this.#telemetry.emit('channel.resumed', { channel: name })
  }

  /** Lifts every `Retry-After` received up to a wall time. */
  unblock(name: string, unblockedAtMs: number): void {
    const channel = this.#channels.get(name)
    if (channel === undefined) return
    channel.unblockedAtMs = unblockedAtMs
    channel.gate.unblock()
    this.#tell(channel)
    this.#telemetry.emit('channel.unblocked', { channel: name })
  }

  /** Calls back after every put, remove, pause, resume and unblock, and every change of credentials. Returns how to stop. */
  onChange(listener: ChannelListener): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  #add(name: string, config: ChannelConfig, origin: Channel['origin']): Channel {
    let gate = this.#gates.get(name)
    if (gate === undefined) this.#gates.set(name, (gate = this.#makeGate(name, config)))
    else this.#configure(gate, config)
    const unblockedAtMs = this.#marks.get(name)?.unblockedAtMs ?? 0
    const channel = newChannel(name, config, { origin, gate, unblockedAtMs })
    channel.config = withCredentials(config, this.credentialsOf(name))
    this.#channels.set(name, channel)
    return channel
  }

  /** Goes on where an earlier start may have come to (RAT-1): if that is not known, what may have been taken counts as taken. */
  #makeGate(name: string, config: ChannelConfig): Gate {
    const gate = new Gate()
    const { tat = null, used = false } = this.#marks.get(name) ?? {}
    const nowUs = this.#clock.monotonicUs()
    if (tat !== null) {
      const { unitUs, atUs, atMs, bootId } = tat
      const isSameBoot = bootId !== null && bootId === this.#bootId
      // The wall may have been set since: it is asked only where nothing better is known.
      gate.restore({ unitUs, tatUs: isSameBoot ? atUs : monotonicAt(this.#clock, atMs), isDurable: isSameBoot })
    }
    this.#configure(gate, config)
    if (tat === null && used) gate.startEmpty(nowUs)
    return gate
  }

  #configure(gate: Gate, { rateLimit }: ChannelConfig): void {
    // Before the limit holds: its first call needs a durable TAT.
    if (rateLimit !== null && isSlow(rateLimit) && !gate.guarded) gate.guard()
    gate.configure(rateLimit, this.#clock.monotonicUs())
  }

  #keep(credentials: StoredCredentials): void {
    const { channel } = credentials
    const present = this.#credentials.get(channel) ?? new Map<string, StoredCredentials>()
    this.#credentials.set(channel, present.set(keyOf(credentials), credentials))
  }

  /** Gives calls that start from now on the credentials that there are. */
  #renew(name: string): void {
    const channel = this.#channels.get(name)
    if (channel === undefined) return
    channel.config = withCredentials(channel.own, this.credentialsOf(name))
    channel.version++
    this.#tell(channel)
  }

  #tell(channel: Channel): void {
    for (const listener of [...this.#listeners]) listener(channel)
  }
}

/** A channel to which nothing has happened yet. */
export function newChannel(
  name: string,
  config: ChannelConfig,
  { origin, gate, unblockedAtMs = 0 }: Pick<Channel, 'origin' | 'gate'> & { readonly unblockedAtMs?: number },
): Channel {
  const [circuit, errors] = [new Circuit(config), new ChannelErrors()]
  return { name, config, own: config, version: 1, origin, gate, circuit, errors, unavailable: null, unblockedAtMs }
}

function keyOf({ subscription, target }: CredentialsKey): string {
  return `${target} ${subscription}`
}

function isSameTarget(before: ChannelConfig, after: ChannelConfig): boolean {
  return JSON.stringify(before.connector) === JSON.stringify(after.connector)
}

function withLaterSettings(config: ChannelConfig): ChannelConfig {
  const { connector } = config
  const complete = connector.type === 'http' ? { ...LATER_HTTP_SETTINGS, ...connector } : connector
  return { ...LATER_SETTINGS, ...config, connector: complete }
}

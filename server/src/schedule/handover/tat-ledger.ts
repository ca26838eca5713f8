import type { Channel } from '../../limits/channel-registry.ts'
import type { RateReservation } from '../../limits/rate-reservation.ts'
import { isSlow, refillMs } from '../../limits/slow-limit.ts'
import type { TermOf } from '../../model/channel-term.ts'
import type { DurableTat } from '../../model/channel.ts'
import type { Clock } from '../../runtime/clock.ts'
import { failpoint } from '../../runtime/failpoint.ts'
import type { Service } from '../../runtime/service.ts'
import type { ChannelStore, ChannelTat } from '../../store/channel-store.ts'
import { StoreError } from '../../store/store-error.ts'
import { isPassing, StoreRetries } from '../../store/store-retries.ts'
import { wallAt } from '../../runtime/monotonic-at.ts'

export interface TatLedgerOptions {
  readonly store: Pick<ChannelStore, 'saveTats'>
  readonly clock: Clock
  readonly termOf: TermOf
  /** Makes this process the owner of channels, as far as it is not already. */
  readonly adoptChannels: (names: readonly string[]) => Promise<void>
  readonly channels: { list(): readonly Channel[] }
  /** As of `readBootId`. */
  readonly bootId: string | null
  /** Whether this process runs a channel: of others nothing is written. @default it does */
  readonly owns?: (channel: string) => boolean
  /** More of a channel may start now. */
  readonly onCapacity: (channel: Channel) => void
  /** Called once when nothing can be made durable any more (another server took over): the process must end. */
  readonly onFatal: (error: unknown) => void
}

/** A block, as a part of the bucket: a fast run through a large bucket writes at most so often. */
const BLOCKS_PER_BUCKET = 64
/** The time from the write to the call, as a part of the refill and at most: what a call that starts later than this waits for is one more write. */
const SLACK_PER_REFILL = 1 / 32
const MOST_SLACK_US = 1_000_000

interface Entry {
  readonly channel: Channel
  readonly row: ChannelTat
  /** Null: forgets what was durable, and the gate needs no guard any more. */
  readonly tatUs: number | null
  readonly configVersion: number
}

/**
 * Writes the TATs of slow channels ahead: what is durable is never behind the gate, so that a start continues where the last one came to
 * instead of with an empty bucket (RAT-1), and costs at most one block. A block is written when calls are about to start, not before: a
 * kill costs nothing while nothing is due. One write is under way at any time; the store puts it into one transaction with the commits that wait.
 */
export class TatLedger implements RateReservation, Service {
  readonly #options: TatLedgerOptions
  /** Channels to be written, and for how many units. */
  #wanted = new Map<Channel, number>()
  #writing: Promise<void> | null = null
  readonly #retries: StoreRetries
  #stopped = false

  constructor(options: TatLedgerOptions) {
    this.#options = options
    this.#retries = new StoreRetries(options.clock)
  }

  /** Makes durable what the channels started with. */
  start(): void {
    for (const channel of this.#options.channels.list()) this.channelChanged(channel)
  }

  /** `onCapacity` follows when there is more. */
  durableUnits(channel: Channel, units: number): number {
    const durable = channel.gate.durableUnits(this.#options.clock.monotonicUs())
    if (durable < units) this.#want(channel, units)
    return durable
  }

  /** A channel was made or changed: what is durable follows its gate. */
  channelChanged(channel: Channel): void {
    const { gate, config } = channel
    if (!gate.guarded || config.rateLimit === null) return
    const isBehind = gate.durableTatUs < gate.tatUs && gate.tatUs > this.#options.clock.monotonicUs()
    if (isBehind || !isSlow(config.rateLimit)) this.#want(channel, 0)
  }

  /** Resolves when no write is under way; nothing is written any more. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#retries.giveUp()
    await this.#writing
  }

  /** Resolves when the write that is under way has ended. */
  async written(): Promise<void> {
    await this.#writing
  }

  #want(channel: Channel, units: number): void {
    if (this.#stopped || !this.#owns(channel.name)) return
    this.#wanted.set(channel, Math.max(units, this.#wanted.get(channel) ?? 0))
    this.#writeNext()
  }

  #owns(name: string): boolean {
    return this.#options.owns?.(name) !== false
  }

  #writeNext(): void {
    if (this.#writing !== null || this.#wanted.size === 0 || this.#stopped) return
    this.#writing = this.#writeWanted().finally(() => {
      this.#writing = null
      this.#writeNext()
    })
  }

  async #writeWanted(): Promise<void> {
    const wanted = this.#wanted
    this.#wanted = new Map()
    let entries: Entry[]
    try {
      const names = Array.from(wanted.keys(), ({ name }) => name).filter((name) => this.#owns(name))
      const unowned = names.filter((name) => this.#options.termOf(name) === 0)
      if (unowned.length > 0) await this.#options.adoptChannels(unowned)
      // Of a channel that was released meanwhile nothing is written: its next owner has its note.
      for (const channel of wanted.keys()) if (this.#options.termOf(channel.name) === 0) wanted.delete(channel)
      if (wanted.size === 0) return
      entries = [...wanted].map(([channel, units]) => this.#entry(channel, units))
      await this.#options.store.saveTats(entries.map(({ row }) => row))
    } catch (error) {
      if (this.#stopped) return
      if (isPassing(error)) {
        for (const [channel, units] of wanted) this.#want(channel, units)
        // Calls start nowhere meanwhile that need it: commits fail too.
        await this.#retries.pause()
        return
      }
      if (error instanceof StoreError && error.code === 'stale_term') {
        // The store has reported the channels that were lost: the rest is written without them.
        const rest = [...wanted].filter(([{ name }]) => this.#owns(name))
        if (rest.length < wanted.size) {
          for (const [channel, units] of rest) this.#want(channel, units)
          return
        }
      }
      this.#stopped = true
      if (!(error instanceof StoreError && error.code === 'damaged')) this.#options.onFatal(error)
      return
    }
    FAILPOINT: failpoint('schedule.tats.durable')
    for (const entry of entries) this.#raise(entry)
  }

  #entry(channel: Channel, units: number): Entry {
    const { gate, name } = channel
    const term = this.#options.termOf(name)
    const { configVersion } = gate
    const { rateLimit } = channel.config
    if (rateLimit !== null && !isSlow(rateLimit))
      return { channel, row: { channel: name, term, tat: null }, tatUs: null, configVersion }
    const unitUs = gate.owedInUs
    // Never back: calls may start as far as the last write allowed.
    let tatUs = Math.max(gate.tatUs, gate.durableTatUs)
    if (units > 0 && rateLimit !== null) {
      const aheadUs = Math.max(units, Math.floor(rateLimit.burst / BLOCKS_PER_BUCKET)) * unitUs
      const slackUs = Math.min(refillMs(rateLimit) * 1000 * SLACK_PER_REFILL, MOST_SLACK_US)
      tatUs = Math.max(tatUs, Math.max(gate.tatUs, this.#options.clock.monotonicUs()) + aheadUs + slackUs)
    }
    return { channel, row: { channel: name, term, tat: this.#durable(tatUs, unitUs) }, tatUs, configVersion }
  }

  #durable(tatUs: number, unitUs: number): DurableTat {
    const { clock, bootId } = this.#options
    return { unitUs, atUs: tatUs, atMs: wallAt(clock, tatUs), bootId }
  }

  #raise({ channel, tatUs, configVersion }: Entry): void {
    const { gate } = channel
    if (gate.configVersion !== configVersion) {
      // Counted in what may be another currency by now.
      if (gate.guarded) this.#want(channel, 0)
      return
    }
    if (tatUs === null) gate.unguard()
    else gate.raiseDurable(tatUs)
    this.#options.onCapacity(channel)
  }
}

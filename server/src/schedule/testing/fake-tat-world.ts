import { ChannelRegistry, type ChannelMarks } from '../../limits/channel-registry.ts'
import { type ChannelConfig, defaultRetry, type DurableTat, type RateLimitConfig } from '../../model/channel.ts'
import type { Clock } from '../../runtime/clock.ts'
import { silentLogger } from '../../runtime/logger.ts'
import { Telemetry } from '../../runtime/telemetry.ts'
import type { ChannelTat } from '../../store/channel-store.ts'
import { TatLedger } from '../handover/tat-ledger.ts'

const START_US = 1_800_000_000_000_000

/** Real time, and what a machine makes of it: a wall clock that people set, a monotonic one that begins with each boot. */
class MachineClock implements Clock {
  realUs = START_US
  wallOffsetMs = 0
  bootedAtUs = START_US - 60_000_000

  nowMs(): number {
    return this.realUs / 1000 + this.wallOffsetMs
  }

  monotonicUs(): number {
    return this.realUs - this.bootedAtUs
  }

  after(): () => void {
    return () => {}
  }
}

/** One slow channel on a server that is killed at will, on a store whose writes last until a test says so. */
export class TatWorld {
  readonly clock = new MachineClock()
  /** Real starts of calls over all lives of the server, µs. */
  readonly starts: number[] = []
  row: DurableTat | null = null
  rateLimit: RateLimitConfig | null
  used = false
  registry!: ChannelRegistry
  /** How often the server wrote. */
  writes = 0
  readonly #reportsTooEarly: boolean
  #ledger!: TatLedger
  #boot = 0
  #writing: { readonly tats: readonly ChannelTat[]; readonly done: () => void } | null = null

  /** @param options.tellsTooEarly a store that says "durable" when it is not (seeded bug) */
  constructor(rateLimit: RateLimitConfig, options: { readonly reportsTooEarly?: boolean } = {}) {
    this.rateLimit = rateLimit
    this.#reportsTooEarly = options.reportsTooEarly ?? false
    this.#start()
  }

  get gate() {
    return this.registry.get('slow')!.gate
  }

  /** Like the scheduler: asks for capacity and starts a call if there is some. */
  async deliver(): Promise<boolean> {
    const channel = this.registry.get('slow')!
    if (channel.gate.available(this.clock.monotonicUs()).units < 1) return false
    if (this.#ledger.durableUnits(channel, 1) < 1) {
      if (this.#reportsTooEarly) await settled()
      else await this.written()
    }
    return this.take()
  }

  /** Like a worker that asks nobody but the gate. */
  take(): boolean {
    this.used = true
    if (this.gate.tryTake(1, this.clock.monotonicUs()) > 0) return false
    this.starts.push(this.clock.realUs)
    return true
  }

  /** The scheduler wants to start calls. */
  ask(units: number): void {
    this.#ledger.durableUnits(this.registry.get('slow')!, units)
  }

  /** The write that is under way becomes durable, and its caller hears of it. */
  async written(): Promise<void> {
    this.#apply()
    this.#writing?.done()
    this.#writing = null
    await settled()
  }

  /** All that waits to be written is. */
  async allWritten(): Promise<void> {
    while (this.#writing !== null) await this.written()
  }

  /** Somebody changes the channel: the config is durable first. */
  change(rateLimit: RateLimitConfig | null): void {
    this.rateLimit = rateLimit
    this.registry.put('slow', configOf(rateLimit))
  }

  /** `kill -9`, and a new start. @param writeLands whether the write that was under way is on disk */
  kill({ writeLands = false }: { readonly writeLands?: boolean } = {}): void {
    if (writeLands) this.#apply()
    this.#writing = null
    this.#start()
  }

  reboot(): void {
    this.#boot++
    this.clock.bootedAtUs = this.clock.realUs - 1000
    this.kill()
  }

  #apply(): void {
    for (const { tat } of this.#writing?.tats ?? []) this.row = tat
  }

  #start(): void {
    const config = configOf(this.rateLimit)
    const marks: ChannelMarks = {
      name: 'slow',
      config,
      paused: false,
      used: this.used,
      unblockedAtMs: null,
      tat: this.row,
    }
    const bootId = `boot ${this.#boot}`
    const { clock } = this
    const telemetry = new Telemetry(silentLogger)
    const registry = new ChannelRegistry({ clock, bootId, telemetry, channels: {}, stored: [marks] })
    this.registry = registry
    const ledger = new TatLedger({
      ...{ clock, bootId, channels: registry, termOf: () => 1, adoptChannels: () => Promise.resolve() },
      store: { saveTats: (tats) => this.#save(tats) },
      onCapacity() {},
      onFatal(error) {
        throw error
      },
    })
    this.#ledger = ledger
    registry.onChange((channel) => {
      ledger.channelChanged(channel)
    })
    ledger.start()
  }

  #save(tats: readonly ChannelTat[]): Promise<void> {
    this.writes++
    return new Promise((resolve) => {
      this.#writing = { tats, done: resolve }
      if (this.#reportsTooEarly) resolve()
    })
  }
}

export function configOf(rateLimit: RateLimitConfig | null): ChannelConfig {
  return {
    connector: { type: 'sandbox', timeoutMs: 1000 },
    ...{
      rateLimit,
      concurrency: 1,
      retry: defaultRetry,
      maxRetryAfterMs: 3_600_000,
      rateLimitHeaders: null,
      itemSchema: null,
      circuit: null,
      parkForSeconds: 60,
      trace: null,
      payload: null,
      credentials: {},
    },
  }
}

/** Resolves when the work that pending promises start is done. */
export async function settled(): Promise<void> {
  for (let turns = 0; turns < 8; turns++) await Promise.resolve()
}

import type { Channel } from '../limits/channel-registry.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Service } from '../runtime/service.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import type { Standstills } from './standstills.ts'

/** For how long a lost thread counts. */
const LOST_FOR_MS = 300_000
/** Lost threads that are counted at most. */
const MAX_LOST = 1000

/** How the threads and channels of a process are, in numbers alone. */
export interface Components {
  /** Worker threads that deliveries may use. */
  readonly threads: number
  /** Those that were lost in the last 5 minutes. */
  readonly lostThreads: number
  /** Channels with items, and how many of them are held up. */
  readonly channels: {
    readonly busy: number
    readonly paused: number
    readonly circuitOpen: number
    readonly blocked: number
    readonly degraded: number
  }
}

export interface ComponentHealthOptions {
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicUs'>
  readonly telemetry: Pick<Telemetry, 'on'>
  readonly channels: { get(name: string): Channel | undefined }
  readonly standstills: Pick<Standstills, 'busy' | 'of' | 'start' | 'stop'>
  /** Worker threads that deliveries may use. */
  readonly threads: number
}

/** Counts what is wrong with threads and channels; costs a look at each busy channel when asked. Strangers may ask: it names none. */
export class ComponentHealth implements Service {
  readonly #options: ComponentHealthOptions
  /** When threads were lost, wall ms. */
  #lostAtMs: number[] = []
  #stopListening: (() => void) | null = null

  constructor(options: ComponentHealthOptions) {
    this.#options = options
  }

  start(): void {
    const { clock, telemetry } = this.#options
    this.#options.standstills.start()
    this.#stopListening = telemetry.on('thread.lost', () => {
      if (this.#lostAtMs.length < MAX_LOST) this.#lostAtMs.push(clock.nowMs())
    })
  }

  stop(): void {
    this.#options.standstills.stop()
    this.#stopListening?.()
    this.#stopListening = null
  }

  /** Returns the counts now; which channels are busy, as of the last 10 s. */
  components(): Components {
    const { clock, channels, standstills, threads } = this.#options
    const sinceMs = clock.nowMs() - LOST_FOR_MS
    this.#lostAtMs = this.#lostAtMs.filter((atMs) => atMs > sinceMs)
    const nowUs = clock.monotonicUs()
    const counts = { busy: 0, paused: 0, circuitOpen: 0, blocked: 0, degraded: 0 }
    for (const name of standstills.busy) {
      const channel = channels.get(name)
      if (channel === undefined) continue
      counts.busy++
      if (channel.gate.paused) counts.paused++
      if (channel.config.circuit !== null && channel.circuit.state(nowUs) !== 'closed') counts.circuitOpen++
      if (channel.gate.blockedUntilUs > nowUs) counts.blocked++
      if (standstills.of(name) !== null) counts.degraded++
    }
    return { threads, lostThreads: this.#lostAtMs.length, channels: counts }
  }
}

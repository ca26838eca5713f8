import type { ChannelConfig } from '../model/channel.ts'
import { CallWindow } from './call-window.ts'

export type CircuitState = 'closed' | 'open' | 'half_open'

/** The item by which a probe is known again: the first of its call. */
export interface ProbeItem {
  readonly jobRef: number
  readonly index: number
}

/** The health of a channel by one call: it answered, it did not, or unknown (asked to retry later, or never called). */
export type CallHealth = 'up' | 'down' | 'none'

/** The settings of a channel that its circuit uses. */
export type CircuitSettings = Pick<ChannelConfig, 'circuit'> & { readonly connector: { readonly timeoutMs: number } }

/**
 * Stops the calls of a channel that does not answer, and finds out by single probes when it is back.
 *
 *     closed --- enough calls, too many failed ---> open --- openMs ---> half_open
 *        ^                                            ^                      |
 *        +---------------- probe answered ------------|----------------------+
 *                                                     +--- probe failed -----+
 *
 * Pure but for its own state: time enters with every question, in monotonic microseconds, as with the gate. Main thread only: the
 * scheduler asks and starts probes, the outcomes stage reports. What is not a probe says nothing while it is not closed: such a
 * call started before.
 */
export class Circuit {
  readonly #window = new CallWindow()
  #settings: CircuitSettings
  /** 0: closed. */
  #openUntilUs = 0
  #sinceUs = 0
  #openedBy: { readonly calls: number; readonly failed: number } = { calls: 0, failed: 0 }
  #probe: ProbeItem | null = null
  /** When another probe may start although nothing was heard of the last one. */
  #probeOverdueUs = 0

  constructor(settings: CircuitSettings) {
    this.#settings = settings
  }

  /** Replaces the settings; an open circuit stays open until its time, none (null) closes it. */
  configure(settings: CircuitSettings): void {
    this.#settings = settings
    if (settings.circuit === null) this.reset()
  }

  /** Closes it and forgets all calls: the channel became another one. */
  reset(): void {
    this.#window.clear()
    this.#openUntilUs = 0
    this.#sinceUs = 0
    this.#probe = null
  }

  state(nowUs: number): CircuitState {
    if (this.#openUntilUs === 0) return 'closed'
    return nowUs < this.#openUntilUs ? 'open' : 'half_open'
  }

  /** When it turns, or turned, half-open; 0: closed. */
  get openUntilUs(): number {
    return this.#openUntilUs
  }

  /** When it left `closed`, however many probes failed since; 0: closed. */
  get sinceUs(): number {
    return this.#sinceUs
  }

  /** The calls that opened it last. */
  get openedBy(): { readonly calls: number; readonly failed: number } {
    return this.#openedBy
  }

  /** The probe whose outcome is awaited. */
  get probe(): ProbeItem | null {
    return this.#probe
  }

  /** Returns the calls that may start now: any, one probe (announced by `startProbe`), or none. */
  mayStart(nowUs: number): 'all' | 'probe' | 'none' {
    const state = this.state(nowUs)
    if (state === 'closed') return 'all'
    if (state === 'open') return 'none'
    return this.#probe === null || nowUs >= this.#probeOverdueUs ? 'probe' : 'none'
  }

  /** When `mayStart` gives another answer by itself; Infinity: not before something is reported. */
  nextUs(nowUs: number): number {
    const state = this.state(nowUs)
    if (state === 'open') return this.#openUntilUs
    if (state === 'half_open' && this.#probe !== null) return Math.max(this.#probeOverdueUs, nowUs)
    return Infinity
  }

  /** A lot of one call was dispatched as the probe. */
  startProbe(item: ProbeItem, nowUs: number): void {
    this.#probe = { jobRef: item.jobRef, index: item.index }
    // Only for one whose outcome was lost on the way: a call may run again alone when its thread was lost, but not longer than twice.
    this.#probeOverdueUs = nowUs + this.#openUs() + 2000 * this.#settings.connector.timeoutMs
  }

  /** An item was returned uncalled: if it is the probe, another one may start at once. */
  cameBack(item: ProbeItem): void {
    if (this.isProbe(item)) this.#probe = null
  }

  isProbe(item: ProbeItem): boolean {
    return this.#probe !== null && this.#probe.jobRef === item.jobRef && this.#probe.index === item.index
  }

  /** Counts calls of a closed circuit; opens it when too many of them failed. */
  record(calls: { readonly calls: number; readonly failed: number }, nowUs: number): void {
    const config = this.#settings.circuit
    if (config === null || calls.calls === 0 || this.#openUntilUs !== 0) return
    this.#window.add(calls, { nowUs, minCalls: config.minCalls })
    const { calls: counted, failed } = this.#window
    if (calls.failed > 0 && counted >= config.minCalls && failed >= counted * config.failureRatio) {
      this.#sinceUs = nowUs
      this.#openedBy = { calls: counted, failed }
      this.#open(nowUs)
    }
  }

  /** The outcome of the probe: closes the circuit, or opens it again; `none` leaves the question to the next probe. */
  probed(health: CallHealth, nowUs: number): void {
    if (this.#probe === null) return
    this.#probe = null
    if (health === 'up') this.reset()
    else if (health === 'down') this.#open(nowUs)
  }

  #open(nowUs: number): void {
    this.#window.clear()
    this.#probe = null
    this.#openUntilUs = nowUs + this.#openUs()
  }

  #openUs(): number {
    return (this.#settings.circuit?.openMs ?? 0) * 1000
  }
}

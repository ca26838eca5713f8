import { NO_WORK } from '../../progress/channel-state.ts'
import type { CallerChannel } from '../../limits/channel-registry.ts'
import type { ChannelLiveState, ChannelReads } from '../../progress/channel-reads.ts'
import type { Clock } from '../../runtime/clock.ts'
import { TimeSlice } from '../../runtime/time-slice.ts'
import { channelState } from '../answer/channel-view.ts'

/** They are looked at again after this time, however many ask. */
const KEPT_MS = 900

export interface ChannelStatesOptions {
  readonly subscription: string
  /** Figures of all subscriptions are shown, too. */
  readonly seesAll: boolean
  readonly clock: Clock
  readonly channels: { list(): CallerChannel[] }
  readonly channelReads: Pick<ChannelReads, 'works' | 'liveState'>
}

/** The state of a channel as JSON, and what of it is compared: not the fractions of seconds in its times. */
interface ShownState {
  readonly json: string
  readonly compared: string
  /** As long as it stays, the state need not be made again; null: there is more to it. */
  readonly quiet: string | null
}

/** The states of all channels as a subscription sees them, looked at once for all its streams. */
export class ChannelStates {
  readonly #options: ChannelStatesOptions
  #states: ReadonlyMap<string, ShownState> = new Map()
  #readAtMs = -Infinity
  #reading: Promise<unknown> | null = null
  /** As they were last in an event of changes. */
  readonly #shown = new Map<string, string>()

  constructor(options: ChannelStatesOptions) {
    this.#options = options
  }

  /** Looks at all channels, unless somebody has just done so. */
  async look(): Promise<void> {
    const { clock } = this.#options
    if (clock.nowMs() - this.#readAtMs < KEPT_MS) return
    this.#reading ??= this.#read().finally(() => (this.#reading = null))
    await this.#reading
  }

  /** The names of all channels, in their order. */
  get names(): string[] {
    return [...this.#states.keys()]
  }

  /** The channels as JSON, without those that are gone. */
  jsonOf(names: readonly string[]): string[] {
    return names.flatMap((name) => this.#states.get(name)?.json ?? [])
  }

  /** The next channels that changed, as JSON. @param most how many at most; the others come with the next call */
  takeChanges(most: number): string[] {
    const changes: string[] = []
    for (const [name, { json, compared }] of this.#states) {
      if (changes.length === most) break
      if (this.#shown.get(name) === compared) continue
      this.#shown.set(name, compared)
      changes.push(json)
    }
    for (const name of this.#shown.keys()) if (!this.#states.has(name)) this.#shown.delete(name)
    return changes
  }

  async #read(): Promise<void> {
    const { subscription, seesAll, clock, channels, channelReads } = this.#options
    const slice = new TimeSlice('updates')
    const works = await channelReads.works(subscription, slice)
    const states = new Map<string, ShownState>()
    for (const channel of channels.list()) {
      if (slice.over) await slice.next()
      const live = channelReads.liveState(channel.name, subscription, works.get(channel.name) ?? NO_WORK)
      const quiet = quietMark(channel, live, { clock, seesAll })
      const before = this.#states.get(channel.name)
      if (quiet !== null && before?.quiet === quiet) {
        states.set(channel.name, before)
        continue
      }
      const json = JSON.stringify({ name: channel.name, state: channelState(channel, live, { clock, seesAll }) })
      states.set(channel.name, { json, compared: json.replace(/\.\d{3}Z"/g, '"'), quiet })
    }
    // Its first stream shows all of them.
    if (this.#readAtMs === -Infinity) for (const [name, { compared }] of states) this.#shown.set(name, compared)
    this.#states = states
    this.#readAtMs = clock.nowMs()
  }
}

/** Of a channel of which there is nothing to say but whether it is paused: as long as that stays, its state need not be made again. */
function quietMark(
  { gate, circuit, config }: CallerChannel,
  live: ChannelLiveState,
  { clock, seesAll }: { readonly clock: Clock; readonly seesAll: boolean },
): string | null {
  const nowUs = clock.monotonicUs()
  const isOpen = config.circuit !== null && circuit.state(nowUs) !== 'closed'
  if (isOpen || gate.blockedUntilUs > nowUs || live.lastError !== null) return null
  // Others see nothing of the calls of all: an event that came with them would show them.
  if (seesAll && (live.runningCalls > 0 || live.standstill !== null)) return null
  const { pending, waiting, running, itemsPerSecond, reasons } = live
  if (pending + waiting + running + itemsPerSecond + reasons.length > 0) return null
  return `quiet ${gate.paused} ${config.circuit !== null}`
}

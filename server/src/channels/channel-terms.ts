import type { TermOf } from '../model/channel-term.ts'
import type { Clock } from '../runtime/clock.ts'
import { failpoint } from '../runtime/failpoint.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Service } from '../runtime/service.ts'
import { runWithoutAct } from '../store/audited-act.ts'
import type { Adoption, ChannelRelease, HandoverNote, OwnerStore } from '../store/owner-store.ts'
import { StoreError } from '../store/store-error.ts'
import type { Channel } from '../limits/channel-registry.ts'
import type { Gate } from '../limits/gate.ts'

type Clocks = Pick<Clock, 'nowMs' | 'monotonicUs'>

export interface ChannelTermsOptions {
  readonly store: Pick<OwnerStore, 'adoptChannels' | 'releaseChannels'>
  readonly clock: Clocks
  readonly channels: { get(name: string): Channel | undefined }
  readonly logger: Pick<Logger, 'warn'>
}

/**
 * The channels that this process owns, each with its term. A term is durable before anything of its channel is called or committed (REC-2), and
 * limits go on where the owner before left them (RAT-1, RAT-2).
 */
export class ChannelTerms implements Service {
  readonly #options: ChannelTermsOptions
  readonly #terms = new Map<string, number>()
  /** Of channels that were released: their terms until then. */
  readonly #released = new Map<string, number>()
  readonly #adopting = new Map<string, Promise<void>>()

  constructor(options: ChannelTermsOptions) {
    this.#options = options
  }

  readonly termOf: TermOf = (channel) => this.#terms.get(channel) ?? 0

  /** The term in which this process owns a channel, or owned it last. */
  readonly lastTermOf: TermOf = (channel) => this.#terms.get(channel) ?? this.#released.get(channel) ?? 0

  /** Adopts one channel, unless this process owns it. @throws StoreError as `adoptChannels` of the store */
  readonly adoptChannel = (name: string): Promise<void> => this.adoptChannels([name])

  /** Adopts channels in one transaction, as far as this process does not own them. Each name may be given several times. @throws StoreError as that of the store */
  readonly adoptChannels = async (names: Iterable<string>): Promise<void> => {
    const wanted = new Set<string>()
    const underWay = new Set<Promise<void>>()
    for (const name of names) {
      const adopting = this.#adopting.get(name)
      if (adopting !== undefined) underWay.add(adopting)
      else if (!this.#terms.has(name)) wanted.add(name)
    }
    if (wanted.size > 0) {
      const adopting = this.#adopt([...wanted]).finally(() => {
        for (const name of wanted) this.#adopting.delete(name)
      })
      for (const name of wanted) this.#adopting.set(name, adopting)
      underWay.add(adopting)
    }
    if (underWay.size > 0) await Promise.all(underWay)
  }

  /** Gives up all channels, with notes for those that own them next. Nothing of them is running, or written, any more. */
  async stop(): Promise<void> {
    const releases = Array.from(this.#terms, ([channel, term]) => ({ channel, term, note: this.#noteOf(channel) }))
    this.#terms.clear()
    try {
      await this.#release(releases)
    } catch (error) {
      // As if this process had been killed: the next owner knows less, and is slower at first.
      this.#options.logger.warn({ error: String(error) }, 'Cannot leave notes for the next start')
    }
  }

  /** Gives up a channel that this process owns, with a note for its next owner. Nothing of it is running any more. @throws StoreError */
  async release(channel: string): Promise<void> {
    // What adopts it is for its first job, or a test: it would land behind the release.
    await this.#adopting.get(channel)?.catch(() => {})
    const term = this.#terms.get(channel)
    if (term === undefined) return
    await this.#release([{ channel, term, note: this.#noteOf(channel) }])
    this.lose(channel)
  }

  /** A channel is not this process's any more. @returns false: it was not */
  lose(channel: string): boolean {
    const term = this.#terms.get(channel)
    if (term === undefined) return false
    this.#terms.delete(channel)
    this.#released.set(channel, term)
    return true
  }

  /** Gives up channels, but for those that have another owner already. */
  async #release(releases: readonly ChannelRelease[]): Promise<void> {
    for (let left = releases; left.length > 0;) {
      try {
        await this.#options.store.releaseChannels(left)
        return
      } catch (error) {
        if (!(error instanceof StoreError && error.code === 'stale_term')) throw error
        const lost = new Set(error.channels)
        const rest = left.filter(({ channel }) => !lost.has(channel))
        if (rest.length === left.length) throw error
        left = rest
      }
    }
  }

  async #adopt(names: readonly string[]): Promise<void> {
    // A request that is the first to need a channel did not ask for its adoption.
    const adopted = await runWithoutAct(() => this.#options.store.adoptChannels(names))
    FAILPOINT: failpoint('channels.adoption.durable')
    for (const adoption of adopted) {
      this.#continue(adoption)
      this.#terms.set(adoption.channel, adoption.term)
      this.#released.delete(adoption.channel)
    }
  }

  #continue({ channel: name, note }: Adoption): void {
    const gate = this.#options.channels.get(name)?.gate
    if (gate !== undefined && note !== null) continueGate(gate, note, this.#options.clock)
  }

  #noteOf(name: string): HandoverNote {
    const gate = this.#options.channels.get(name)?.gate
    return gate === undefined ? NOTHING_OWED : noteOf(gate, this.#options.clock)
  }
}

const NOTHING_OWED: HandoverNote = { owedUnits: 0, blockedUntilMs: null }

/** Returns what the next owner of a channel has to know of its gate. Nobody takes anything any more. */
export function noteOf(gate: Gate, clock: Clocks): HandoverNote {
  const nowUs = clock.monotonicUs()
  const blockedForUs = gate.blockedUntilUs - nowUs
  return {
    owedUnits: gate.owedUnits(nowUs),
    blockedUntilMs: blockedForUs > 0 ? clock.nowMs() + blockedForUs / 1000 : null,
  }
}

/** Lets a gate go on where another one was when it left a note. */
export function continueGate(gate: Gate, note: HandoverNote, clock: Clocks): void {
  const nowUs = clock.monotonicUs()
  // What is durable of a slow channel is exact, and goes on while nobody owns it.
  if (!gate.guarded) gate.startOwing(note.owedUnits, nowUs)
  const { blockedUntilMs } = note
  if (blockedUntilMs !== null) gate.blockUntil(nowUs + Math.max(0, blockedUntilMs - clock.nowMs()) * 1000)
}

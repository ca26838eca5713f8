import { AuditSeqs, type AuditSeq } from '../../model/audit.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { RidingEntry } from '../audit-store.ts'
import { type AuditedAct, takeAct } from '../audited-act.ts'
import { maxEntriesOf } from './riding-entries.ts'
import type { CallName, Calls, StoreCall } from './messages.ts'

/**
 * Writes that do not do what a request asked for: they prepare it, or the server makes them by itself. Outcomes carry the acts that they are given,
 * as those of many requests are committed together.
 */
const carriesNoAct: ReadonlySet<CallName> = new Set<CallName>([
  ...(['writeChunks', 'writeRejectedItems', 'discardJob', 'makeEligible', 'commitOutcomes', 'saveTats'] as const),
  ...(['fold', 'writeAudit', 'purgeAudit', 'adoptChannels', 'releaseChannels', 'claimChannels', 'handOver'] as const),
  ...(['lookAtOwners', 'reserveRefs'] as const),
])

/** Takes the entry of the request on whose behalf a write is made; null: there is none, or the write carries none. */
export function actOfWrite(name: CallName): AuditedAct | null {
  return carriesNoAct.has(name) ? null : takeAct()
}

/** Gives entries of the audit their numbers, and sees to it that each is durable once. */
export class CarriedActs {
  readonly #clock: Pick<Clock, 'nowMs'>
  #seqs = new AuditSeqs(0)

  constructor(clock: Pick<Clock, 'nowMs'>) {
    this.#clock = clock
  }

  /** @param last the last number in the store */
  begin(last: number): void {
    this.#seqs = new AuditSeqs(last)
  }

  nextSeq(wallMs: number): AuditSeq {
    return this.#seqs.take(wallMs, 1)
  }

  /** Writes with the entries of these acts, which are then durable with it; or, if it fails, wait for the next write. */
  async carry<Name extends CallName>(
    acts: readonly AuditedAct[],
    call: StoreCall<Name>,
    write: (carrying: StoreCall<Name>) => Promise<Calls[Name]['result']>,
  ): Promise<Calls[Name]['result']> {
    const audit = acts.map(({ entry, jobs }): RidingEntry => {
      const size = maxEntriesOf(call.args) + jobs.length
      return { entry, jobs, stored: { firstSeq: this.#seqs.take(this.#clock.nowMs(), size), size } }
    })
    try {
      const result = await write({ ...call, audit })
      for (const [n, act] of acts.entries()) act.becameDurable(audit[n]!.stored)
      return result
    } catch (error) {
      for (const act of acts) act.notWritten()
      throw error
    }
  }
}

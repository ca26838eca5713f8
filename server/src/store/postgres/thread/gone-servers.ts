import type { Connection } from '../connection.ts'
import { send } from './transaction.ts'

/** A standby that is silent for so many leases is forgotten. One that comes back has another row then. */
const LEASES = 6

interface Seen {
  readonly beat: number
  readonly sinceMs: number
}

/** Removes the rows of servers that are gone: standbys whose beat does not change, by the clock of this server, and those that were fenced. */
export class GoneServers {
  readonly #leaseMs: number
  readonly #seen = new Map<number, Seen>()
  #lookedAtMs = -Infinity

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs
  }

  /** Looks once a lease. */
  async look(connection: Connection, ownId: number): Promise<void> {
    const nowMs = performance.now()
    if (nowMs - this.#lookedAtMs < this.#leaseMs) return
    this.#lookedAtMs = nowMs
    const { rows } = await send(connection, OTHERS, [ownId])
    const others = rows as readonly { id: number; beat: number }[]
    for (const id of this.#seen.keys()) if (!others.some((one) => one.id === id)) this.#seen.delete(id)
    for (const { id, beat } of others) {
      const seen = this.#seen.get(id)
      if (seen?.beat !== beat) this.#seen.set(id, { beat, sinceMs: nowMs })
      else if (nowMs - seen.sinceMs >= LEASES * this.#leaseMs) await send(connection, REMOVE, [id, beat])
    }
  }
}

const OTHERS = `SELECT s.id, b.beat FROM waybill.servers s JOIN waybill.beats b ON b.server = s.id
  WHERE s.id <> $1 AND (s.fenced OR NOT s.active)`

const REMOVE = `DELETE FROM waybill.servers s USING waybill.beats b
  WHERE s.id = $1 AND b.server = s.id AND b.beat = $2 AND (s.fenced OR NOT s.active)
    AND (s.calls_until IS NULL OR s.calls_until < clock_timestamp())`

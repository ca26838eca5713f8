import { BeatJudge } from '../../../runtime/beat-judge.ts'
import { isProcessGone } from '../../../runtime/process-identity.ts'
import type { Connection } from '../connection.ts'
import { send } from '../thread/transaction.ts'

/** A server that has the database. */
export interface ActiveServer {
  readonly id: number
  readonly address: string
  readonly beat: number
}

/** One that lost its lease, or whose process is gone. */
export interface DeadServer {
  readonly id: number
  /** The beat by which it was judged: with another one it lives. */
  readonly beat: number
  readonly proof: 'lease' | 'process'
}

export interface SeenServers {
  /** Those of which nobody knows that they are dead. */
  readonly living: readonly ActiveServer[]
  readonly dead: readonly DeadServer[]
}

interface ServerRow {
  readonly id: number
  readonly boot_id: string
  readonly process: string
  readonly address: string
  readonly lease_ms: number | null
  readonly beat: number
}

/** Looks at the servers that have the database, and judges each by its beat. It locks nothing: one that freezes meanwhile is in nobody's way. */
export class ServerLooks {
  readonly #leaseMs: number
  readonly #which: string
  readonly #judges = new Map<number, BeatJudge>()

  /** @param which the servers that are looked at @default all that have channels */
  constructor(leaseMs: number, which: 'sharing' | 'whole' | 'all' = 'all') {
    this.#leaseMs = leaseMs
    this.#which = which
  }

  /**
   * Takes one look.
   * @param ownIds rows of this process: what it did with them has ended
   * @throws whatever the connection does; the looks begin anew then
   */
  async look(connection: Connection, ownIds: ReadonlySet<number>): Promise<SeenServers> {
    const sentMs = performance.now()
    let rows: readonly ServerRow[]
    try {
      rows = (await send(connection, ACTIVE_SERVERS, [this.#which])).rows as readonly ServerRow[]
    } catch (error) {
      for (const judge of this.#judges.values()) judge.failed()
      throw error
    }
    const receivedMs = performance.now()
    for (const id of this.#judges.keys()) if (!rows.some((row) => row.id === id)) this.#judges.delete(id)
    const living: ActiveServer[] = []
    const dead: DeadServer[] = []
    for (const { id, boot_id: place, process, address, beat, lease_ms: leaseMs } of rows) {
      // Each by its own lease if that is longer: it counts on it.
      const judge = this.#judges.get(id) ?? new BeatJudge(Math.max(this.#leaseMs, leaseMs ?? 0))
      this.#judges.set(id, judge)
      const isOver = judge.look({ sentMs, receivedMs, beat })
      if (ownIds.has(id) || isProcessGone({ place, process })) dead.push({ id, beat, proof: 'process' })
      else if (isOver) dead.push({ id, beat, proof: 'lease' })
      else living.push({ id, address, beat })
    }
    return { living, dead }
  }
}

const ACTIVE_SERVERS = `SELECT s.id, s.boot_id, s.process, s.address, s.lease_ms, b.beat
  FROM waybill.servers s JOIN waybill.beats b ON b.server = s.id WHERE s.active AND NOT s.fenced
    AND ($1::text = 'all' OR s.sharing = ($1::text = 'sharing')) ORDER BY s.id`

import type { MapRow, MapStatements } from '../../outcomes/chunk-map.ts'
import type { OutcomeMaps, PlaceRow } from '../../outcomes/outcome-maps.ts'
import type { Connection } from '../connection.ts'
import { send, type Transaction } from './transaction.ts'

/** A chunk, by its job and its number. */
export interface ChunkName {
  readonly ref: number
  readonly chunk: number
}

export interface ChunksRead {
  readonly chunks: readonly ChunkName[]
  readonly maps: OutcomeMaps
  readonly publishing?: Publishing
}

/** A job that the next transaction publishes, or extends. */
export interface Publishing {
  readonly createdAtMs: number
  readonly channel: string
  /** Of its channel; null: it was never adopted. */
  readonly term: number | null
}

/** Null: the chunk, its published job, its map is not there. */
interface ChunkRow extends Omit<PlaceRow, 'first_index'>, ChunkName, Omit<MapRow, 'epoch'> {
  readonly first_index: number | null
  readonly channel: string | null
  readonly map_epoch: number | null
}

/** The rows of chunk maps. They are read before a transaction that needs them, as no statement of it can wait for another, and written by it. */
export class MapRows implements MapStatements {
  readonly #places = new Map<string, PlaceRow>()
  readonly #maps = new Map<string, MapRow>()
  /** The channels of jobs whose chunks were read. */
  readonly #channels = new Map<number, string>()
  #transaction: Transaction | null = null
  /** Channels that have segments. */
  readonly segmentChannels = new Set<string>()

  readonly findMapChunk = { get: (ref: number, chunk: number) => this.#places.get(nameOf({ ref, chunk })) }
  readonly readMap = { get: (ref: number, chunk: number) => this.#maps.get(nameOf({ ref, chunk })) }
  readonly saveMap = {
    run: (...values: (number | string | null | Uint8Array | Uint32Array)[]) =>
      this.#transaction!.run(SAVE_MAP, ...values),
  }
  readonly insertCalls = {
    run: (...values: (number | string | null | Uint8Array | Uint32Array)[]) =>
      this.#transaction!.run(
        'INSERT INTO waybill.calls (ref, chunk, records, details) VALUES ($1, $2, $3, $4)',
        ...values,
      ),
  }

  /** The transaction that maps are written by from now on. */
  writeBy(transaction: Transaction): void {
    this.#transaction = transaction
  }

  /**
   * Reads these chunks and their maps, but for those that are in memory.
   * @param publishing the job that the next transaction publishes: its chunks count as those of a published one @default none
   */
  async read(connection: Connection, { chunks, maps, publishing }: ChunksRead): Promise<void> {
    const wanted = new Map(
      chunks.filter(({ ref, chunk }) => !maps.has(ref, chunk)).map((chunk) => [nameOf(chunk), chunk] as const),
    )
    if (wanted.size === 0) return
    const asked = [...wanted.values()]
    const { rows } = await send(connection, READ_CHUNKS, [asked.map(({ ref }) => ref), asked.map(({ chunk }) => chunk)])
    for (const { map_epoch: epoch, channel, first_index: first, ...row } of rows as readonly ChunkRow[]) {
      if (epoch !== null) this.#maps.set(nameOf(row), { ...row, epoch })
      if (first === null) continue
      if (channel !== null) this.add({ ...row, first_index: first }, channel)
      else if (publishing !== undefined)
        this.add(
          { ...row, first_index: first, created_at_ms: publishing.createdAtMs, term: publishing.term },
          publishing.channel,
        )
    }
  }

  /** Notes a chunk that the next transaction writes. */
  add(chunk: ChunkName & PlaceRow, channel: string): void {
    this.#places.set(nameOf(chunk), chunk)
    this.#channels.set(chunk.ref, channel)
  }

  /** The channel of a job, one of whose chunks was read since it was forgotten. */
  channelOf(ref: number): string | undefined {
    return this.#channels.get(ref)
  }

  /** A job is deleted or has ended, and nothing more is written of it. */
  forgetJob(ref: number): void {
    this.#channels.delete(ref)
  }

  /** The transaction is over: what was read for it may change. */
  forgetRows(): void {
    this.#places.clear()
    this.#maps.clear()
  }
}

function nameOf({ ref, chunk }: ChunkName): string {
  return `${ref}/${chunk}`
}

const READ_CHUNKS = `SELECT w.ref, w.chunk, c.first_index, c.count, j.created_at_ms, j.channel, o.term,
    m.epoch AS map_epoch, m.base_ms, m.folded_seq, m.succeeded, m.failed, m.cancelled, m.waiting, m.first_started_at_ms, m.last_ended_at_ms, m.entries
  FROM unnest($1::bigint[], $2::bigint[]) AS w (ref, chunk)
    LEFT JOIN waybill.outcome_maps m ON m.ref = w.ref AND m.chunk = w.chunk
    LEFT JOIN waybill.chunks c ON c.ref = w.ref AND c.chunk = w.chunk
    LEFT JOIN waybill.jobs j ON j.ref = c.ref
    LEFT JOIN waybill.owners o ON o.channel = j.channel`

const SAVE_MAP = `INSERT INTO waybill.outcome_maps (ref, chunk, epoch, base_ms, folded_seq, succeeded, failed, cancelled, waiting,
    first_started_at_ms, last_ended_at_ms, entries) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
  ON CONFLICT (ref, chunk) DO UPDATE SET folded_seq = excluded.folded_seq, succeeded = excluded.succeeded,
    failed = excluded.failed, cancelled = excluded.cancelled, waiting = excluded.waiting,
    first_started_at_ms = excluded.first_started_at_ms, last_ended_at_ms = excluded.last_ended_at_ms, entries = excluded.entries`

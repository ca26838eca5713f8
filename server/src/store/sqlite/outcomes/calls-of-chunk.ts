import type { OutcomeRecord, OutcomeView } from '../../../model/outcome-batch.ts'
import { readView } from '../../outcomes/segment.ts'
import type { ReadStatements } from '../tables/statements.ts'

/** A call as it was committed, times in whole ms. */
export interface CommittedCall extends Omit<OutcomeRecord, 'detail'> {
  readonly detail: Uint8Array | null
}

/** A row of records; its details are read when the first of them is needed. */
interface CallsRow {
  readonly id: number
  readonly records: Uint8Array
  view: OutcomeView
  hasDetails: boolean
}

/** Per item index where its records are, oldest first. */
type Places = Map<number, { row: CallsRow; n: number }[]>

/** The calls of one chunk that stand as records beside its map; rows are read at the first question. */
export class CallsOfChunk {
  readonly #sql: ReadStatements
  readonly #chunk: { readonly ref: number; readonly chunk: number }
  #places: Places | null = null

  constructor(sql: ReadStatements, chunk: { readonly ref: number; readonly chunk: number }) {
    this.#sql = sql
    this.#chunk = chunk
  }

  /** The calls of an item, oldest first. */
  of(index: number): CommittedCall[] {
    this.#places ??= this.#readPlaces()
    return (this.#places.get(index) ?? []).map(({ row, n }) => {
      if (row.view.hasDetail(n)) this.#readDetails(row)
      const call = row.view.record(n)
      const startedAtMs = Math.floor(call.startedAtMs)
      return { ...call, startedAtMs, endedAtMs: Math.floor(call.endedAtMs), detail: call.detail ?? null }
    })
  }

  #readPlaces(): Places {
    const places: Places = new Map()
    const rows = this.#sql.listCalls.all(this.#chunk.ref, this.#chunk.chunk) as unknown as {
      id: number
      records: Uint8Array
    }[]
    for (const { id, records } of rows) {
      const row: CallsRow = { id, records, view: readView(records), hasDetails: false }
      for (let n = 0; n < row.view.count; n++) {
        const index = row.view.index(n)
        const known = places.get(index)
        if (known === undefined) places.set(index, [{ row, n }])
        else known.push({ row, n })
      }
    }
    return places
  }

  #readDetails(row: CallsRow): void {
    if (row.hasDetails) return
    const found = this.#sql.readDetails.get(row.id) as { details: Uint8Array | null } | undefined
    row.view = readView(row.records, found?.details ?? null)
    row.hasDetails = true
  }
}

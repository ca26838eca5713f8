import { type OutcomeRecord, type OutcomeView, readView } from '../../model/outcome-batch.ts'
import { all, one, type Reading } from './asking.ts'

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
  readonly #chunk: { readonly ref: number; readonly chunk: number }
  readonly #onDetails: (details: Uint8Array) => void
  #places: Places | null = null

  /** @param onDetails called with each value of a row that details are cut out of */
  constructor(
    chunk: { readonly ref: number; readonly chunk: number },
    onDetails: (details: Uint8Array) => void = () => undefined,
  ) {
    this.#chunk = chunk
    this.#onDetails = onDetails
  }

  /** Reads the calls of an item, oldest first. */
  *of(index: number): Reading<CommittedCall[]> {
    this.#places ??= yield* this.#readPlaces()
    const calls: CommittedCall[] = []
    for (const { row, n } of this.#places.get(index) ?? []) {
      if (row.view.hasDetail(n)) yield* this.#readDetails(row)
      const call = row.view.record(n)
      const startedAtMs = Math.floor(call.startedAtMs)
      calls.push({ ...call, startedAtMs, endedAtMs: Math.floor(call.endedAtMs), detail: call.detail ?? null })
    }
    return calls
  }

  *#readPlaces(): Reading<Places> {
    const places: Places = new Map()
    const { ref, chunk } = this.#chunk
    const rows = yield* all<Pick<CallsRow, 'id' | 'records'>>('listCalls', ref, chunk)
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

  *#readDetails(row: CallsRow): Reading<void> {
    if (row.hasDetails) return
    const found = yield* one<{ details: Uint8Array | null }>('readDetails', row.id)
    const details = found?.details ?? null
    row.view = readView(row.records, details)
    if (details !== null) this.#onDetails(details)
    row.hasDetails = true
  }
}

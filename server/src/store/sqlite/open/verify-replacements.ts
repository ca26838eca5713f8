import type { DatabaseSync } from 'node:sqlite'
import { hashesOf, isHash, itemOf, type JobRow } from './verify-chunks.ts'
import { hashOf } from '../../../model/item-hashes.ts'
import { partitionKeyOf } from '@waybill/spec/rules'
import { wordsOf } from '../../outcomes/chunk-map.ts'

interface ReplacementRow extends JobRow {
  readonly item_index: number
  readonly line: Uint8Array
  readonly first_index: number
  readonly count: number
  readonly keys: Uint8Array
  readonly ids: Uint8Array
}

/** Reads every line that replaced an item's: it must be of the same id and partition key. @returns what is wrong */
export function* verifyReplacements(db: DatabaseSync): Generator<string> {
  const replacements = db.prepare(
    `SELECT r.ref, r.item_index, r.line, c.first_index, c.count, c.keys, c.ids, j.subscription, j.channel, j.envelope
     FROM replacements r JOIN jobs j ON j.ref = r.ref JOIN chunks c ON c.ref = r.ref
       AND c.first_index <= r.item_index AND c.first_index + c.count > r.item_index
     ORDER BY r.ref, r.item_index, r.id`,
  )
  for (const found of replacements.iterate()) {
    const row = found as unknown as ReplacementRow
    try {
      yield* lineFaults(row)
    } catch (error) {
      yield error instanceof Error ? error.message : String(error)
    }
  }
}

function* lineFaults(row: ReplacementRow): Generator<string> {
  const place = `item ${row.item_index} of job ref ${row.ref}`
  const item = itemOf(Buffer.from(row.line).toString('utf8'))
  if (item === null) {
    yield `${place} was replaced by what is no JSON object`
    return
  }
  const { ids, keys, partitionBy } = hashesOf(row)
  const at = row.item_index - row.first_index
  const words = row.count * 2
  if (!isHash(wordsOf(row.ids, { what: `ids of ${place}`, words }), { at, hash: hashOf(ids, item.id) }))
    yield `${place} was replaced by another id`
  const key = partitionKeyOf(item, partitionBy)
  if (
    typeof key === 'string' &&
    !isHash(wordsOf(row.keys, { what: `keys of ${place}`, words }), { at, hash: hashOf(keys, key) })
  )
    yield `${place} was replaced by another partition key`
}

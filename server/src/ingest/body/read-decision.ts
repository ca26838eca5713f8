import { isUtf8 } from 'node:buffer'
import { ProblemError } from '../../model/errors.ts'
import { MAX_CONTROL_BODY_BYTES, MAX_ITEM_BYTES, MAX_JSON_BODY_BYTES } from '../../model/limits.ts'
import type { TimeSlice } from '../../runtime/time-slice.ts'
import type { BodyStream } from '../ingest-ports.ts'
import { JsonBodyScanner } from './json-body-scanner.ts'
import { type ItemFault, ItemParser } from '../check/parse-item.ts'
import { readBody } from './read-body.ts'
import { badBody } from '../check/refusals.ts'

/** A decision on parked items, as it was sent. */
export interface DecisionBody {
  /** All members but `data`, which is null in it if there is one; not checked. */
  readonly members: Readonly<Record<string, unknown>>
  /** The JSON of `data`, valid as an item's data is, on one line; null: there is none. */
  readonly data: Buffer | null
}

/** Of a body that is read in turns. */
export const STEP_BYTES = 64 * 1024

const BEFORE_DATA = Buffer.from('{"id":"-","data":')
const AFTER_DATA = Buffer.from('}')

/**
 * Reads the body of a decision on parked items. Its `data` may be as large as an item, and is never made an object of: it is checked a piece at
 * a time, and kept byte for byte but for line breaks between its parts.
 * @throws ProblemError `bad_request`, `invalid_item`, `line_too_large`, `body_too_large`
 */
export async function readDecision(body: BodyStream, slice: TimeSlice): Promise<DecisionBody> {
  const scanner = new JsonBodyScanner(
    { single: 'data' },
    {
      ...{ maxItems: 1, maxItemsName: 'maxItemsPerDecision' },
      ...{ maxItemBytes: MAX_ITEM_BYTES, maxEnvelopeBytes: MAX_CONTROL_BODY_BYTES },
    },
  )
  const limit = { name: 'maxJsonBodyBytes', bytes: MAX_JSON_BODY_BYTES }
  for await (const bytes of readBody(body, { limit, slice, fingerprint: null })) slice.run(() => scanner.push(bytes))
  scanner.end()
  const members = scanner.envelope()
  if (!scanner.sawItems) return { members, data: null }
  const lines = Buffer.concat(scanner.takeBlocks())
  const data = lines.subarray(0, lines.length - 1)
  await checkData(data, slice)
  return { members: { ...members, data: null }, data }
}

async function checkData(data: Buffer, slice: TimeSlice): Promise<void> {
  const { fault } = await parseItem(Buffer.concat([BEFORE_DATA, data, AFTER_DATA]), new ItemParser('item'), slice)
  if (fault === null) return
  // The whole item of which it is the data is ours.
  const place = { pointer: fault.pointer || '/data', detail: fault.detail }
  if (fault.isJson) throw invalidData(place)
  throw badBody({ pointer: '/data', detail: 'must be JSON in UTF-8: it is not' })
}

/** Reads an item's line, however long it is, a piece at a time. */
export async function parseItem(line: Buffer, parser: ItemParser, slice: TimeSlice): Promise<ItemParser['item']> {
  parser.begin(line, { start: 0, end: line.length, isUtf8: isUtf8(line) })
  while (!slice.run(() => parser.parse(STEP_BYTES))) if (slice.over) await slice.next()
  return parser.item
}

/** Data that the item cannot have. */
export function invalidData({ pointer, detail }: Pick<ItemFault, 'pointer' | 'detail'>): ProblemError {
  return new ProblemError({
    code: 'invalid_item',
    detail: `Cannot replace the data of the item as ${pointer} ${detail}`,
    errors: [{ pointer, detail }],
    errorCount: 1,
  })
}

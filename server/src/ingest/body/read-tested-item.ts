import type { PartitionBy } from '../../model/job.ts'
import { ProblemError } from '../../model/errors.ts'
import { MAX_CONTROL_BODY_BYTES, MAX_ITEM_BYTES, MAX_JSON_BODY_BYTES } from '../../model/limits.ts'
import type { TimeSlice } from '../../runtime/time-slice.ts'
import { ItemParser } from '../check/parse-item.ts'
import { badBody } from '../check/refusals.ts'
import type { BodyStream } from '../ingest-ports.ts'
import { JsonBodyScanner } from './json-body-scanner.ts'
import { readBody } from './read-body.ts'
import { parseItem } from './read-decision.ts'

/** The body of a channel's test, as it was sent. */
export interface ChannelTestBody {
  /** All members but `item`, for which some item stands if there is one; not checked. */
  readonly members: Readonly<Record<string, unknown>>
  /** The item's JSON on one line, not checked; null: there is none. */
  readonly line: Buffer | null
}

/** Stands for the item, which is checked by `checkTestedItem`. */
const SOME_ITEM = { id: 'item' }

/**
 * Reads the body of a channel's test. Its item may be as large as that of a job, and is kept byte for byte but for line breaks between its parts.
 * @throws ProblemError `bad_request`, `line_too_large`, `body_too_large`
 */
export async function readTestedItem(body: BodyStream, slice: TimeSlice): Promise<ChannelTestBody> {
  const scanner = new JsonBodyScanner(
    { single: 'item' },
    {
      ...{ maxItems: 1, maxItemsName: 'maxItemsPerJsonRequest' },
      ...{ maxItemBytes: MAX_ITEM_BYTES, maxEnvelopeBytes: MAX_CONTROL_BODY_BYTES },
    },
  )
  const limit = { name: 'maxJsonBodyBytes', bytes: MAX_JSON_BODY_BYTES }
  for await (const bytes of readBody(body, { limit, slice, fingerprint: null })) slice.run(() => scanner.push(bytes))
  scanner.end()
  const members = scanner.envelope()
  if (!scanner.sawItems) return { members, line: null }
  const lines = Buffer.concat(scanner.takeBlocks())
  return { members: { ...members, item: SOME_ITEM }, line: lines.subarray(0, lines.length - 1) }
}

/**
 * Checks an item as that of a job is checked.
 * @throws ProblemError `invalid_item`: it is none, or has no partition key; `bad_request`: it is not JSON
 */
export async function checkTestedItem(line: Buffer, partitionBy: PartitionBy, slice: TimeSlice): Promise<void> {
  const { fault } = await parseItem(line, new ItemParser(partitionBy), slice)
  if (fault === null) return
  const place = { pointer: `/item${fault.pointer}`, detail: fault.detail }
  if (!fault.isJson) throw badBody(place)
  throw new ProblemError({
    code: 'invalid_item',
    detail: `Cannot test the channel as ${place.pointer} ${place.detail}`,
    errors: [place],
    errorCount: 1,
  })
}

import { ProblemError } from '../../model/errors.ts'
import { MAX_CONTROL_BODY_BYTES, MAX_JSON_DEPTH } from '../../model/limits.ts'
import { RepeatedMemberSearch } from '../../model/repeated-member.ts'
import type { TimeSlice } from '../../runtime/time-slice.ts'
import type { BodyStream } from '../../ingest/ingest-ports.ts'

/** The largest JSON body of the operations that take their body as a whole, such as a channel's configuration. */
export const CONTROL_BODY_LIMIT = { name: 'maxControlBodyBytes', bytes: MAX_CONTROL_BODY_BYTES } as const

/**
 * The largest ratio of a body's unpacked size to its packed size. A decision on 500 parked items, the most repetitive of all valid bodies, has
 * 22; a text made to be as costly as possible, of 174 bytes, more than 300.
 */
const MAX_UNPACKED_RATIO = 64
/** Bytes that a body may always unpack to, whatever its packed size. */
const HARMLESS_BYTES = 4096

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads a small body whole, and parses it when it is its caller's turn.
 * @throws ProblemError `bad_request` when it is not JSON in UTF-8, is nested too deep, has a field twice, or unpacks to far more than was sent
 */
export async function readJson(
  body: BodyStream,
  slice: TimeSlice,
): Promise<{ readonly value: unknown; readonly bytes: Uint8Array }> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    refuseBomb(length, body)
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  slice.earn(body.sentBytes?.() ?? length)
  if (bytes.length === 0) throw notJson('there is none')
  if (slice.over) await slice.next()
  return { value: slice.run(() => parse(bytes)), bytes }
}

function refuseBomb(unpacked: number, { sentBytes }: BodyStream): void {
  if (sentBytes === undefined || unpacked <= Math.max(HARMLESS_BYTES, sentBytes() * MAX_UNPACKED_RATIO)) return
  const detail = `must unpack to at most ${MAX_UNPACKED_RATIO} times its size: it unpacks to more`
  throw new ProblemError({
    code: 'bad_request',
    detail: `Cannot read the body as it ${detail}`,
    errors: [{ pointer: '', detail }],
    errorCount: 1,
  })
}

const repeated = new RepeatedMemberSearch()

function parse(bytes: Buffer): unknown {
  const { tooDeep, pointer } = repeated.search(bytes)
  if (tooDeep) throw notJson(`current value is nested deeper than ${MAX_JSON_DEPTH}`)
  try {
    const value = JSON.parse(utf8.decode(bytes)) as unknown
    if (pointer !== null) throw repeatedMember(pointer)
    return value
  } catch (error) {
    if (error instanceof ProblemError) throw error

    // V8 quotes the text in its messages, which may hold a secret: only the place is reported.
    const position = error instanceof SyntaxError ? /position (\d+)/.exec(error.message)?.[1] : undefined
    throw notJson(position === undefined ? 'it is not' : `it breaks off or goes wrong at byte ${position}`)
  }
}

function repeatedMember(pointer: string): ProblemError {
  const detail = `must have each field once: ${pointer} is there twice`
  return new ProblemError({
    code: 'bad_request',
    detail: `Cannot read the body as it ${detail}`,
    errors: [{ pointer, detail }],
    errorCount: 1,
  })
}

function notJson(current: string): ProblemError {
  const detail = `must be JSON in UTF-8: ${current}`
  return new ProblemError({
    code: 'bad_request',
    detail: `Cannot read the body as it ${detail}`,
    errors: [{ pointer: '', detail }],
    errorCount: 1,
  })
}

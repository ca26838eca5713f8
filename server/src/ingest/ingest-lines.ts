import { ProblemError, type ProblemPlace } from '../model/errors.ts'
import {
  MAX_ENVELOPE_BYTES,
  MAX_ITEMS_PER_NDJSON_REQUEST,
  MAX_LINE_BYTES,
  MAX_NDJSON_BODY_BYTES,
} from '../model/limits.ts'
import { ByteLines, LineTooLongError, readBody } from './body/read-body.ts'
import { checkDependencies } from './check/check-dependencies.ts'
import { checkWebhook } from './check/check-webhook.ts'
import type { IngestOptions, SubmittedJob } from './ingest-ports.ts'
import { endOfBlank } from './chunks/item-intake.ts'
import { JobDraft, type SubmitUpload } from './publish.ts'
import { JsonBodyScanner } from './body/json-body-scanner.ts'
import { parseEnvelope } from './check/parse-envelope.ts'
import { badBody, limitPassed } from './check/refusals.ts'

const ACTION = 'submit job'
const LF = 10
const NOTHING = Buffer.alloc(0)
const LIMIT = { name: 'maxItemsPerNdjsonRequest', items: MAX_ITEMS_PER_NDJSON_REQUEST }

/** `POST /v1/jobs` with an NDJSON body: line 1 the envelope, every further one an item, written as they come. */
export async function ingestLines(upload: SubmitUpload, deps: IngestOptions): Promise<SubmittedJob> {
  const receiver = new LinesReceiver(upload, deps)
  try {
    await receiveLines(upload, receiver)
    return await receiver.publish()
  } catch (error) {
    await receiver.discard()
    throw error instanceof LineTooLongError ? lineTooLong(receiver.lines + 1) : error
  }
}

async function receiveLines(
  { request, place: { slice }, first }: SubmitUpload,
  receiver: LinesReceiver,
): Promise<void> {
  const lines = new ByteLines(MAX_LINE_BYTES)
  const limit = { name: 'maxNdjsonBodyBytes', bytes: MAX_NDJSON_BODY_BYTES }
  for await (const bytes of readBody(request.body, { limit, slice, fingerprint: first?.fingerprint ?? null })) {
    for (const block of lines.push(bytes)) await receiver.take(block)
  }
  for (const block of lines.end()) await receiver.take(block)
}

/** Returns the refusal of a line over the limit. */
export function lineTooLong(line: number): ProblemError {
  const required = 'the bytes of a line must be at most'
  return limitPassed({ code: 'line_too_large', name: 'maxLineBytes', value: MAX_LINE_BYTES, required, place: { line } })
}

/** Waits for the envelope, then hands the items to a draft: faults of the envelope are reported before the items have arrived. */
class LinesReceiver {
  readonly #upload: SubmitUpload
  readonly #deps: IngestOptions
  #draft: JobDraft | null = null
  /** Lines up to the envelope. */
  #lines = 0

  constructor(upload: SubmitUpload, deps: IngestOptions) {
    this.#upload = upload
    this.#deps = deps
  }

  /** Lines so far. */
  get lines(): number {
    return this.#draft?.lines ?? this.#lines
  }

  async take(block: Buffer): Promise<void> {
    const items = this.#draft === null ? await this.#takeEnvelope(block) : block
    if (items.length > 0) await this.#draft?.take(items)
  }

  async publish(): Promise<SubmittedJob> {
    if (this.#draft === null) throw badBody({ line: 1, detail: 'must begin with the envelope: there is none' })
    return this.#draft.publish(this.#draft.items > 0)
  }

  async discard(): Promise<void> {
    await this.#draft?.discard()
  }

  /** Reads the first line that is not empty; returns the lines after it. */
  async #takeEnvelope(block: Buffer): Promise<Buffer> {
    const { slice } = this.#upload.place
    const at = slice.run(() => this.#skipBlank(block))
    if (at === block.length) return NOTHING
    const end = block.indexOf(LF, at) + 1
    this.#lines++
    this.#draft = await this.#startDraft(block.subarray(at, end - 1))
    return block.subarray(end)
  }

  /** Counts blank lines, of which a packed body may have a billion. @returns the start of the first other one, or the end */
  #skipBlank(block: Buffer): number {
    let at = 0
    for (let end = endOfBlank(block, at); end > 0 && at < block.length; end = endOfBlank(block, at)) {
      this.#lines++
      at = end
    }
    return at
  }

  async #startDraft(text: Buffer): Promise<JobDraft> {
    const line = this.#lines
    const { request } = this.#upload
    const { subscription } = request
    const context = { schema: 'JobEnvelope', line, action: ACTION, subscription } as const
    const parsed = parseEnvelope(envelopeOf(text, line), context, this.#deps)
    if (parsed.itemCount !== null && parsed.itemCount > LIMIT.items) {
      const place = { line, pointer: '/itemCount' }
      throw limitPassed({
        code: 'too_many_items',
        name: LIMIT.name,
        value: LIMIT.items,
        required: 'itemCount must be at most',
        place,
      })
    }
    // Refused before the items have arrived, rather than after.
    await checkWebhook(parsed, context, { request, deps: this.#deps })
    await checkDependencies(parsed, context, this.#deps)
    this.#upload.place.checkItems(parsed.itemCount ?? 0)
    const place = (at: { line: number; pointer: string }): Omit<ProblemPlace, 'detail'> =>
      at.pointer === '' ? { line: at.line } : { line: at.line, pointer: at.pointer }
    return new JobDraft({ parsed, place, limit: LIMIT, action: ACTION, linesBefore: line }, this.#deps, this.#upload)
  }
}

/** The members of the envelope's line, each of which may stand there once. */
function envelopeOf(text: Buffer, line: number): unknown {
  const limits = { maxItems: 0, maxItemsName: LIMIT.name, maxItemBytes: 0, maxEnvelopeBytes: MAX_ENVELOPE_BYTES }
  const scanner = new JsonBodyScanner('none', limits)
  try {
    scanner.push(text)
    scanner.end()
  } catch (error) {
    throw error instanceof ProblemError ? onLine(error, line) : error
  }
  return scanner.envelope()
}

/** The same refusal with the line it is about. */
function onLine(problem: ProblemError, line: number): ProblemError {
  const { code, members } = problem
  return new ProblemError({
    code,
    detail: `${problem.message} (line ${line}, the envelope)`,
    errors: (problem.errors ?? []).map((place) => ({ line, ...place })),
    errorCount: problem.errorCount ?? 0,
    ...(members !== undefined && { members }),
  })
}

import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { createGunzip, type Gunzip } from 'node:zlib'
import { ProblemError } from '../../model/errors.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { BodyStream } from '../../ingest/ingest-ports.ts'
import { BodyPace } from './body-pace.ts'

/*
 * A request's body as it arrives: decoded, counted, bounded in time, and never held as a whole. It does not close the connection
 * when its reader stops early: the refusal still has to be sent (drop-rest.ts reads the rest of the body).
 */

/** How long a client may send nothing at all. */
export const BODY_IDLE_MS = 30_000
/** After the idle time a body must arrive at this many bytes a second at least, or one byte now and then would hold a place for days. */
export const MIN_BYTES_PER_SECOND = 1024

/** zlib's own 16 KiB would make every step of the way four times as often. */
const UNPACKED_PIECE_BYTES = 64 * 1024

/** A decoded-size limit and its name in `Limits`. */
export interface BodyLimit {
  readonly name: string
  readonly bytes: number
}

export interface BodyOptions {
  readonly clock: Clock
  readonly limit: BodyLimit
  /** Asked and notified while the body arrives. */
  readonly pace?: BodyPace
}

/**
 * The decoded body of a request. Throws while being read: ProblemError `body_too_large`, `request_timeout`, `bad_request` (broken
 * gzip), or an AbortedError when the client disconnected.
 * @throws ProblemError at once: `unsupported_media_type` for an encoding other than gzip, `body_too_large` by its `Content-Length`
 */
export function bodyStream(request: IncomingMessage, options: BodyOptions): BodyStream {
  const encoding = contentEncoding(request)
  const { limit } = options
  if (encoding === 'identity') {
    if (Number(request.headers['content-length'] ?? 0) > limit.bytes) throw tooLarge(limit)
    return limited(received(request, options), limit)
  }
  const packed = { bytes: 0 }
  const unpacked = gunzipped(counted(received(request, options), packed))
  return Object.assign(limited(unpacked, limit), { sentBytes: () => packed.bytes })
}

async function* counted(source: AsyncIterable<Uint8Array>, count: { bytes: number }): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    count.bytes += chunk.length
    yield chunk
  }
}

/** The client closed its connection before it received its answer. */
export class AbortedError extends Error {
  constructor() {
    super('Cannot carry out the request as the client closed the connection')
    this.name = 'AbortedError'
  }
}

function contentEncoding(request: IncomingMessage): 'identity' | 'gzip' {
  const encoding = (request.headers['content-encoding'] ?? '').trim().toLowerCase()
  if (encoding === '') return 'identity'
  if (encoding === 'identity' || encoding === 'gzip') return encoding
  if (encoding === 'x-gzip') return 'gzip' // RFC 9110, 8.4.1.3: the same
  throw new ProblemError({
    code: 'unsupported_media_type',
    detail: 'Cannot read the body as its Content-Encoding must be gzip or identity: it is another one',
    errors: [{ parameter: 'Content-Encoding', detail: 'must be gzip or identity' }],
    errorCount: 1,
  })
}

/** The bytes as received. Written by hand as the request's own iterator destroys it, and with it the connection, when its reader stops. */
async function* received(
  request: IncomingMessage,
  { clock, pace = new BodyPace(clock) }: Pick<BodyOptions, 'clock' | 'pace'>,
): AsyncGenerator<Uint8Array> {
  const startedAtMs = clock.nowMs()
  let bytes = 0
  let heldMs = 0 // time for which the reader itself did not ask for more
  for (;;) {
    const chunk = request.read() as Buffer | null
    if (chunk !== null) {
      bytes += chunk.length
      const givenAtMs = clock.nowMs()
      yield chunk
      heldMs += clock.nowMs() - givenAtMs
    } else if (request.readableEnded || request.complete) {
      return
    } else if (request.destroyed || request.errored !== null) {
      throw new AbortedError()
    } else {
      const waitedMs = clock.nowMs() - startedAtMs - heldMs
      const behindMs = waitedMs - (bytes / MIN_BYTES_PER_SECOND) * 1000
      const timeoutMs = Math.min(BODY_IDLE_MS, BODY_IDLE_MS - behindMs)
      if (pace.gaveUp || !(await becomesReadable(request, { clock, timeoutMs, behindMs, pace }))) throw timedOut()
    }
  }
}

/** Resolves when there is something to read or the stream is over in any way; false when the time is. */
function becomesReadable(
  request: IncomingMessage,
  { clock, timeoutMs, behindMs, pace }: { clock: Clock; timeoutMs: number; behindMs: number; pace: BodyPace },
): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (inTime: boolean): void => {
      cancelTimer()
      pace.moves()
      for (const event of events) request.off(event, onEvent)
      resolve(inTime)
    }
    const onEvent = (): void => {
      finish(true)
    }
    const events = ['readable', 'end', 'error', 'close'] as const
    const cancelTimer = clock.after(timeoutMs, () => {
      finish(false)
    })
    for (const event of events) request.on(event, onEvent)
    pace.waits(behindMs, () => {
      finish(false)
    })
  })
}

/** zlib holds its output back until it is read, so a body that unpacks to a thousand times its size costs no memory. */
async function* gunzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: UNPACKED_PIECE_BYTES })
  const input = Readable.from(source, { objectMode: false })
  let sourceError: unknown = null
  input.on('error', (error) => {
    sourceError = error
    gunzip.destroy(error)
  })
  input.pipe(gunzip)
  try {
    yield* gunzip as AsyncIterable<Uint8Array>
  } catch (error) {
    throw sourceError ?? gzipProblem(error)
  } finally {
    input.destroy()
    closeQuietly(gunzip)
  }
}

function closeQuietly(gunzip: Gunzip): void {
  gunzip.on('error', () => undefined)
  gunzip.destroy()
}

function gzipProblem(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (!code.startsWith('Z_') && code !== 'ERR_TRAILING_JUNK_AFTER_STREAM_END') return error
  return new ProblemError({
    code: 'bad_request',
    detail: `Cannot unpack the body as it must be whole gzip data: zlib reports ${code}`,
  })
}

async function* limited(source: AsyncIterable<Uint8Array>, limit: BodyLimit): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of source) {
    bytes += chunk.length
    if (bytes > limit.bytes) throw tooLarge(limit)
    yield chunk
  }
}

export function tooLarge(limit: BodyLimit): ProblemError {
  return new ProblemError({
    code: 'body_too_large',
    detail: `Cannot take the body as it must have at most ${limit.bytes} bytes when unpacked: it has more`,
    members: { limit: { name: limit.name, value: limit.bytes } },
  })
}

function timedOut(): ProblemError {
  return new ProblemError({
    code: 'request_timeout',
    detail: `Cannot wait longer for the body as some of it must arrive every ${BODY_IDLE_MS / 1000} s, ${MIN_BYTES_PER_SECOND} bytes/s on average`,
  })
}

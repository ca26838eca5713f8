import type { Operation } from '@waybill/spec'
import { limitPassed, MockProblem } from '../show/problems.ts'

export interface BodyLimit {
  /** Its name among the limits. */
  readonly name: string
  readonly bytes: number
}

/**
 * The whole decoded body of a request.
 * @throws MockProblem `body_too_large`, `bad_request` for gzip that is broken, `unsupported_media_type`
 */
export async function readBody(request: Request, limit: BodyLimit): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  const decoded = decodedBody(request)
  if (decoded === null) return new Uint8Array(0)
  const reader = decoded.getReader()
  const aborted = rejectOnAbort(request.signal)
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), aborted.promise])
      if (done) break
      length += value.length
      if (length > limit.bytes) throw limitPassed({ code: 'body_too_large', name: limit.name, value: limit.bytes })
      chunks.push(value)
    }
  } catch (error) {
    reader.cancel().catch(() => undefined)
    if (error instanceof MockProblem || request.signal.aborted) throw error
    throw new MockProblem('bad_request', 'Cannot read the body as it must be whole: it broke off or is no gzip')
  } finally {
    aborted.forget()
  }
  return joined(chunks, length)
}

/** The media type of a body. @throws MockProblem `unsupported_media_type` when the operation does not take it */
export function requireMediaType(request: Request, { operationId, requestBody }: Operation): string {
  const wanted = Object.keys(requestBody?.content ?? {})
  const given = (request.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
  if (wanted.includes(given)) return given
  const detail = `must be ${wanted.join(' or ')}`
  throw new MockProblem(
    'unsupported_media_type',
    `Cannot carry out ${operationId} as Content-Type ${detail}: it is ${given || 'missing'}`,
    {
      errors: [{ parameter: 'Content-Type', detail }],
    },
  )
}

function decodedBody(request: Request): ReadableStream<Uint8Array> | null {
  const encoding = (request.headers.get('content-encoding') ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity') return request.body
  if (encoding === 'gzip') return request.body?.pipeThrough(new DecompressionStream('gzip')) ?? null
  const detail = 'must be gzip or identity'
  throw new MockProblem(
    'unsupported_media_type',
    `Cannot read the body as Content-Encoding ${detail}: it is ${encoding}`,
    {
      errors: [{ parameter: 'Content-Encoding', detail }],
    },
  )
}

/** The body of a client that has gone never ends by itself. */
function rejectOnAbort(signal: AbortSignal): { readonly promise: Promise<never>; forget(): void } {
  let onAbort = (): void => undefined
  const promise = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort)
  })
  promise.catch(() => undefined)
  return { promise, forget: () => signal.removeEventListener('abort', onAbort) }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = chunks
  if (chunks.length === 1) return first!
  const all = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}

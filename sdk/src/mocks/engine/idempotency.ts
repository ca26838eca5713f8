import type { ProblemPlace } from '@waybill/spec'
import { createSha256 } from '../../follow/sha256.ts'
import { limits } from './limits.ts'
import type { MockClock } from './mock-clock.ts'
import { MockProblem } from '../show/problems.ts'

/** The first response to a request. */
export interface FirstAnswer {
  readonly status: number
  readonly body: unknown
  /** Jobs that it made, or the access token. */
  readonly jobIds: readonly string[]
}

/** Sees to it that of several requests with one key only the first does anything. */
export interface IdempotencyKeys {
  /**
   * Carries a request out, or answers as the first one with its key was.
   * @throws MockProblem `idempotency_in_progress`, `idempotency_mismatch`, `job_purged`, `token_revoked`
   */
  once<T extends FirstAnswer>(request: KeyedRequest<T>): Promise<{ readonly first: T; readonly isReplay: boolean }>
  /** How often requests with the key were answered as the first one. */
  replaysOf(key: string): number
}

export interface KeyedRequest<T extends FirstAnswer> {
  /** Null: the request is not to be remembered. */
  readonly key: string | null
  /** The same key is another one in another scope. */
  readonly scope: string
  readonly mediaType: string
  receive(): Promise<Uint8Array>
  carryOut(body: Uint8Array): T
}

interface Remembered {
  readonly answer: FirstAnswer
  readonly fingerprint: string
  readonly atMs: number
}

const IN_PROGRESS_RETRY_SECONDS = 1

/** The key out of the header, bare or quoted; null when there is none. Only of a request whose header has no fault. */
export function readIdempotencyKey(request: Request): string | null {
  return keyOf(request.headers)
}

/** Returns the fault of the header; null: none. */
export function idempotencyKeyFault(headers: Headers): ProblemPlace | null {
  const key = keyOf(headers)
  if (key === null) return null
  if (key.length >= 1 && key.length <= limits.maxIdempotencyKeyLength && /^[\x20-\x7e]*$/.test(key)) return null
  const detail = `must have 1 to ${limits.maxIdempotencyKeyLength} characters of printable ASCII, bare or in quotes`
  return { parameter: 'Idempotency-Key', detail }
}

function keyOf(headers: Headers): string | null {
  const header = headers.get('idempotency-key')?.trim()
  if (header === undefined) return null
  return /^"([^"\\]*)"$/.exec(header)?.[1] ?? (header.startsWith('"') ? '' : header)
}

export function createIdempotencyKeys(clock: MockClock, isThere: (id: string) => boolean): IdempotencyKeys {
  const remembered = new Map<string, Remembered>()
  const receiving = new Set<string>()
  const replays = new Map<string, number>()

  function find(name: string): Remembered | undefined {
    const first = remembered.get(name)
    return first !== undefined && first.atMs + limits.idempotencyKeySeconds * 1000 > clock.nowMs() ? first : undefined
  }

  return {
    replaysOf: (key) => replays.get(key) ?? 0,
    async once<T extends FirstAnswer>({ key, scope, mediaType, receive, carryOut }: KeyedRequest<T>) {
      if (key === null) return { first: carryOut(await receive()), isReplay: false }
      const name = `${scope} ${key}`
      if (find(name) === undefined && receiving.has(name)) throw inProgress()
      receiving.add(name)
      try {
        const body = await receive()
        const fingerprint = fingerprintOf(mediaType, body)
        const before = find(name)
        if (before === undefined) {
          const first = carryOut(body)
          remembered.set(name, { answer: first, fingerprint, atMs: clock.nowMs() })
          return { first, isReplay: false }
        }
        if (before.fingerprint !== fingerprint) throw mismatch()
        const goneId = before.answer.jobIds.find((id) => !isThere(id))
        if (goneId !== undefined) throw purged(goneId)
        replays.set(key, (replays.get(key) ?? 0) + 1)
        // The scope is the operation: its answers are of one type.
        return { first: before.answer as T, isReplay: true }
      } finally {
        receiving.delete(name)
      }
    },
  }
}

function fingerprintOf(mediaType: string, body: Uint8Array): string {
  const hash = createSha256()
  hash.update(new TextEncoder().encode(`${mediaType}\n`))
  hash.update(body)
  return hash.digest()
}

function inProgress(): MockProblem {
  const detail = 'Cannot carry out the request as the first one with this Idempotency-Key is still being received'
  return new MockProblem('idempotency_in_progress', detail, { retryAfterSeconds: IN_PROGRESS_RETRY_SECONDS })
}

function mismatch(): MockProblem {
  const detail = 'Cannot carry out the request as its Idempotency-Key was used with another body'
  return new MockProblem('idempotency_mismatch', detail)
}

function purged(jobId: string): MockProblem {
  if (jobId.startsWith('tok_')) {
    const detail = `Cannot answer again as token ${jobId}, made with this Idempotency-Key, has been revoked`
    return new MockProblem('token_revoked', detail)
  }
  const detail = `Cannot answer again as job ${jobId}, made with this Idempotency-Key, has been deleted`
  return new MockProblem('job_purged', detail)
}

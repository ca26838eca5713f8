import { createHash, type Hash } from 'node:crypto'
import { ProblemError } from '../model/errors.ts'
import { MAX_IDEMPOTENCY_KEY_LENGTH } from '../model/limits.ts'
import type { IdempotencyRecord, JobStore } from '../store/job-store.ts'
import type { TimeSlice } from '../runtime/time-slice.ts'
import type { BodyStream } from './ingest-ports.ts'
import { readBody } from './body/read-body.ts'

/** The record of the first request with a key. */
export interface StoredAnswer {
  readonly record: IdempotencyRecord
  readonly deleted: boolean
}

/** The right to be the first request with a key. */
export interface KeyClaim {
  readonly scope: string
  readonly key: string
  /** The first request was answered already: replay it. Null: this is the first. */
  readonly stored: StoredAnswer | null
  /** Frees the key; a second call does nothing. */
  release(): void
}

/** The claim and the fingerprint of the first request with a key. */
export interface FirstRequest {
  readonly claim: KeyClaim
  readonly fingerprint: Fingerprint
}

const IN_PROGRESS_RETRY_SECONDS = 1
/** Printable ASCII without quotes and backslash, as in a Structured Field string (RFC 8941, 3.3.3), or anything visible when bare. */
const QUOTED = /^"([\x20\x21\x23-\x5b\x5d-\x7e]*)"$/
const BARE = /^[\x21\x23-\x7e][\x20-\x21\x23-\x7e]*$/

/**
 * Returns the key of an `Idempotency-Key` header, bare or quoted; null when there is none.
 * @throws ProblemError `bad_request`
 */
export function parseIdempotencyKey(header: string | null): string | null {
  if (header === null) return null
  const text = header.trim()
  const key = QUOTED.exec(text)?.[1] ?? (BARE.test(text) ? text : null)
  if (key !== null && key.length >= 1 && key.length <= MAX_IDEMPOTENCY_KEY_LENGTH) return key
  const current = key === null ? 'current value has other characters' : `current value has ${key.length}`
  const detail = `must have 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} characters of printable ASCII, bare or in quotes: ${current}`
  throw new ProblemError({
    code: 'bad_request',
    detail: `Cannot carry out the request as Idempotency-Key ${detail}`,
    errors: [{ parameter: 'Idempotency-Key', detail }],
    errorCount: 1,
  })
}

/** SHA-256 over a request's media type and decoded body, as the body passes by. */
export class Fingerprint {
  readonly #hash: Hash = createHash('sha256')

  constructor(mediaType: string) {
    this.#hash.update(`${mediaType}\n`)
  }

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes)
  }

  /** The fingerprint of all that was added; once. */
  hex(): string {
    return this.#hash.digest('hex')
  }
}

/** Ensures that of several requests with one key only the first has an effect. */
export class IdempotencyKeys {
  readonly #store: Pick<JobStore, 'findIdempotency'>
  /** Requests that hold a key; the promise ends when it is known whether they are the first. */
  readonly #held = new Map<string, { received: boolean; looked: Promise<unknown> }>()

  constructor(store: Pick<JobStore, 'findIdempotency'>) {
    this.#store = store
  }

  /** Keys that are held now. */
  get held(): number {
    return this.#held.size
  }

  /**
   * Takes a key for one request, or finds the answer to replay (then nothing is held).
   * @throws ProblemError `idempotency_in_progress` while the first request with it is being received
   */
  async claim(scope: string, key: string): Promise<KeyClaim> {
    const name = `${scope}\n${key}`
    for (let other = this.#held.get(name); other !== undefined; other = this.#held.get(name)) {
      if (other.received) throw inProgress()
      await other.looked
    }
    const looking = this.#store.findIdempotency(scope, key)
    const mine = { received: false, looked: looking.catch(() => null) }
    this.#held.set(name, mine)
    const release = (): void => {
      if (this.#held.get(name) === mine) this.#held.delete(name)
    }
    try {
      const stored = await looking
      if (stored !== null) release()
      mine.received = true
      return { scope, key, stored, release }
    } catch (error) {
      release()
      throw error
    }
  }
}

/** The first request with the key is being received. */
export function inProgress(): ProblemError {
  return new ProblemError({
    code: 'idempotency_in_progress',
    detail: 'Cannot carry out the request as the first one with this Idempotency-Key is still being received',
    retryAfterSeconds: IN_PROGRESS_RETRY_SECONDS,
  })
}

/** The key was used with another body. */
export function mismatch(): ProblemError {
  return new ProblemError({
    code: 'idempotency_mismatch',
    detail: 'Cannot carry out the request as its Idempotency-Key was used with another body',
  })
}

/**
 * Reads the body of a repeated request and returns the first answer, if it is the same request.
 * @throws ProblemError `idempotency_mismatch` for another body, `job_purged` when the job was deleted
 */
export async function replay(
  stored: StoredAnswer,
  request: { readonly mediaType: string; readonly body: BodyStream },
  slice: TimeSlice,
): Promise<IdempotencyRecord> {
  const fingerprint = new Fingerprint(request.mediaType)
  for await (const _ of readBody(request.body, { slice, fingerprint }));
  if (fingerprint.hex() !== stored.record.fingerprint) {
    throw mismatch()
  }
  if (stored.deleted) {
    throw new ProblemError({
      code: 'job_purged',
      detail: `Cannot answer again as job ${stored.record.madeId}, made with this Idempotency-Key, has been deleted`,
    })
  }
  return stored.record
}

import type { ItemInput, Job, JobEnvelope } from '@waybill/spec'
import type { Calls } from './client.ts'
import { WaybillError } from './errors.ts'
import { checkIdempotencyKey, createIdempotencyKey } from './idempotency-key.ts'
import type { CallOptions } from './job-handle.ts'

/** One object to deliver. */
export type NewItem<Data = unknown> = Omit<ItemInput, 'data'> & { data?: Data }

/** What is to be delivered where. */
export type NewJob<Data = unknown> = Omit<JobEnvelope, 'open' | 'itemCount'> & {
  /** In the order in which items of one partition key are to be delivered; up to 1,000,000. */
  items: readonly NewItem<Data>[]
}

/** What makes a request that creates something safe to repeat. */
export interface IdempotencyOptions extends CallOptions {
  /**
   * Names this submission for 24 hours: the same key again gives the job that was made first, and no second one. Give your own if
   * your process may die before it has seen the answer, such as the name of tonight's run.
   * @default a new one for every call, kept over its retries
   */
  idempotencyKey?: string
}

/** Below this pace an upload is given up: 100 bytes a millisecond is 0.8 Mbit/s. */
const minUploadBytesPerMs = 100
/** Lines are made into bytes in pieces of this many: one string of a million items would be longer than strings can be. */
const linesPerPiece = 1_000
const encoder = new TextEncoder()

/** Sends a job in one request and gives its first snapshot. */
export async function submitJob(calls: Calls, input: NewJob, options: IdempotencyOptions): Promise<Job> {
  const body = encodeJob(input)
  return await repeatSafely('submit job', options, async (idempotencyKey) => {
    const call = calls.raw.POST('/v1/jobs', {
      params: { header: { 'Idempotency-Key': idempotencyKey } },
      headers: { 'Content-Type': 'application/x-ndjson' },
      body: body as unknown as string,
      signal: options.signal,
      ...calls.via({ timeoutMs: calls.requestTimeoutMs + Math.ceil(body.length / minUploadBytesPerMs) }),
    })
    return (await calls.read('submit job', call)).data
  })
}

/** Makes the key before the first byte is sent, and leaves it with the error: whoever tries again can go on with it. */
export async function repeatSafely<Value>(
  action: string,
  options: IdempotencyOptions,
  send: (idempotencyKey: string) => Promise<Value>,
): Promise<Value> {
  const idempotencyKey = checkIdempotencyKey(action, options.idempotencyKey ?? createIdempotencyKey())
  try {
    return await send(idempotencyKey)
  } catch (error) {
    if (error instanceof WaybillError) error.idempotencyKey = idempotencyKey
    throw error
  }
}

/** NDJSON: the envelope, then a line for each item. Made once: a repeat must have the same bytes. */
export function encodeJob(input: NewJob): Uint8Array {
  const { items, ...envelope } = input
  if (!Array.isArray(items)) {
    throw new TypeError(`Cannot submit job as items must be an array: current value is ${describeValue(items)}`)
  }
  // The count lets the server notice when something between loses the end.
  const pieces = [encoder.encode(`${JSON.stringify({ ...envelope, itemCount: items.length })}\n`)]
  for (let start = 0; start < items.length; start += linesPerPiece) {
    const lines = items.slice(start, start + linesPerPiece).map((item, at) => `${encodeItem(item, start + at)}\n`)
    pieces.push(encoder.encode(lines.join('')))
  }
  return joinBytes(pieces)
}

function encodeItem(item: NewItem, index: number): string {
  if (typeof item !== 'object' || item === null) {
    throw new TypeError(`Cannot submit job as item ${index} must be an object: current value is ${describeValue(item)}`)
  }
  try {
    return JSON.stringify(item)
  } catch (cause) {
    throw new TypeError(`Cannot submit job as item ${index} must be JSON: ${(cause as Error).message}`, { cause })
  }
}

function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((total, piece) => total + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    joined.set(piece, at)
    at += piece.length
  }
  return joined
}

function describeValue(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  if (Symbol.asyncIterator in value) return 'an async iterable (collect it first: await Array.fromAsync(items))'
  return Symbol.iterator in value ? 'an iterable (collect it first: [...items])' : 'an object'
}

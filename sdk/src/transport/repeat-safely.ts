import { WaybillError } from '../errors.ts'
import { checkIdempotencyKey, createIdempotencyKey } from './idempotency-key.ts'
import type { CallOptions } from '../job-handle.ts'

/** Parameters that make a creating request safe to repeat. */
export interface IdempotencyOptions extends CallOptions {
  /**
   * Names this submission for 24 hours: the same key again gives the job that was made first, and no second one. Give your own if
   * your process may die before it has seen the answer, such as the name of tonight's run.
   * @default a new one for every call, kept over its retries
   */
  idempotencyKey?: string
}

/** Makes the key before the first byte is sent, and leaves it with the error: a caller that tries again can use it. */
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

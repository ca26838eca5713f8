import type { Timing } from './sleep.ts'

export interface ReadLimits {
  readonly timing: Timing
  /** How long nothing may come, in milliseconds. */
  readonly silenceMs: number
  readonly signal: AbortSignal | undefined
}

/**
 * The next piece of a stream. A connection can be dead without breaking: silence for too long is a break. A fetch of the
 * caller's may not look at the signal: it is left behind.
 */
export async function readInTime(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { timing, silenceMs, signal }: ReadLimits,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  signal?.throwIfAborted()
  const timer = new AbortController()
  const stop = (): void => timer.abort(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  const silence = timing.deadline(silenceMs, timer.signal).then(() => {
    throw new Error(`nothing came for ${silenceMs} ms`)
  })
  try {
    return await Promise.race([reader.read(), silence])
  } finally {
    signal?.removeEventListener('abort', stop)
    timer.abort()
  }
}

import type { UpdateEvent } from '@waybill/sdk'
import { patientWaybill } from '../api/session.ts'

/** After so long without an update what is shown is to be read again: a connection that is dead says nothing either. */
const QUIET_MS = 5000
const LOOK_EVERY_MS = 1000

/**
 * Hands on what changes in jobs and channels, and null at first and whenever nothing did for 5 s. At null and at a `resync` what is shown is to be read.
 * Never resolves: rejects with the signal's reason, or with whatever the stream or `take` ends with.
 */
export function watchUpdates(
  signal: AbortSignal,
  take: (update: UpdateEvent | null) => Promise<void>,
): Promise<undefined> {
  return new Promise((_resolve, reject) => {
    const stream = new AbortController()
    let heardAtMs = Date.now()
    let busy = 0
    const end = (error: unknown): void => {
      clearInterval(timer)
      stream.abort()
      reject(error instanceof Error ? error : new Error(String(error)))
    }
    const run = async (update: UpdateEvent | null): Promise<void> => {
      busy++
      await take(update)
      busy--
      heardAtMs = Date.now()
    }
    const timer = setInterval(() => {
      if (busy === 0 && Date.now() - heardAtMs >= QUIET_MS) run(null).catch(end)
    }, LOOK_EVERY_MS)
    const follow = async (): Promise<void> => {
      for await (const update of patientWaybill.live.follow({ signal: stream.signal })) await run(update)
    }
    signal.addEventListener('abort', () => end(signal.reason), { once: true })
    run(null).catch(end)
    follow().catch(end)
  })
}

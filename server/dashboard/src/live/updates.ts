import type { UpdateEvent } from '@waybill/sdk'
import { patientWaybill, sessionCount } from '../api/session.ts'

/** After so long without an update what is shown is to be read again: a connection that is dead says nothing either. */
const QUIET_MS = 5000
const LOOK_EVERY_MS = 1000

interface Follower {
  take(update: UpdateEvent): void
  end(error: unknown): void
}

/** All that a page follows comes by one stream: browsers open only six connections to a server. */
const followers = new Set<Follower>()
let stream: AbortController | null = null
/** The session that opened it. */
let session = 0

/** Hands on what changes in jobs and channels. Returns how to leave. */
function join(follower: Follower): () => void {
  followers.add(follower)
  if (stream === null || session !== sessionCount.peek()) {
    stream?.abort()
    void follow()
  }
  return () => {
    followers.delete(follower)
    if (followers.size > 0) return
    stream?.abort()
    stream = null
  }
}

async function follow(): Promise<void> {
  const mine = new AbortController()
  stream = mine
  session = sessionCount.peek()
  try {
    for await (const update of patientWaybill.live.follow({ signal: mine.signal }))
      for (const follower of [...followers]) follower.take(update)
  } catch (error) {
    if (stream !== mine) return
    stream = null
    for (const follower of [...followers]) follower.end(error)
  }
}

/**
 * Hands on what changes in jobs and channels, and null at first and whenever nothing did for 5 s. At null and at a `resync` what is shown is to be read.
 * One after another: what changed while something was read is handed on after it. Never resolves: rejects with the signal's reason, or with whatever
 * the stream or `take` ends with.
 * @param take resolves with the time at which it is to be called with null, wall ms; undefined: at none
 */
export function watchUpdates(
  signal: AbortSignal,
  take: (update: UpdateEvent | null) => Promise<number | undefined>,
): Promise<undefined> {
  return new Promise((_resolve, reject) => {
    let heardAtMs = Date.now()
    let dueAtMs = Infinity
    let waiting = 0
    let last = Promise.resolve()
    const end = (error: unknown): void => {
      clearInterval(timer)
      leave()
      reject(error instanceof Error ? error : new Error(String(error)))
    }
    const run = (update: UpdateEvent | null): void => {
      waiting++
      last = last
        .then(() => take(update))
        .then((nextAtMs) => {
          waiting--
          dueAtMs = nextAtMs ?? Infinity
          heardAtMs = Date.now()
        })
      last.catch(end)
    }
    const timer = setInterval(() => {
      const nowMs = Date.now()
      if (waiting === 0 && (nowMs - heardAtMs >= QUIET_MS || nowMs >= dueAtMs)) run(null)
    }, LOOK_EVERY_MS)
    signal.addEventListener('abort', () => end(signal.reason), { once: true })
    run(null)
    const leave = join({ take: run, end })
  })
}

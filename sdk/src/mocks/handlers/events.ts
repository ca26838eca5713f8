import type { DroppedStream } from '../engine/faults.ts'
import { limits } from '../engine/limits.ts'
import type { MockJob } from '../engine/mock-job.ts'
import type { MockWorld } from '../engine/mock-world.ts'
import { createTextStream } from './text-streams.ts'

const LEAST_GAP_MS = 1000 / limits.maxEventsPerSecond
const HEARTBEAT_MS = limits.eventHeartbeatSeconds * 1000

/**
 * A stream of a job's snapshots: the first at once, others as it changes, the last as `end`.
 * A plain stream: MSW's `sse()` requires an `EventSource`, which Node has not.
 */
export function eventStream(
  job: MockJob,
  { lastSeen, drop }: { readonly lastSeen: number | null; readonly drop: DroppedStream | null },
  { clock, book, ending }: MockWorld,
): ReadableStream<Uint8Array> {
  const { stream, write, end } = createTextStream(drop, close)
  let sentVersion = lastSeen ?? -1
  let sentStatus = ''
  let sentAtMs = -Infinity
  let cancelLook: (() => void) | null = null
  let cancelBeat = (): void => undefined

  function close(): void {
    cancelLook?.()
    cancelBeat()
    job.watchers.delete(look)
    ending.signal.removeEventListener('abort', end)
  }

  function beat(): void {
    cancelBeat()
    cancelBeat = clock.after(HEARTBEAT_MS, () => {
      beat()
      write(': still here\n\n')
    })
  }

  function look(): void {
    const nowMs = clock.nowMs()
    const status = book.statusOf(job)
    if (status === sentStatus && nowMs < sentAtMs + LEAST_GAP_MS) {
      cancelLook ??= clock.after(sentAtMs + LEAST_GAP_MS - nowMs, lookNow)
    } else show()
  }

  function lookNow(): void {
    cancelLook = null
    show()
  }

  function show(): void {
    const shown = book.show(job)
    sentStatus = book.statusOf(job)
    if (shown.version <= sentVersion && !shown.done) return
    sentVersion = shown.version
    sentAtMs = clock.nowMs()
    beat()
    write(`event: ${shown.done ? 'end' : 'job'}\nid: ${shown.version}\ndata: ${JSON.stringify(shown)}\n\n`)
    if (shown.done) end()
  }

  job.watchers.add(look)
  ending.signal.addEventListener('abort', end)
  show()
  return stream
}

import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '../../runtime/clock.ts'

/** How long a client may take nothing at all of an answer. As of a body (`BODY_IDLE_MS`). */
const READ_IDLE_MS = 30_000
/** After the idle time an answer must be read at this many bytes a second at least. As a body (`MIN_BYTES_PER_SECOND`). */
const MIN_BYTES_PER_SECOND = 1024
/** How often answers are looked at that have not left. */
const LOOK_EVERY_MS = 1000

/** Counters of a socket beside its public members: `lib/net.js` checks with them whether a write progresses. */
type CountingSocket = Socket & {
  readonly _bytesDispatched?: number
  readonly _handle?: { readonly writeQueueSize?: number } | null
}

interface Reader {
  /** The first look at it, in bytes that the connection took. */
  readonly startBytes: number
  bytes: number
  lookedAtMs: number
  movedAtMs: number
  /** Time for which it had something to take. */
  waitedMs: number
}

/** Closes connections whose client does not take its answer, or takes it too slowly: the answer would stay in memory. */
export class SlowReaders {
  readonly #clock: Clock
  readonly #readers = new Map<ServerResponse, Reader>()
  #cancelTimer: (() => void) | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Watches over an answer until it has left. */
  watch(response: ServerResponse): void {
    const { socket } = response
    if (response.closed || socket == null) return
    const [bytes, nowMs] = [bytesTaken(socket), this.#clock.nowMs()]
    this.#readers.set(response, { startBytes: bytes, bytes, lookedAtMs: nowMs, movedAtMs: nowMs, waitedMs: 0 })
    response.once('close', () => {
      this.#readers.delete(response)
      if (this.#readers.size === 0) this.#lookNoMore()
    })
    this.#lookLater()
  }

  /** Returns how long the client has taken nothing although there is something for it, or how far it is behind the minimum rate. */
  stalledMs(response: ServerResponse): number {
    const reader = this.#readers.get(response)
    return reader === undefined ? 0 : Math.max(reader.lookedAtMs - reader.movedAtMs, behindMs(reader))
  }

  readonly #look = (): void => {
    const nowMs = this.#clock.nowMs()
    for (const [response, reader] of this.#readers) {
      const { socket } = response
      if (socket !== null && isTooSlow(reader, { socket, nowMs })) socket.destroy()
    }
    this.#lookNoMore()
    if (this.#readers.size > 0) this.#lookLater()
  }

  #lookLater(): void {
    this.#cancelTimer ??= this.#clock.after(LOOK_EVERY_MS, this.#look)
  }

  #lookNoMore(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
  }
}

/** Looks at an answer once more. */
function isTooSlow(reader: Reader, { socket, nowMs }: { socket: Socket; nowMs: number }): boolean {
  const bytes = bytesTaken(socket)
  const isWaiting = socket.writableLength > 0
  if (isWaiting) reader.waitedMs += nowMs - reader.lookedAtMs
  if (!isWaiting || bytes > reader.bytes) reader.movedAtMs = nowMs
  reader.bytes = bytes
  reader.lookedAtMs = nowMs
  return nowMs - reader.movedAtMs >= READ_IDLE_MS || behindMs(reader) >= READ_IDLE_MS
}

function behindMs({ startBytes, bytes, waitedMs }: Reader): number {
  return waitedMs - ((bytes - startBytes) / MIN_BYTES_PER_SECOND) * 1000
}

/** Bytes that the network took from a socket, also those of a write that is under way. */
function bytesTaken(socket: CountingSocket): number {
  return (socket._bytesDispatched ?? socket.bytesWritten) - (socket._handle?.writeQueueSize ?? 0)
}

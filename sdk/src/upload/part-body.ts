/** A body for one attempt. */
export interface PartBody {
  readonly body: Uint8Array | ReadableStream<Uint8Array>
  readonly headers: Record<string, string>
  /** When the attempt is over: nothing may read the bytes any more, as their memory is used again. */
  readonly stop: () => void
}

/** Bytes that a socket takes at once. */
const bytesPerPiece = 262_144

/**
 * Bytes as what costs the least memory to send. Node's fetch copies bytes twice, and the copies lie about until a garbage collection
 * that nothing hurries: 144 MB for a million items of 170 bytes, against 60 MB as a stream, whose pieces it passes on. With the length
 * said, what goes over the wire is the same. Others copy better, and browsers send streams over HTTP/2 alone.
 */
export function createPartBody(bytes: Uint8Array): PartBody {
  const userAgent = (globalThis as { navigator?: { userAgent?: string } }).navigator?.userAgent
  if (!userAgent?.startsWith('Node.js/')) return { body: bytes, headers: {}, stop: () => undefined }
  let at = 0
  let isOver = false
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (isOver) controller.error(new Error('The attempt is over'))
        else if (at === bytes.length) controller.close()
        else {
          const end = Math.min(at + bytesPerPiece, bytes.length)
          controller.enqueue(bytes.subarray(at, end))
          at = end
        }
      },
    },
    { highWaterMark: 0 },
  )
  return {
    body,
    headers: { 'Content-Length': String(bytes.length) },
    stop() {
      isOver = true
    },
  }
}

/** Below this pace an upload is given up: 100 bytes a millisecond is 0.8 Mbit/s. */
const minUploadBytesPerMs = 100

/** How long an attempt that sends this many bytes may take, in milliseconds. */
export function uploadTimeoutMs(requestTimeoutMs: number, bytes: Uint8Array): number {
  return requestTimeoutMs + Math.ceil(bytes.length / minUploadBytesPerMs)
}

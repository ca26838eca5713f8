import { gzipSync } from 'node:zlib'

const PART_BYTES = 16 * 1024 * 1024

/** Gzip data that unpacks to `head` and then at least `bytes` bytes of a repeated text: parts that follow one another are one body. */
export function gzipBomb(head: string, text: string, bytes: number): Buffer {
  const part = gzipSync(Buffer.alloc(PART_BYTES - (PART_BYTES % text.length), text), { level: 9 })
  return Buffer.concat([gzipSync(head), ...Array.from({ length: Math.ceil(bytes / PART_BYTES) + 1 }, () => part)])
}

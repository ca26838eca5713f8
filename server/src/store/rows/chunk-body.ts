import { damaged } from '../store-error.ts'

const NEWLINE = 10

/** The body of a chunk, once it was seen to have as many lines as the chunk has items. @throws StoreError `damaged` */
export function checkedBody(body: Uint8Array, { what, count }: { what: string; count: number }): Buffer {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  let lines = 0
  let end = 0
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, end)) {
    lines++
    end = at + 1
  }
  if (lines === count && end === bytes.length) return bytes
  throw damaged(what, `it must have ${count} whole lines`, `${lines} lines in ${bytes.length} bytes`)
}

import type { Input } from '../input/open-input.ts'

/** A file that holds this, in pieces of this many bytes. */
export function createFakeInput(fileName: string, content: string | Uint8Array, pieceBytes = 7): Input {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  let readBytes = 0
  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      readBytes = Math.min(bytes.length, at + pieceBytes)
      yield bytes.slice(at, at + pieceBytes)
    }
  }
  return {
    name: fileName,
    fileName,
    bytes: read(),
    sizeBytes: bytes.length,
    get readBytes() {
      return readBytes
    },
  }
}

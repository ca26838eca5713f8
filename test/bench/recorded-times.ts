import { readFile } from 'node:fs/promises'

/** The times that a fixture appended to a file, as 64-bit floats, in order. */
export async function recordedTimes(file: string): Promise<Float64Array> {
  const bytes = await readFile(file)
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)).sort()
}

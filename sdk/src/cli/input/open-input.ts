import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { UsageError } from '../cli-errors.ts'

/** A file, or what is piped in, as plain bytes. */
export interface Input {
  /** The name in messages. */
  readonly name: string
  /** Its name without `.gz`; empty for what is piped in. */
  readonly fileName: string
  /** The bytes, unpacked if they were gzip. To be read once. */
  readonly bytes: AsyncIterable<Uint8Array>
  /** How large it is on the disk; null when it is piped in. */
  readonly sizeBytes: number | null
  /** How much of it was read so far, before unpacking. */
  readonly readBytes: number
}

/** The first bytes of every gzip file (RFC 1952): file names lie, and pipes have none. */
const gzipMagic = [0x1f, 0x8b]

/**
 * Opens a file, or `stdin` where the path is `-`.
 * @throws {UsageError} there is no such file; while it is read: it cannot be read, or is broken gzip
 */
export async function openInput(path: string, stdin: Readable): Promise<Input> {
  const isPipe = path === '-'
  const name = isPipe ? 'the standard input' : path
  const sizeBytes = isPipe ? null : await findSize(path)
  let readBytes = 0

  async function* countBytes(): AsyncGenerator<Uint8Array, void, undefined> {
    const source = isPipe ? stdin : createReadStream(path)
    for await (const chunk of source as AsyncIterable<Buffer>) {
      readBytes += chunk.length
      yield chunk
    }
  }

  return {
    name,
    fileName: isPipe ? '' : basename(path).replace(/\.gz$/i, ''),
    bytes: unpack(countBytes(), name),
    sizeBytes,
    get readBytes() {
      return readBytes
    },
  }
}

async function findSize(path: string): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`Cannot read ${path} as it must be a file: ${describe(error)}`)
  })
  if (found.isDirectory()) throw new UsageError(`Cannot read ${path} as it must be a file: it is a folder`)
  return found.size
}

async function* unpack(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    const { head, all } = await peek(chunks, gzipMagic.length)
    const isGzip = gzipMagic.every((byte, at) => head[at] === byte)
    if (!isGzip) {
      yield* all
      return
    }
    const gunzip = createGunzip()
    const packed = Readable.from(all)
    packed.once('error', (error) => gunzip.destroy(error))
    yield* packed.pipe(gunzip) as AsyncIterable<Buffer>
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new UsageError(
      `Cannot read ${name} as ${code.startsWith('Z_') ? 'its gzip must be whole' : 'it must be readable'}: ${describe(error as Error)}`,
    )
  }
}

/** The first bytes, and all bytes with them. */
async function peek(
  chunks: AsyncIterable<Uint8Array>,
  count: number,
): Promise<{ head: Uint8Array; all: AsyncGenerator<Uint8Array, void, undefined> }> {
  const iterator = chunks[Symbol.asyncIterator]()
  let head: Uint8Array = new Uint8Array(0)
  while (head.length < count) {
    const { done, value } = await iterator.next()
    if (done) break
    head = head.length === 0 ? value : Buffer.concat([head, value])
  }
  async function* readAll(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      if (head.length > 0) yield head
      yield* { [Symbol.asyncIterator]: () => iterator }
    } finally {
      await iterator.return?.()
    }
  }
  return { head, all: readAll() }
}

function describe(error: Error): string {
  return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is none' : error.message
}

import { promisify } from 'node:util'
import { brotliDecompress, constants, gunzip, inflate, zstdDecompress } from 'node:zlib'

/** The part of a body that could be read. */
export interface AnswerBody {
  /** Empty when nothing could be read. */
  readonly body: Buffer
  /** The reason why `body` is not the whole body, as the end of a sentence; null when it is. */
  readonly unread: string | null
}

/** The window of a body in zstd: at most 8 MiB (RFC 9659), whatever it asks for; by default it may be 128 MiB for a body of 16 bytes. */
const MAX_ZSTD_WINDOW_LOG = 23

type Decode = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>

const decoders: Readonly<Record<string, Decode>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: (bytes, options) =>
    promisify(zstdDecompress)(bytes, { ...options, params: { [constants.ZSTD_d_windowLogMax]: MAX_ZSTD_WINDOW_LOG } }),
}

/**
 * Decodes a body that was sent with `Content-Encoding`. Memory stays within `maxBytes` however small the body was on the wire. Never rejects:
 * a body that cannot be decoded is not read.
 * @param encoding the header's value
 */
export async function decodeBody(bytes: Buffer, encoding: string, maxBytes: number): Promise<AnswerBody> {
  const decode = decoders[encoding.trim().toLowerCase()]
  if (decode === undefined) {
    return { body: Buffer.alloc(0), unread: `its Content-Encoding must be one of ${Object.keys(decoders).join(', ')}` }
  }
  try {
    return { body: await decode(bytes, { maxOutputLength: maxBytes }), unread: null }
  } catch (error) {
    const tooLong = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    return { body: Buffer.alloc(0), unread: tooLong ? longerThan(maxBytes) : `it is not valid ${encoding.trim()}` }
  }
}

/** Whether a `Content-Encoding` changes the bytes of a body. */
export function isEncoded(encoding: string | string[] | undefined): encoding is string {
  return typeof encoding === 'string' && encoding !== '' && encoding.trim().toLowerCase() !== 'identity'
}

export function longerThan(maxBytes: number): string {
  const kib = maxBytes / 1024
  return `it is longer than ${kib >= 1024 ? `${kib / 1024} MiB` : `${kib} KiB`}`
}

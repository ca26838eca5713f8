import {
  brotliCompressSync,
  constants,
  createZstdCompress,
  deflateSync,
  gzipSync,
  zstdCompressSync,
  type ZstdOptions,
} from 'node:zlib'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { decodeBody } from './answer-body.ts'

const MAX_BYTES = 64 * 1024
const encoders = {
  gzip: gzipSync,
  'x-gzip': gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
}

describe.each(Object.entries(encoders))('an answer in %s', (encoding, encode) => {
  it('is read', async () => {
    expect(await decodeBody(encode('{"a":1}'), encoding, MAX_BYTES)).toEqual({
      body: Buffer.from('{"a":1}'),
      unread: null,
    })
  })

  it('that unpacks to more than may be kept is not read', async () => {
    const bomb = encode(Buffer.alloc(32 * 1024 * 1024))
    expect(bomb.length).toBeLessThan(MAX_BYTES)
    expect(await decodeBody(bomb, encoding, MAX_BYTES)).toEqual({
      body: Buffer.alloc(0),
      unread: 'it is longer than 64 KiB',
    })
  })

  it('that is cut or something else is not read', async () => {
    for (const bytes of [encode('{"a":1}').subarray(0, -3), Buffer.from('{"a":1}')])
      expect((await decodeBody(bytes, encoding, MAX_BYTES)).unread).toBe(`it is not valid ${encoding}`)
  })
})

describe('a window of zstd', () => {
  async function withWindow(log: number): Promise<Buffer> {
    const options: ZstdOptions = { params: { [constants.ZSTD_c_windowLog]: log } }
    const encoder = createZstdCompress(options)
    // Without its length at the beginning a frame has the window that was asked for.
    encoder.write('{"a":1}')
    encoder.end()
    return buffer(encoder)
  }

  it.each([20, 23])('of 2^%i bytes is opened', async (log) => {
    expect((await decodeBody(await withWindow(log), 'zstd', MAX_BYTES)).body.toString()).toBe('{"a":1}')
  })

  it.each([24, 27])('of 2^%i bytes is not, however short the body is', async (log) => {
    const body = await withWindow(log)
    expect(body.length).toBeLessThan(32)
    expect((await decodeBody(body, 'zstd', MAX_BYTES)).unread).toBe('it is not valid zstd')
  })
})

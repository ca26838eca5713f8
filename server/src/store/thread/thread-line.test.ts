import { describe, expect, it } from 'vitest'
import { buffersOf, owned } from './thread-line.ts'

describe('owned', () => {
  it('keeps a view of a whole buffer, and copies every other', () => {
    const whole = new Uint8Array([1, 2, 3])
    expect(owned(whole)).toBe(whole)
    const words = new Uint32Array([1, 2, 3, 4])
    const part = owned(words.subarray(1, 3))
    expect(part).toEqual(new Uint32Array([2, 3]))
    expect(part.buffer.byteLength).toBe(8)
    const shared = new Uint8Array(new SharedArrayBuffer(4))
    expect(owned(shared).buffer).toBeInstanceOf(ArrayBuffer)
  })

  it("never gives away Node's pool", () => {
    const copy = owned(Buffer.from('pooled'))
    expect(copy.buffer.byteLength).toBe(6)
    expect(Buffer.from(copy).toString()).toBe('pooled')
  })
})

describe('buffersOf', () => {
  it('finds each buffer once, wherever it stands', () => {
    const bytes = new Uint8Array(3)
    const records = new ArrayBuffer(8)
    const message = {
      list: [
        { body: bytes, again: bytes },
        { records, empty: new Uint8Array(0) },
      ],
      part: new Uint8Array(9).subarray(2),
      none: null,
    }
    expect(new Set(buffersOf(message))).toEqual(new Set([bytes.buffer, records]))
  })
})

import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { createSha256 } from './sha256.ts'

function digestInPieces(bytes: Uint8Array, pieceBytes: number): string {
  const digest = createSha256()
  for (let at = 0; at < bytes.length; at += pieceBytes) digest.update(bytes.subarray(at, at + pieceBytes))
  return digest.digest()
}

it.each([0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1_000])('sha256 digests %i bytes', (length) => {
  const bytes = Uint8Array.from({ length }, (_, at) => at * 7)
  expect(digestInPieces(bytes, 64)).toBe(createHash('sha256').update(bytes).digest('hex'))
})

it('sha256 does not depend on how the bytes are cut', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 200 }), (bytes, pieceBytes) => {
      expect(digestInPieces(bytes, pieceBytes)).toBe(createHash('sha256').update(bytes).digest('hex'))
    }),
  )
})

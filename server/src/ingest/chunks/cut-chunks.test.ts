import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Verdict } from '../../model/outcome-batch.ts'
import { CHUNK_BYTES, CHUNK_ITEMS, ChunkCutter } from './cut-chunks.ts'

/** Puts lines through a cutter, in blocks of some lines; a line that begins with `!` is rejected at ingest. */
function cut(lines: readonly string[], linesPerBlock: number): ChunkCutter {
  const cutter = new ChunkCutter({ chunk: 3, index: 50 })
  for (let first = 0; first < lines.length; first += linesPerBlock) {
    const texts = lines.slice(first, first + linesPerBlock)
    const block = Buffer.from(texts.map((text) => `${text}\n`).join(''))
    let at = 0
    for (const text of texts) {
      const bytes = Buffer.byteLength(text) + 1
      cutter.prepare(bytes)
      cutter.keys.out[cutter.keys.at] = cutter.index
      cutter.ids.out[cutter.ids.at + 1] = cutter.index
      if (text.startsWith('!')) cutter.takeFailed(Buffer.from(text))
      else if (!text.startsWith('#')) cutter.takeLine(block, at, at + bytes)
      at += bytes
    }
    cutter.flush()
    block.fill(0)
  }
  cutter.finish()
  return cutter
}

describe('ChunkCutter', () => {
  it('keeps every line in order, with its hashes, in chunks within bounds', () => {
    const line = fc.oneof(
      fc.constantFrom('a', 'ü', '!', '!failed', 'x'.repeat(500)),
      fc.constantFrom(CHUNK_BYTES / 2, CHUNK_BYTES, CHUNK_BYTES - 1, 3000).map((bytes) => 'y'.repeat(bytes)),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.integer({ min: 1, max: 9 }), (lines, linesPerBlock) => {
        const cutter = cut(lines, linesPerBlock)
        const chunks = cutter.take()
        let index = 50
        chunks.forEach((draft, n) => {
          expect(draft).toMatchObject({ chunk: 3 + n, firstIndex: index })
          const texts = Buffer.from(draft.body).toString().split('\n').slice(0, -1)
          expect(texts).toEqual(lines.slice(index - 50, index - 50 + draft.count))
          expect(draft.count).toBeLessThanOrEqual(CHUNK_ITEMS)
          if (draft.count > 1) expect(draft.body.length).toBeLessThanOrEqual(CHUNK_BYTES)
          const indexes = texts.map((_, at) => index + at)
          expect([...draft.keys]).toEqual(indexes.flatMap((i) => [i, 0]))
          expect([...draft.ids]).toEqual(indexes.flatMap((i) => [0, i]))
          const failed = texts.map((text) => (text.startsWith('!') ? Verdict.failed : 0))
          const memory = cutter.memory[n]!
          expect(memory).toMatchObject({ firstIndex: index, count: draft.count })
          expect([...(memory.verdicts ?? new Uint8Array(draft.count))]).toEqual(failed)
          expect([...memory.keys]).toEqual([...draft.keys])
          expect(memory.keys.buffer).not.toBe(draft.keys.buffer)
          index += draft.count
        })
        expect(index).toBe(50 + lines.length)
      }),
      { numRuns: 50 },
    )
  })

  it('cuts after 1,000 items', () => {
    const counts = cut(
      Array.from({ length: 2500 }, () => 'a'),
      700,
    )
      .take()
      .map(({ count }) => count)
    expect(counts).toEqual([1000, 1000, 500])
  })

  it('leaves out what is not taken', () => {
    const [draft] = cut(['a', '#skipped', 'b', '!c', '#', 'd'], 6).take()
    expect(Buffer.from(draft!.body).toString()).toBe('a\nb\n!c\nd\n')
    expect(draft!.count).toBe(4)
  })

  it('returns buffers of exact size that nothing else writes to', () => {
    const [draft] = cut(['a', 'b'], 2).take()
    expect(draft!.body.buffer.byteLength).toBe(4)
    expect(draft!.keys.buffer.byteLength).toBe(16)
  })
})

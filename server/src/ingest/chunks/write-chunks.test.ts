import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JobRef } from '../../model/ids.ts'
import { Verdict } from '../../model/outcome-batch.ts'
import { silentLogger } from '../../runtime/logger.ts'
import type { ChunkDraft, RejectedItems } from '../../store/item-store.ts'
import { StoreError } from '../../store/store-error.ts'
import { CHUNK_BYTES, CHUNK_ITEMS, ChunkCutter, ChunkWriter } from './write-chunks.ts'

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

const REF = 7 as JobRef
const job = { ref: REF, subscription: 'default', channel: 'shop' }
const MIB = 1024 * 1024

function draft(chunk: number, bytes = MIB): ChunkDraft {
  const hashes = new Uint32Array(2)
  return { chunk, firstIndex: chunk, count: 1, body: new Uint8Array(bytes), keys: hashes, ids: hashes }
}

/** A store whose writes end when the test releases them. */
class HeldStore {
  readonly writes: { chunks: readonly ChunkDraft[]; end: (error?: Error) => void }[] = []
  readonly rejected: { rejected: readonly RejectedItems[]; end: (error?: Error) => void }[] = []
  readonly discarded: JobRef[] = []
  discardError: Error | null = null

  writeChunks(_: JobRef, chunks: readonly ChunkDraft[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.writes.push({ chunks, end: (error) => (error === undefined ? resolve() : reject(error)) })
    })
  }

  writeRejectedItems(_: object, rejected: readonly RejectedItems[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.rejected.push({ rejected, end: (error) => (error === undefined ? resolve() : reject(error)) })
    })
  }

  discardJob(ref: JobRef): Promise<void> {
    this.discarded.push(ref)
    return this.discardError === null ? Promise.resolve() : Promise.reject(this.discardError)
  }
}

function world(): { store: HeldStore; writer: ChunkWriter; cached: Map<number, number>; dropped: JobRef[] } {
  const store = new HeldStore()
  const cached = new Map<number, number>()
  const dropped: JobRef[] = []
  const payloads = {
    offer: (_: JobRef, chunk: number, body: Uint8Array) => void cached.set(chunk, body.length),
    drop: (ref: JobRef) => void dropped.push(ref),
  }
  return { store, cached, dropped, writer: new ChunkWriter({ job, store, payloads, logger: silentLogger }) }
}

const settled = (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))])

describe('ChunkWriter', () => {
  it('waits while 4 MiB are on their way', async () => {
    const { store, writer } = world()
    await writer.write([draft(0), draft(1), draft(2)])
    await writer.write([draft(3)])
    const fifth = writer.write([draft(4)])
    expect(await settled(fifth)).toBe(false)
    expect(store.writes).toHaveLength(2)
    store.writes[1]!.end()
    expect(await settled(fifth)).toBe(true)
    const settling = writer.drain()
    expect(await settled(settling)).toBe(false)
    for (const { end } of store.writes) end()
    expect(await settled(settling)).toBe(true)
  })

  it('takes one write of any size when nothing is on its way', async () => {
    const { store, writer } = world()
    await writer.write([draft(0, 9 * MIB)])
    expect(store.writes).toHaveLength(1)
    store.writes[0]!.end()
    await writer.drain()
  })

  it('writes items that are rejected at ingest a few hundred at a time, about 1,000 at once', async () => {
    const { store, writer } = world()
    const rejectedItems = (chunk: number, count: number): RejectedItems => ({
      ...{ chunk, firstIndex: chunk * 1000, count: 1000 },
      outcomes: { count, records: new ArrayBuffer(0), details: null },
    })
    const full = [0, 1, 2, 3, 4, 5].map((chunk) => rejectedItems(chunk, 250))
    const writing = writer.writeRejectedItems([
      ...full,
      ...Array.from({ length: 200 }, (_, n) => rejectedItems(6 + n, 1)),
    ])
    expect(await settled(writing)).toBe(false)
    expect(store.rejected).toHaveLength(4)
    for (let n = 0; n < store.rejected.length; n++) {
      store.rejected[n]!.end()
      await settled(writing)
    }
    await writing
    expect(store.rejected.map(({ rejected }) => rejected.length)).toEqual([1, 1, 1, 1, 1, 1, 83, 83, 34])
    await writer.discard()
    expect(store.discarded).toEqual([REF])
  })

  it('reports a failed write at every later call', async () => {
    const { store, writer } = world()
    const full = new StoreError('disk_full', 'full')
    await writer.write([draft(0)])
    store.writes[0]!.end(full)
    await expect(writer.drain()).rejects.toBe(full)
    await expect(writer.write([draft(1)])).rejects.toBe(full)
    expect(store.writes).toHaveLength(1)
  })

  it('rejects a write that waits when another fails', async () => {
    const { store, writer } = world()
    await writer.write([draft(0, 4 * MIB)])
    const waiting = writer.write([draft(1)])
    store.writes[0]!.end(new StoreError('io', 'broken'))
    await expect(waiting).rejects.toThrow('broken')
  })

  it('gives the payload cache copies of the first 16 MiB', async () => {
    const { store, writer, cached } = world()
    for (let n = 0; n < 20; n++) {
      await writer.write([draft(n)])
      store.writes[n]!.end()
    }
    await writer.drain()
    expect([...cached.keys()]).toEqual(Array.from({ length: 16 }, (_, n) => n))
    expect(store.writes[3]!.chunks[0]!.body.length).toBe(MIB)
  })

  it('discards after the last write has ended, and never throws', async () => {
    const { store, writer, dropped } = world()
    await writer.write([draft(0)])
    const discarding = writer.discard()
    expect(await settled(discarding)).toBe(false)
    expect(store.discarded).toEqual([])
    store.discardError = new StoreError('closed', 'closed')
    store.writes[0]!.end(new Error('failed'))
    await discarding
    expect([store.discarded, dropped]).toEqual([[REF], [REF]])
  })

  it('has nothing to discard when nothing was written', async () => {
    const { store, writer } = world()
    await writer.write([])
    await writer.discard()
    expect(store.discarded).toEqual([])
  })
})

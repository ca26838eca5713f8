import { describe, expect, it } from 'vitest'
import type { JobRef } from '../model/ids.ts'
import { type ChunkAddress, PayloadCache } from './payload-cache.ts'

const ref = (number: number): JobRef => number as JobRef
const body = (lines: number, length = 10): Buffer => Buffer.from(`${'x'.repeat(length - 1)}\n`.repeat(lines))

class SlowStore {
  readonly asked: string[][] = []
  readonly bodies = new Map<string, Uint8Array>()
  #answers: (() => void)[] = []

  async loadChunks(chunks: readonly ChunkAddress[]): Promise<(Uint8Array | null)[]> {
    this.asked.push(chunks.map(({ ref: job, chunk }) => `${job}/${chunk}`))
    await new Promise<void>((resolve) => this.#answers.push(resolve))
    return chunks.map(({ ref: job, chunk }) => this.bodies.get(`${job}/${chunk}`) ?? null)
  }

  async loadReplacements(items: readonly { ref: JobRef; index: number }[]): Promise<(Uint8Array | null)[]> {
    return items.map(({ ref: job, index }) => this.bodies.get(`${job}#${index}`) ?? null)
  }

  answer(): void {
    for (const answer of this.#answers.splice(0)) answer()
  }
}

describe('PayloadCache', () => {
  it('finds the lines of a body', () => {
    const cache = new PayloadCache({ store: new SlowStore() })
    const lines = Array.from({ length: 200 }, (_, n) => `{"n":"${'x'.repeat(n)}"}`)
    cache.put(ref(1), 0, Buffer.from(lines.map((line) => `${line}\n`).join('')))
    const payload = cache.get(ref(1), 0)!
    for (const n of [199, 0, 57, 128, 64, 63]) {
      expect(Buffer.from(payload.body.subarray(payload.startOf(n), payload.endOf(n))).toString()).toBe(lines[n])
    }
    expect(() => payload.endOf(200)).toThrow('must hold it')
  })

  it('forgets what was used least recently when it is full', () => {
    const cache = new PayloadCache({ store: new SlowStore(), maxBytes: 300 })
    for (const chunk of [0, 1, 2]) cache.put(ref(1), chunk, body(10))
    cache.get(ref(1), 0)
    cache.put(ref(1), 3, body(10))
    expect([0, 1, 2, 3].map((chunk) => cache.get(ref(1), chunk) !== undefined)).toEqual([true, false, true, true])
    expect(cache.bytes).toBe(300)
  })

  it('keeps what was offered first while it is full of what is delivered soon', () => {
    let nowMs = 0
    const cache = new PayloadCache({ store: new SlowStore(), maxBytes: 300, nowMs: () => nowMs })
    const kept = (): boolean[] => [0, 1, 2, 3].map((chunk) => cache.get(ref(1), chunk) !== undefined)
    for (const chunk of [0, 1, 2, 3]) cache.offer(ref(1), chunk, body(10))
    expect([cache.bytes, kept()]).toEqual([300, [true, true, true, false]])
    // A job that is dropped makes room for the next offer.
    cache.drop(ref(1))
    cache.offer(ref(1), 3, body(10))
    expect(kept()).toEqual([false, false, false, true])
    // What nobody asked for within a second stands still: it makes way.
    for (const chunk of [1, 2]) cache.offer(ref(1), chunk, body(10))
    nowMs = 999
    cache.get(ref(1), 1)
    cache.offer(ref(1), 0, body(10))
    expect(cache.get(ref(1), 0)).toBeUndefined()
    nowMs = 1000
    cache.offer(ref(1), 0, body(10))
    expect(kept()).toEqual([true, true, true, false])
  })

  it('keeps a small body that is offered while it is full', () => {
    const cache = new PayloadCache({ store: new SlowStore(), maxBytes: 1024, nowMs: () => 0 })
    for (const chunk of [0, 1]) cache.offer(ref(1), chunk, body(1, 512))
    cache.offer(ref(2), 0, body(1, 5))
    expect(cache.get(ref(2), 0)).toBeUndefined()
    cache.offer(ref(2), 0, body(1, 4))
    expect(cache.get(ref(2), 0)).toBeDefined()
    expect(cache.get(ref(1), 0)).toBeUndefined()
  })

  it('keeps a copy of what is offered', () => {
    const cache = new PayloadCache({ store: new SlowStore() })
    const offered = body(1)
    cache.offer(ref(1), 0, offered)
    offered.fill(0)
    expect(cache.get(ref(1), 0)!.body).toEqual(new Uint8Array(body(1)))
  })

  it('keeps a body that alone is larger than it may be', () => {
    const cache = new PayloadCache({ store: new SlowStore(), maxBytes: 50 })
    cache.put(ref(1), 0, body(10))
    expect(cache.get(ref(1), 0)).toBeDefined()
    cache.put(ref(1), 1, body(1))
    expect(cache.get(ref(1), 0)).toBeUndefined()
  })

  it('drops the bodies of one job only', () => {
    const cache = new PayloadCache({ store: new SlowStore() })
    cache.put(ref(1), 0, body(10))
    cache.put(ref(1), 7, body(10))
    cache.put(ref(2), 0, body(5))
    cache.drop(ref(1))
    cache.drop(ref(1))
    cache.drop(ref(3))
    expect([cache.get(ref(1), 0), cache.get(ref(1), 7)]).toEqual([undefined, undefined])
    expect(cache.bytes).toBe(50)
  })

  it('asks the store once for all that is missing, and once for what several ask for', async () => {
    const store = new SlowStore()
    for (const chunk of [0, 1, 2]) store.bodies.set(`1/${chunk}`, body(chunk + 1))
    const cache = new PayloadCache({ store })
    cache.put(ref(1), 0, body(1))
    const first = cache.load([0, 1, 2, 9].map((chunk) => ({ ref: ref(1), chunk })))
    const second = cache.load([{ ref: ref(1), chunk: 2 }])
    store.answer()
    expect((await first).map((payload) => payload?.body.length)).toEqual([10, 20, 30, undefined])
    expect((await second)[0]!.body.length).toBe(30)
    expect(store.asked).toEqual([['1/1', '1/2', '1/9']])
    expect(cache.get(ref(1), 2)).toBeDefined()
  })

  it('asks again after the store could not read', async () => {
    let fail = true
    const cache = new PayloadCache({
      store: {
        loadChunks: async (chunks) => {
          if (fail) throw new Error('cannot read')
          return chunks.map(() => body(1))
        },
        loadReplacements: () => Promise.resolve([]),
      },
    })
    await expect(cache.load([{ ref: ref(1), chunk: 0 }])).rejects.toThrow('cannot read')
    fail = false
    expect((await cache.load([{ ref: ref(1), chunk: 0 }]))[0]).not.toBeNull()
  })
})

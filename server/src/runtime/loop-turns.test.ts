import { beforeEach, describe, expect, it } from 'vitest'
import { LoopTurns } from './loop-turns.ts'
import { TimeSlice } from './time-slice.ts'

/** More turns than any test takes. */
const MAX_TURNS = 50_000

/** An event loop whose time passes only when work is done or it sleeps. */
class FakeLoop {
  nowMs = 0
  turns = 0
  looks: (() => void)[] = []
  sleepers: { atMs: number; run: () => void }[] = []

  readonly host = {
    nowMs: () => this.nowMs,
    soon: (run: () => void) => void this.looks.push(run),
    later: (run: () => void, afterMs: number) => void this.sleepers.push({ atMs: this.nowMs + afterMs, run }),
  }

  /** One look at what is there; with nothing to do it sleeps until something is. */
  async turn(): Promise<void> {
    if (++this.turns > MAX_TURNS) throw new Error(`Cannot continue as the test must end within ${MAX_TURNS} turns`)
    if (this.looks.length === 0 && this.sleepers.length > 0) {
      this.sleepers.sort((a, b) => a.atMs - b.atMs)
      const { atMs, run } = this.sleepers.shift()!
      this.nowMs = Math.max(this.nowMs, atMs)
      run()
    }
    for (const run of this.looks.splice(0)) {
      run()
      for (let n = 0; n < 20; n++) await Promise.resolve() // what was waited for goes on
    }
  }
}

let loop: FakeLoop
let turns: LoopTurns
beforeEach(() => {
  loop = new FakeLoop()
  turns = new LoopTurns(loop.host)
})

interface Upload {
  readonly caller: string
  /** Steps so far. */
  steps: number
  done: boolean
  endedAtMs: number
}

/** Works through steps of `stepMs`, as uploads do. @param sent bytes that pay for each step */
function upload(caller: string, { steps, stepMs, sent = 0 }: { steps: number; stepMs: number; sent?: number }): Upload {
  const slice = new TimeSlice(caller, turns)
  const state: Upload = { caller, steps: 0, done: false, endedAtMs: 0 }
  void (async () => {
    for (let n = 0; n < steps; n++) {
      slice.earn(sent)
      if (slice.over) await slice.next()
      slice.run(() => {
        loop.nowMs += stepMs
        state.steps++
      })
    }
    state.done = true
    state.endedAtMs = loop.nowMs
  })()
  return state
}

/** Steps that were done between two looks of the loop. */
async function stepsOfATurn(all: readonly Upload[]): Promise<number[]> {
  const before = all.map(({ steps }) => steps)
  await loop.turn()
  return all.map(({ steps }, n) => steps - before[n]!)
}

const PAID = 1_000_000

describe('LoopTurns', () => {
  it('lets all of them together hold the loop for one slice, however many there are', async () => {
    const all = Array.from({ length: 20 }, (_, n) => upload(`caller-${n % 4}`, { steps: 50, stepMs: 1, sent: PAID }))
    let most = 0
    while (all.some(({ done }) => !done)) {
      const steps = await stepsOfATurn(all)
      most = Math.max(
        most,
        steps.reduce((sum, one) => sum + one, 0),
      )
    }
    expect(most).toBeLessThanOrEqual(5)
    expect(all.reduce((sum, { steps }) => sum + steps, 0)).toBe(1000)
  })

  it('gives callers turns one after another, whatever the number of their uploads', async () => {
    const many = Array.from({ length: 10 }, () => upload('many', { steps: 1000, stepMs: 5, sent: PAID }))
    const one = upload('one', { steps: 1000, stepMs: 5, sent: PAID })
    for (let n = 0; n < 200; n++) await loop.turn()
    const ofMany = many.reduce((sum, { steps }) => sum + steps, 0)
    expect(Math.abs(one.steps - ofMany)).toBeLessThanOrEqual(2)
    const spread = many.map(({ steps }) => steps)
    expect(Math.max(...spread) - Math.min(...spread)).toBeLessThanOrEqual(1)
  })

  it('lets a small upload through in between, also one of the same caller', async () => {
    const large = Array.from({ length: 10 }, () => upload('large', { steps: 1000, stepMs: 5, sent: PAID }))
    for (let n = 0; n < 20; n++) await loop.turn()
    for (const caller of ['other', 'large']) {
      const before = large.reduce((sum, { steps }) => sum + steps, 0)
      const small = upload(caller, { steps: 3, stepMs: 1, sent: PAID })
      while (!small.done) await loop.turn()
      const meanwhile = large.reduce((sum, { steps }) => sum + steps, 0) - before
      expect(meanwhile, caller).toBeLessThanOrEqual(2)
    }
  })

  it('holds a caller whose bodies do not pay for their work to a quarter of the loop, and nobody else', async () => {
    const costly = Array.from({ length: 10 }, () => upload('costly', { steps: 100_000, stepMs: 5 }))
    while (loop.nowMs < 10_000) await loop.turn()
    const usedMs = 5 * costly.reduce((sum, { steps }) => sum + steps, 0)
    // What was saved up, what each request may cost and begins with, then a quarter.
    expect(usedMs).toBeLessThanOrEqual(10_000 / 4 + 200 + 10 * 7)
    expect(usedMs).toBeGreaterThan(10_000 / 5)

    const startedAtMs = loop.nowMs
    const honest = upload('honest', { steps: 400, stepMs: 5, sent: PAID })
    while (!honest.done) await loop.turn()
    expect(honest.endedAtMs - startedAtMs).toBeLessThanOrEqual((2000 * 4) / 3 + 50)
  })

  it('never slows what its bytes pay for, nor small requests of a caller that owes', async () => {
    const paid = upload('a', { steps: 1000, stepMs: 4, sent: 4000 })
    while (!paid.done) await loop.turn()
    expect(paid.endedAtMs).toBe(4000)
    const costly = upload('a', { steps: 200, stepMs: 5 })
    while (!turns.owes('a')) await loop.turn()
    const small = upload('a', { steps: 1, stepMs: 1 })
    await loop.turn()
    await loop.turn()
    expect(small.done).toBe(true)
    expect(costly.done).toBe(false)
  })

  it('lets nobody wait for ever behind newcomers', async () => {
    const old = upload('a', { steps: 20, stepMs: 5, sent: PAID })
    for (let n = 0; n < 20_000 && !old.done; n++) {
      if (n % 2 === 0) upload('a', { steps: 2, stepMs: 5, sent: PAID })
      await loop.turn()
    }
    expect(old.done).toBe(true)
  })

  it('forgets callers', async () => {
    for (let n = 0; n < 5000; n++) turns.charge(`caller-${n}`, n % 2 === 0 ? 0 : 100)
    loop.nowMs += 60_000
    for (let n = 0; n < 5000; n++) turns.charge(`again-${n}`, 0)
    expect(turns.callers).toBeLessThanOrEqual(1001)
  })
})

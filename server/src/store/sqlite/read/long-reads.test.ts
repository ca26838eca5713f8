import { describe, expect, it } from 'vitest'
import { LongReads } from './long-reads.ts'
import type { CallMessage } from '../../thread/messages.ts'
import type { ThreadPort } from '../../thread/thread-line.ts'

/** Goes on for longer than a step each time. */
function* slowPieces(count: number, result: unknown): Generator<void, unknown> {
  for (let n = 0; n < count; n++) {
    const endsAt = performance.now() + 10
    while (performance.now() < endsAt);
    yield
  }
  return result
}

describe('long reads', () => {
  function world(): { reads: LongReads; answers: unknown[] } {
    const answers: unknown[] = []
    const port = {
      succeed: (id: number, result: unknown) => answers.push([id, result]),
      fail: (id: number, { code }: { code: string }) => answers.push([id, code]),
    }
    return { reads: new LongReads(port as unknown as ThreadPort), answers }
  }

  const call = (id: number, args: object | null = null): CallMessage => ({ id, name: 'findNewer', args }) as CallMessage

  it('take turns, a step each', () => {
    const { reads, answers } = world()
    reads.begin(call(1), slowPieces(2, 'long'))
    reads.begin(call(2), slowPieces(1, 'short'))
    const steps = []
    do steps.push(answers.length)
    while (reads.step())
    expect(steps).toEqual([0, 0, 0, 0, 1])
    expect(answers).toEqual([
      [2, 'short'],
      [1, 'long'],
    ])
    expect(reads.step()).toBe(false)
  })

  it('of one caller, however many, take every other step from another one', () => {
    const { reads, answers } = world()
    for (let id = 1; id <= 20; id++) reads.begin(call(id, { caller: 'greedy', subscription: 'a' }), slowPieces(5, id))
    reads.begin(call(21, { caller: 'other', subscription: 'a' }), slowPieces(2, 'mine'))
    reads.begin(call(22, { subscription: 'b' }), slowPieces(2, 'theirs'))
    for (let steps = 0; steps < 9; steps++) expect(reads.step()).toBe(true)
    expect(answers).toEqual([
      [21, 'mine'],
      [22, 'theirs'],
    ])
  })

  it('fail alone', () => {
    const { reads, answers } = world()
    reads.begin(
      call(1),
      (function* (): Generator<void, unknown> {
        throw new Error('no')
      })(),
    )
    reads.begin(call(2), slowPieces(0, 'fine'))
    while (reads.step());
    expect(answers).toEqual([
      [1, 'io'],
      [2, 'fine'],
    ])
  })

  it('are forgotten when abandoned', () => {
    const { reads, answers } = world()
    reads.begin(call(1), slowPieces(0, 'never'))
    reads.abandon()
    expect(reads.step()).toBe(false)
    expect(answers).toEqual([])
  })
})

import { describe, expect, test } from 'vitest'
import type { JobRef } from '../../model/ids.ts'
import type { JobRecord } from '../../model/job.ts'
import { type LiveJob, liveJob } from '../../model/live-job.ts'
import { FakeClock } from '../../runtime/testing/fake-clock.ts'
import { Admission } from './admission.ts'
import { Backlog } from './backlog.ts'

let refs = 0

function jobOf(channel: string, eligibleSeq: number): LiveJob {
  const ref = ++refs as JobRef
  const envelope = { channel }
  return liveJob({ ref, subscription: 'mine', envelope, phase: 'eligible', total: 1, eligibleSeq } as JobRecord, [0])
}

function world() {
  const admission = new Admission(new Backlog(), {
    clock: new FakeClock(),
    onKeySkip: () => {},
    unblockedAtMs: () => 0,
  })
  const add = (channel: string, place: number): void => {
    admission.add(jobOf(channel, place), [{ chunk: 0, firstIndex: 0, count: 1, keys: Uint32Array.of(1, 1) } as never])
  }
  const admit = (): string[] => {
    const admitted: string[] = []
    while (!admission.empty) {
      const { live } = admission.step(100)
      admitted.push(`${live.record.envelope.channel} ${live.record.eligibleSeq}`)
    }
    return admitted
  }
  return { admission, add, admit }
}

describe('ORD-5 the turns of jobs', () => {
  test('are in the order of the places of each channel, whatever places other channels have', () => {
    const { add, admit } = world()
    add('a', 5)
    add('b', 1)
    add('a', 4)
    add('b', 2)
    add('a', 6)
    expect(admit()).toEqual(['a 4', 'a 5', 'b 1', 'b 2', 'a 6'])
  })

  test('are over up to the place before the next job of the channel', () => {
    const { admission, add } = world()
    add('b', 100)
    add('a', 3)
    add('a', 7)
    expect(['a', 'b', 'c'].map((channel) => admission.admittedTo(channel))).toEqual([2, 99, Infinity])
    admission.step(100)
    expect(['a', 'b'].map((channel) => admission.admittedTo(channel))).toEqual([2, Infinity])
    admission.step(100)
    expect(admission.admittedTo('a')).toBe(6)
  })
})

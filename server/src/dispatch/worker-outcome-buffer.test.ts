import { MessageChannel } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type OutcomeRecord, Verdict } from '../model/outcome-batch.ts'
import type { LaneProgress } from './messages.ts'
import { OutcomeBuffer } from './worker-outcome-buffer.ts'

const record: OutcomeRecord = {
  ...{
    jobRef: 1,
    chunk: 0,
    index: 0,
    itemHandle: 0,
    epoch: 1,
    attempt: 1,
    httpStatus: 200,
    verdict: Verdict.succeeded,
  },
  ...{ flags: 0, throttled: 0, startedAtMs: 1, endedAtMs: 2, retryAtMs: 0 },
}

describe('OutcomeBuffer', () => {
  let outcomeBuffer: OutcomeBuffer
  let posted: number[][]
  let close: () => void

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] })
    const { port1, port2 } = new MessageChannel()
    posted = []
    vi.spyOn(port1, 'postMessage').mockImplementation((progress: LaneProgress) =>
      posted.push([...(progress.items ?? [])]),
    )
    close = () => {
      port1.close()
      port2.close()
    }
    outcomeBuffer = new OutcomeBuffer(port1)
  })

  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
    close()
  })

  const end = (item: number, mayWait: boolean): void => {
    outcomeBuffer.addOutcome(record, { item, mayWait })
  }

  it('posts what one turn has ended when the turn is over', () => {
    end(1, false)
    end(2, false)
    expect(posted).toEqual([])
    vi.advanceTimersByTime(0)
    expect(posted).toEqual([[1, 2]])
  })

  it('gathers outcomes that may wait for 2 ms from the first on', () => {
    end(1, true)
    vi.advanceTimersByTime(1)
    end(2, true)
    expect(posted).toEqual([])
    vi.advanceTimersByTime(1)
    expect(posted).toEqual([[1, 2]])
    end(3, true)
    vi.advanceTimersByTime(1)
    expect(posted).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(posted).toEqual([[1, 2], [3]])
  })

  it('posts them with the first that may not', () => {
    end(1, true)
    end(2, false)
    vi.advanceTimersByTime(0)
    expect(posted).toEqual([[1, 2]])
  })

  it('posts a full message at once', () => {
    for (let item = 0; item < 513; item++) end(item, true)
    expect(posted.map(({ length }) => length)).toEqual([512])
    outcomeBuffer.flush()
    expect(posted.map(({ length }) => length)).toEqual([512, 1])
  })
})

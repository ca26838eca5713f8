import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CallMessage } from '../../thread/messages.ts'
import type { ThreadPort } from '../../thread/thread-line.ts'
import { openDatabase } from '../open/database.ts'
import { ReadingThread } from './reading-thread.ts'

test('reads of items wait for those of jobs, and their callers take turns', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'waybill-reads-'))
  try {
    openDatabase(dataDir).close()
    const calls: CallMessage[] = []
    const answered: number[] = []
    const port = {
      receive: () => calls.shift(),
      succeed: (id: number) => answered.push(id),
      fail: (_id: number, error: Error) => {
        throw error
      },
    }
    const thread = new ReadingThread(port as unknown as ThreadPort, { role: 'reader', dataDir, maxDataBytes: null })
    const call = (id: number, name: string, args: unknown): void => void calls.push({ id, name, args } as CallMessage)
    const items = (id: number, caller: string): void =>
      call(id, 'readItems', { query: { caller, ref: 1, fromIndex: 0, limit: 10 }, untilIndex: null })
    call(1, 'open', null)
    for (const id of [2, 3, 4]) items(id, 'greedy')
    items(5, 'other')
    call(6, 'findJob', { id: 'job_1' })
    thread.work()
    expect(answered).toEqual([1, 6, 2, 5, 3, 4])
    call(7, 'close', null)
    thread.work()
  } finally {
    rmSync(dataDir, { recursive: true })
  }
})

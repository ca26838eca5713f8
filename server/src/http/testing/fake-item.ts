import type { Item } from '@waybill/spec'
import { JOB_ID } from './fake-snapshot.ts'

export function fakeItem(index: number, more: Partial<Item> = {}): Item {
  return {
    jobId: JOB_ID,
    index,
    id: `sku-${index}`,
    partitionKey: `sku-${index}`,
    action: 'update',
    status: 'succeeded',
    attempts: 1,
    startedAt: '2026-01-15T08:00:00.020Z',
    endedAt: '2026-01-15T08:00:00.061Z',
    result: { revision: index },
    warnings: [],
    error: null,
    waiting: null,
    retriedAs: null,
    ...more,
  }
}

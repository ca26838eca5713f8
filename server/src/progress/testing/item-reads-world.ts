import type { JobId, JobRef } from '../../model/ids.ts'
import type { WaitingReason } from '../../model/item.ts'
import type { JobRecord } from '../../model/job.ts'
import { Redaction } from '../../model/redaction.ts'
import { liveJob, LiveJobs } from '../../model/live-job.ts'
import { Verdict } from '../../model/outcome-batch.ts'
import type { ItemsQuery, StoredItem } from '../../store/item-store.ts'
import type { Turn } from '../../model/ports.ts'
import { ItemReads } from '../item-reads.ts'

export const ID = 'job_00000000000000000000000000000001' as JobId
export const bytes = (value: unknown) =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))

export function stored(index: number, over: Partial<StoredItem> = {}): StoredItem {
  return {
    index,
    line: bytes({ id: `sku-${index}`, data: { price: index } }),
    verdict: Verdict.unjudged,
    attempt: 0,
    throttled: 0,
    startedAtMs: null,
    endedAtMs: null,
    retryAtMs: null,
    retriedAs: null,
    log: [],
    detail: null,
    replacements: [],
    ...over,
  }
}

export const ended = { attempt: 1, startedAtMs: 1_800_000_000_000, endedAtMs: 1_800_000_000_020 }

export const NOW_MS = 1_800_000_100_000

/** @param reasons why items wait, by index; the others stand behind the item before */
export function itemReadsWorld(
  items: StoredItem[],
  over: Partial<JobRecord> = {},
  reasons: Record<number, WaitingReason> = {},
  turns: Record<number, Turn> = {},
  untilMs: number | null = null,
  redact: readonly string[] = [],
  options: ConstructorParameters<typeof Redaction>[1] = {},
) {
  const record: JobRecord = {
    ref: 1 as JobRef,
    id: ID,
    subscription: 'default',
    envelope: {
      ...{ channel: 'shop', objectType: 'product', action: 'update', source: null, metadata: {} },
      ...{ partitionBy: 'item', onInvalidItem: 'fail', onExhausted: 'fail', retry: null, executionId: null },
      ...{ runAtMs: null, deadlineAtMs: null, dependsOn: [], retainForSeconds: 604_800 },
    },
    phase: 'eligible',
    total: items.length,
    eligibleSeq: 1,
    ...{ createdAtMs: 1_800_000_000_000, touchedAtMs: 1_800_000_000_000, sealedAtMs: 1_800_000_000_000 },
    ...{ stop: null, pausedAtMs: null, releasedAtMs: null, retryOf: null },
    ...{ traceparent: null, tracestate: null, continuesTrace: false },
    end: null,
    ...over,
  }
  const liveJobs = new LiveJobs()
  if (record.phase !== 'ended') liveJobs.add(liveJob(record, [0]))
  const queries: ItemsQuery[] = []
  const reads = new ItemReads({
    store: {
      findJob: (id) => Promise.resolve(id === ID ? record : null),
      readItems: (query) => {
        queries.push(query)
        const from = items.filter(({ index }) => index >= query.fromIndex && query.indexes?.includes(index) !== false)
        const page = from.slice(0, query.limit)
        return Promise.resolve({ items: page, nextIndex: from.length > page.length ? page.at(-1)!.index + 1 : null })
      },
    },
    liveJobs,
    explainWaiting: {
      job: () => [],
      channel: () => [],
      item: (_, index) => ({
        reason: reasons[index] ?? 'partition',
        sinceMs: null,
        untilMs,
        behind: reasons[index] === undefined ? { jobRef: 1, index: index - 1 } : null,
      }),
      followers: (_, index) => (index === 1 ? { items: 2, next: { jobRef: 1, index: 2 } } : null),
      isRunning: (_, index) => index === 1,
      turns: (_, indexes) =>
        new Map(indexes.flatMap((index) => (turns[index] === undefined ? [] : [[index, turns[index]] as const]))),
    },
    clock: { nowMs: () => NOW_MS },
    redactionOf: () => (redact.length === 0 ? null : new Redaction(redact, options)),
    maskOf: (values) => ({ text: (text) => values.reduce((t, v) => t.replaceAll(v, '***'), text), value: (v) => v }),
    itemsPerSecondOf: () => 2 / 60,
  })
  return { reads, queries }
}

export const ask = {
  jobId: ID,
  subscription: 'default',
  caller: 'token:admin',
  fromIndex: 0,
  limit: 100,
  maxBytes: 1e6,
  include: { data: false, log: false },
}

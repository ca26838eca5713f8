import type { ChannelTerm } from '../../../server/src/model/channel-term.ts'
import { type JobId, type JobRef, newJobId, type TokenId } from '../../../server/src/model/ids.ts'
import type { Envelope, JobEnd, JobRecord } from '../../../server/src/model/job.ts'
import {
  type OutcomeBatch,
  type OutcomeRecord,
  OutcomeWriter,
  Verdict,
} from '../../../server/src/model/outcome-batch.ts'
import type { ChunkDraft, StoredItem } from '../../../server/src/store/item-store.ts'
import type { IdempotencyRecord, JobPublication, OwnedJobs, Publication } from '../../../server/src/store/job-store.ts'
import type { RecoveredChunk } from '../../../server/src/store/recovery-store.ts'
import type { Store } from '../../../server/src/store/store.ts'

/** By store, of the channel that these tests use. */
const owners = new WeakMap<Store, ChannelTerm>()

/** Makes a started store the owner of the channel `shop`, which these tests use. */
export async function ownShop(store: Store): Promise<void> {
  const { channel, term } = (await store.adoptChannels(['shop']))[0]!
  owners.set(store, { channel, term })
}

export function ownerOf(store: Store): ChannelTerm {
  return owners.get(store)!
}

export function termsOf(store: Store): readonly ChannelTerm[] {
  return [ownerOf(store)]
}

/** Jobs of the channel `shop`, as their owner changes them. */
export function owned(store: Store, refs: readonly JobRef[]): OwnedJobs {
  return { refs, terms: termsOf(store) }
}

export const T0 = 1_800_000_000_000

export interface ChunkShape {
  readonly chunk?: number
  readonly firstIndex?: number
  readonly count?: number
  /** Bytes of each line, without its newline. */
  readonly lineBytes?: number
}

/** A chunk whose lines and hashes tell its items apart. */
export function chunkOf({ chunk = 0, firstIndex = 0, count = 3, lineBytes = 20 }: ChunkShape = {}): ChunkDraft {
  const keys = new Uint32Array(count * 2)
  const ids = new Uint32Array(count * 2)
  let body = ''
  for (let at = 0; at < count; at++) {
    const index = firstIndex + at
    keys.set(keyHash(index), at * 2)
    ids.set(idHash(index), at * 2)
    body += `${lineOf(index, lineBytes)}\n`
  }
  return { chunk, firstIndex, count, body: Buffer.from(body), keys, ids }
}

/** Chunks of `count` items each that follow one another. */
export function chunksOf(chunks: number, count: number, lineBytes?: number): ChunkDraft[] {
  return Array.from({ length: chunks }, (_, chunk) => chunkOf({ chunk, firstIndex: chunk * count, count, lineBytes }))
}

export function lineOf(index: number, lineBytes = 20): string {
  return JSON.stringify({ id: `item-${index}` }).padEnd(lineBytes)
}

export function idHash(index: number): [number, number] {
  return [index + 1, 0xffff_0000 - index]
}

/** Ten keys, so that items share them. */
export function keyHash(index: number): [number, number] {
  return [(index % 10) + 1, 7]
}

let lastMs = T0

const envelope: Envelope = {
  channel: 'shop',
  objectType: 'product',
  action: 'update',
  source: 'pim',
  partitionBy: 'item',
  onInvalidItem: 'reject',
  metadata: { run: '7' },
  executionId: null,
  runAtMs: null,
  deadlineAtMs: null,
  dependsOn: [],
  onExhausted: 'fail',
  retry: null,
  retainForSeconds: 604_800,
}

/** A job's record; ids sort in the order of these calls. */
export function jobOf(
  ref: JobRef,
  members: Partial<Omit<JobRecord, 'envelope'>> & { envelope?: Partial<Envelope> } = {},
): JobRecord {
  const createdAtMs = members.createdAtMs ?? ++lastMs
  return {
    ...{ ref, id: newJobId(++lastMs), subscription: 'default', phase: 'eligible', total: 3, eligibleSeq: 0 },
    ...{ touchedAtMs: createdAtMs, sealedAtMs: createdAtMs, stop: null, end: null },
    ...{
      pausedAtMs: null,
      releasedAtMs: null,
      retryOf: null,
      traceparent: null,
      tracestate: null,
      continuesTrace: false,
    },
    ...members,
    createdAtMs,
    envelope: { ...envelope, ...members.envelope },
  }
}

export function endOf(members: Partial<JobEnd> = {}): JobEnd {
  return {
    ...{ outcome: 'succeeded', succeeded: 3, failed: 0, cancelled: 0, startedAtMs: T0, lastProgressAtMs: T0 + 1 },
    ...{ endedAtMs: T0 + 2, version: 1_000_000_001 },
    ...members,
  }
}

export function keyOf(madeId: JobId | TokenId, members: Partial<IdempotencyRecord> = {}): IdempotencyRecord {
  return {
    ...{
      scope: 'default submit',
      key: `key of ${madeId}`,
      fingerprint: 'abc',
      madeId,
      createdAtMs: Date.now(),
      status: 202,
      body: '{"id":1}',
    },
    ...members,
  }
}

/** Publishes a job with its chunks. */
export async function publish(
  store: Store,
  { idempotency = null, ...options }: Partial<JobPublication & Pick<Publication, 'idempotency'>> = {},
): Promise<JobRecord> {
  const chunks = options.chunks ?? [chunkOf()]
  const total = chunks.reduce((sum, chunk) => sum + chunk.count, 0)
  const record = options.record ?? jobOf(store.nextJobRef(), { total })
  const jobs = [{ chunks, outcomes: [], ...options, record }]
  const [eligibleSeq] = await store.publishJobs({ jobs, idempotency, execution: null })
  return { ...record, eligibleSeq: eligibleSeq! }
}

export type Outcome = Partial<Omit<OutcomeRecord, 'detail'>> & { index: number; detail?: unknown }

/** Outcomes of a job's items, in chunks of `chunkSize`; by default plain successes of the first call. */
export function outcomes(store: Store, ref: JobRef, list: readonly Outcome[], chunkSize = 3): OutcomeBatch[] {
  const writer = new OutcomeWriter()
  for (const { detail, ...outcome } of list) {
    writer.add({
      ...{
        jobRef: ref,
        chunk: Math.floor(outcome.index / chunkSize),
        itemHandle: 99,
        epoch: store.epoch,
        attempt: 1,
        httpStatus: 200,
      },
      ...{
        verdict: Verdict.succeeded,
        flags: 0,
        throttled: 0,
        startedAtMs: T0 + 100_000,
        endedAtMs: T0 + 100_005,
        retryAtMs: 0,
      },
      ...outcome,
      detail: detail === undefined ? undefined : Buffer.from(JSON.stringify(detail)),
    })
  }
  const batch = writer.take()
  return batch === null ? [] : [batch]
}

/** All items of a job, read page by page. */
export async function allItems(store: Store, ref: JobRef, query: object = {}): Promise<StoredItem[]> {
  const items: StoredItem[] = []
  for (let fromIndex: number | null = 0; fromIndex !== null;) {
    const page = await store.readItems({ ref, limit: 1000, log: true, ...query, fromIndex })
    items.push(...page.items)
    fromIndex = page.nextIndex
  }
  return items
}

export function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString()
}

/** All chunks of a job as recovery hands them over. */
export async function recoveredChunks(store: Store, ref: JobRef): Promise<RecoveredChunk[]> {
  const found: RecoveredChunk[] = []
  await store.recoverChunks([ref], (chunks) => found.push(...chunks))
  return found
}

/** Commits outcomes of one job, and its end if one is given. */
export async function commit(store: Store, ref: JobRef, list: readonly Outcome[], end?: JobEnd): Promise<void> {
  const ended = end === undefined ? [] : [{ ref, end }]
  await store.commitOutcomes({ terms: termsOf(store), batches: outcomes(store, ref, list), ended })
}

/** An item in the terms of a test: bytes as text. */
export function readable(item: StoredItem): object {
  const log = item.log.map((call) => ({ ...call, detail: textOf(call.detail) }))
  return { ...item, line: textOf(item.line), detail: textOf(item.detail), log }
}

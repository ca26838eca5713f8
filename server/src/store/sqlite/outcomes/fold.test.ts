import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type JobRef, newJobId } from '../../../model/ids.ts'
import type { Envelope, JobRecord } from '../../../model/job.ts'
import { OutcomeWriter, Verdict } from '../../../model/outcome-batch.ts'
import type { StoredItem } from '../../item-store.ts'
import type { JobPublication } from '../../job-store.ts'
import { openDatabase } from '../open/database.ts'
import { DATABASE_FILE } from '../open/folder.ts'
import type { Calls } from '../../thread/messages.ts'
import { type WriterContext, openWriterContext } from '../write/writer-context.ts'
import { unpackItems } from '../../rows/packed-items.ts'

/*
 * Folding against a naive model: whatever is committed, folded in whatever steps, cut off by a crash wherever, an item's log is the list
 * of its committed calls, each once, in order.
 */

const T0 = 1_800_000_000_000
const CHUNK_ITEMS = 4
const CHUNKS = 3
const ITEMS = CHUNKS * CHUNK_ITEMS
const ref = 7 as JobRef

interface Call {
  readonly index: number
  readonly verdict: Verdict
  readonly attempt: number
  readonly throttled: number
  readonly httpStatus: number
  readonly startedAtMs: number
  readonly durationMs: number
  readonly detail: string | null
}

type Action =
  | { readonly kind: 'commit'; readonly calls: readonly Call[] }
  | { readonly kind: 'foldChunk'; readonly chunk: number }
  | { readonly kind: 'foldStep' }
  | { readonly kind: 'foldAll' }
  | { readonly kind: 'crash' }

/** A writer without its thread, in a folder of its own. */
class World {
  readonly #root = mkdtempSync(join(tmpdir(), 'waybill-fold-'))
  #starts = 0
  #db: DatabaseSync
  context: WriterContext
  #term = 0

  constructor() {
    mkdirSync(this.#folder)
    this.#db = openQuickly(this.#folder)
    this.context = this.#open()
    this.#adopt()
    const publish = { jobs: [publication()], idempotency: null, execution: null, expiredBeforeMs: 0 }
    this.#write(() => this.context.handlers.publishJobs(publish))
  }

  commit(calls: readonly Call[]): number {
    const epoch = this.#term
    const writer = new OutcomeWriter()
    for (const { durationMs, detail, ...call } of calls) {
      writer.add({
        ...{ ...call, jobRef: ref, chunk: Math.floor(call.index / CHUNK_ITEMS), itemHandle: 9, epoch, flags: 0 },
        ...{
          endedAtMs: call.startedAtMs + durationMs,
          retryAtMs: 0,
          detail: detail === null ? undefined : Buffer.from(detail),
        },
      })
    }
    this.#write(() =>
      this.context.handlers.commitOutcomes({
        terms: [{ channel: 'shop', term: epoch }],
        batches: [writer.take()!],
        ended: [],
      }),
    )
    return epoch
  }

  foldChunk(chunk: number): void {
    const dirty = this.context.maps.dirtyOf(ref, chunk * CHUNK_ITEMS, (chunk + 1) * CHUNK_ITEMS)
    if (dirty.length > 0) expect(this.context.background.run(this.context.folding.stepFor(dirty))).toBeNull()
  }

  foldStep(): void {
    this.context.folding.begin()
    if (this.context.folding.active) expect(this.context.background.run(this.context.folding.nextStep())).toBeNull()
  }

  foldAll(): void {
    do this.foldStep()
    while (this.context.folding.active || this.context.maps.segments.length > 0)
  }

  /** Goes on with the files as they are now, as after `kill -9`. */
  crash(): void {
    const before = this.#folder
    this.#starts++
    mkdirSync(this.#folder)
    for (const file of [DATABASE_FILE, `${DATABASE_FILE}-wal`]) {
      if (existsSync(join(before, file))) copyFileSync(join(before, file), join(this.#folder, file))
    }
    this.#db.close()
    this.#db = openQuickly(this.#folder)
    this.context = this.#open()
    this.#adopt()
  }

  items(): readonly StoredItem[] {
    this.foldAll()
    const args = { query: { ref, fromIndex: 0, limit: 100, log: true }, untilIndex: null }
    const page = this.context.reader.answer({ id: 0, name: 'readItems', args }) as Calls['readItems']['result']
    return unpackItems(page).items
  }

  recovered(): Calls['recoverChunks']['result']['chunks'] {
    const args = { refs: [ref], fromChunk: 0 }
    return (this.context.reader.answer({ id: 0, name: 'recoverChunks', args }) as Calls['recoverChunks']['result'])
      .chunks
  }

  segmentRows(): number {
    return (this.#db.prepare('SELECT count(*) AS rows FROM segments').get() as { rows: number }).rows
  }

  close(): void {
    this.#db.close()
    rmSync(this.#root, { recursive: true, force: true })
  }

  get #folder(): string {
    return join(this.#root, String(this.#starts))
  }

  #adopt(): void {
    this.#write(() => {
      const adopted = this.context.handlers.adoptChannels({ names: ['shop'] })
      this.#term = adopted.result[0]!.term
      return adopted
    })
  }

  #open(): WriterContext {
    const onFailure = (error: Error): void => {
      throw error
    }
    return openWriterContext(this.#db, { reserve: null, maxDataBytes: null, onCapacity() {}, onFailure })
  }

  #write(run: () => { committed?: () => void }): void {
    let task: (() => { committed?: () => void }) | undefined = run
    this.context.transactions.run(() => {
      const taken = task
      task = undefined
      if (taken === undefined) return undefined
      return {
        run: taken,
        succeeded() {},
        failed(error) {
          throw error
        },
      }
    })
  }
}

/** Without fsync: a crash is played here by copying what was written. */
function openQuickly(dataDir: string): DatabaseSync {
  const db = openDatabase(dataDir)
  db.exec('PRAGMA synchronous = OFF')
  return db
}

function publication(): JobPublication {
  const envelope: Envelope = {
    ...{ channel: 'shop', objectType: 'product', action: 'update', source: null, partitionBy: 'item' },
    ...{ onInvalidItem: 'reject', metadata: {}, executionId: null, runAtMs: null, deadlineAtMs: null, dependsOn: [] },
    ...{ onExhausted: 'fail', retry: null, retainForSeconds: 60 },
  }
  const record: JobRecord = {
    ...{ ref, id: newJobId(T0), subscription: 'default', envelope, phase: 'eligible', total: ITEMS, eligibleSeq: 0 },
    ...{ createdAtMs: T0, touchedAtMs: T0, sealedAtMs: T0, stop: null, end: null },
    ...{
      pausedAtMs: null,
      releasedAtMs: null,
      retryOf: null,
      traceparent: null,
      tracestate: null,
      continuesTrace: false,
    },
  }
  const chunks = Array.from({ length: CHUNKS }, (_, chunk) => ({
    ...{ chunk, firstIndex: chunk * CHUNK_ITEMS, count: CHUNK_ITEMS, body: Buffer.from('{}\n'.repeat(CHUNK_ITEMS)) },
    ...{ keys: new Uint32Array(CHUNK_ITEMS * 2), ids: new Uint32Array(CHUNK_ITEMS * 2) },
  }))
  return { record, chunks, outcomes: [] }
}

const plainCall = fc.record({
  index: fc.integer({ min: 0, max: ITEMS - 1 }),
  verdict: fc.constant<Verdict>(Verdict.succeeded),
  ...{
    attempt: fc.constant(1),
    throttled: fc.constant(0),
    httpStatus: fc.constantFrom(0, 200),
    detail: fc.constant(null),
  },
  ...{ startedAtMs: fc.integer({ min: T0, max: T0 + 9 }), durationMs: fc.integer({ min: 0, max: 9 }) },
})
const anyCall = fc.record({
  index: fc.integer({ min: 0, max: ITEMS - 1 }),
  verdict: fc.constantFrom<Verdict>(Verdict.succeeded, Verdict.failed, Verdict.retry, Verdict.throttled),
  ...{
    attempt: fc.integer({ min: 1, max: 3 }),
    throttled: fc.integer({ min: 0, max: 2 }),
    httpStatus: fc.constantFrom(0, 200, 503),
  },
  ...{ startedAtMs: fc.integer({ min: T0 - 5, max: T0 + 9 }), durationMs: fc.constantFrom(0, 5, 200_000) },
  detail: fc.option(fc.string({ maxLength: 9 }).map((text) => JSON.stringify({ text }))),
})
const commit = fc.record({
  kind: fc.constant('commit' as const),
  calls: fc.array(fc.oneof(plainCall, anyCall), { minLength: 1, maxLength: 6 }),
})
const action: fc.Arbitrary<Action> = fc.oneof(
  { arbitrary: commit, weight: 6 },
  {
    arbitrary: fc.record({ kind: fc.constant('foldChunk' as const), chunk: fc.integer({ min: 0, max: CHUNKS - 1 }) }),
    weight: 3,
  },
  { arbitrary: fc.constant<Action>({ kind: 'foldStep' }), weight: 3 },
  { arbitrary: fc.constant<Action>({ kind: 'foldAll' }), weight: 1 },
  { arbitrary: fc.constant<Action>({ kind: 'crash' }), weight: 2 },
)

/** Item index to its calls, as `StoredItem.log` shows them. */
type Model = Map<number, object[]>

function run(world: World, model: Model, step: Action): void {
  if (step.kind !== 'commit') {
    if (step.kind === 'foldChunk') world.foldChunk(step.chunk)
    else world[step.kind]()
    return
  }
  const epoch = world.commit(step.calls)
  for (const { index, durationMs, throttled: _, ...call } of step.calls) {
    const log = model.get(index) ?? []
    model.set(index, [...log, { ...call, epoch, endedAtMs: call.startedAtMs + durationMs, retryAtMs: 0 }])
  }
}

function lastThrottled(actions: readonly Action[], index: number): number {
  const calls = actions.flatMap((step) => (step.kind === 'commit' ? step.calls : []))
  return calls.findLast((call) => call.index === index)?.throttled ?? 0
}

/** Plays the actions and compares with the model, then once more after a crash. */
function check(actions: readonly Action[]): void {
  const world = new World()
  try {
    const model: Model = new Map()
    for (const step of actions) run(world, model, step)
    for (const look of ['before', 'after a crash']) {
      const items = world.items()
      expect([look, items.map(textLog)]).toEqual([look, items.map((item) => model.get(item.index) ?? [])])
      expect(items.map((item) => item.throttled)).toEqual(items.map((item) => lastThrottled(actions, item.index)))
      checkRecovered(world, items)
      expect(world.segmentRows()).toBe(0)
      world.crash()
    }
  } finally {
    world.close()
  }
}

function textLog(item: StoredItem): object[] {
  return item.log.map((call) => ({ ...call, detail: call.detail && Buffer.from(call.detail).toString() }))
}

describe('folding', () => {
  it('never loses a committed call, nor shows one twice, wherever it is cut off', () => {
    fc.assert(fc.property(fc.array(action, { minLength: 1, maxLength: 15 }), check), { numRuns: 60 })
    // Hundreds of commits: seconds alone, more where others wait for the same disk.
  }, 120_000)

  it('does not take new segments for folded ones when a start finds none', () => {
    const call: Call = {
      ...{
        index: 1,
        verdict: Verdict.retry,
        attempt: 1,
        throttled: 0,
        httpStatus: 503,
        startedAtMs: T0,
        durationMs: 1,
      },
      detail: null,
    }
    const commit: Action = { kind: 'commit', calls: [call] }
    check([commit, commit, { kind: 'foldAll' }, { kind: 'crash' }, commit, { kind: 'crash' }])
  })
})

/** Checks that recovery and the items agree. */
function checkRecovered(world: World, items: readonly StoredItem[]): void {
  for (const chunk of world.recovered()) {
    const own = items.slice(chunk.firstIndex, chunk.firstIndex + chunk.count)
    expect([...chunk.verdicts]).toEqual(own.map((item) => item.verdict))
    expect(chunk.succeeded).toBe(own.filter((item) => item.verdict === Verdict.succeeded).length)
    expect(chunk.failed).toBe(own.filter((item) => item.verdict === Verdict.failed).length)
    const waiting = own.filter((item) => item.verdict === Verdict.retry || item.verdict === Verdict.throttled)
    expect(chunk.waiting).toMatchObject(
      waiting.map(({ index, attempt, throttled, verdict }) => ({ index, attempt, throttled, verdict, retryAtMs: 0 })),
    )
  }
}

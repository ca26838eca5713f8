import type { JobId, JobRef } from '../../model/ids.ts'
import { hashOf, itemIdSeed, partitionKeySeed } from '../../model/item-hashes.ts'
import type { SearchFound, SearchHit, SearchPlace, SearchQuery } from '../search-store.ts'
import { wholeBuffer } from '../../model/outcome-batch.ts'
import { all, type Reading } from './asking.ts'
import { type FoundLetter, walkDeadLetters } from './list-dead-letters.ts'

/** Jobs and chunks that are read at once: a millisecond each. */
const JOBS_A_TURN = 64
const CHUNKS_A_TURN = 16
/** Ids that begin with the text, of jobs and of executions; channels of an error code. */
const MAX_NAMED = 10
/** Failed items of a channel that are looked at for a code: those of jobs that are being deleted are passed over. */
const MAX_LETTERS = 5000
/** From how many characters on the beginning of an id is enough. */
const MIN_PREFIX = 8
const MAX_ITEMS_A_JOB = 10
/** A job's hits: one of `metadata`, its items, its key. */
const MAX_HITS_A_JOB = MAX_ITEMS_A_JOB + 2
/** Behind a text it sorts behind every id that begins with it: ids have at most 128 characters. */
const AFTER_ALL = '\u{10FFFF}'.repeat(128)
const AFTER_ALL_IDS = 'job_~'

interface JobRow {
  readonly ref: number
  readonly id: string
  readonly channel: string
  readonly total: number
  readonly created_at_ms: number
  readonly object_type: string
  readonly metadata: string | null
}

interface ExecutionRow {
  readonly id: string
  readonly created_at_ms: number
}

interface ChunkRow {
  readonly chunk: number
  readonly first_index: number
  readonly keys: Uint8Array
  readonly ids: Uint8Array
}

type Hash = readonly [number, number]

/** Looks for an id or value, a piece at a time: never at the bodies of chunks, and at no more jobs and chunks than it may. */
export function* search(query: SearchQuery): Reading<SearchFound> {
  const hits: SearchHit[] = []
  if (query.from === null) yield* findNamed(query, hits)
  const walk = new JobWalk(query, hits)
  return { hits, next: yield* walk.run() }
}

/** Finds by an index. */
function* findNamed({ subscription, text, kinds }: SearchQuery, hits: SearchHit[]): Reading<void> {
  const until = text.length < MIN_PREFIX ? text : text + AFTER_ALL
  if (kinds.includes('job')) {
    const rows = yield* all<JobRow>('jobsByIdPrefix', subscription, text, until, MAX_NAMED)
    for (const row of rows) hits.push(jobHit('job', row.id, row))
  }
  if (kinds.includes('execution')) {
    const rows = yield* all<ExecutionRow>('executionsByIdPrefix', subscription, text, until, MAX_NAMED)
    for (const { id, created_at_ms: atMs } of rows)
      hits.push({ kind: 'execution', value: id, ref: null, jobId: null, index: null, channel: null, field: null, atMs })
  }
  if (!kinds.includes('error_code')) return
  const lanes = yield* all<{ id: number; channel: string }>('listLanes', subscription)
  for (let at = 0, found = 0; at < lanes.length && found < MAX_NAMED; at++) {
    const { channel } = lanes[at]!
    let atMs: number | null = null
    const filter = { subscription, channels: [channel], codes: [text] }
    const takeFirst = ({ failedAtMs }: FoundLetter): boolean => {
      atMs = failedAtMs
      return false
    }
    yield* walkDeadLetters(filter, takeFirst, MAX_LETTERS)
    if (atMs === null) continue
    found++
    hits.push({
      ...{ ref: null, jobId: null, index: null, field: null },
      kind: 'error_code',
      value: text,
      channel,
      atMs,
    })
  }
}

/** Looks into jobs, the newest first. */
class JobWalk {
  readonly #query: SearchQuery
  readonly #hits: SearchHit[]
  readonly #seeks: { readonly item: boolean; readonly key: boolean; readonly metadata: boolean }
  readonly #idHashes = new Map<string, Hash>()
  readonly #keyHashes = new Map<string, Hash>()
  #jobsLeft: number
  #chunksLeft: number

  constructor(query: SearchQuery, hits: SearchHit[]) {
    this.#query = query
    this.#hits = hits
    const { kinds } = query
    this.#seeks = {
      item: kinds.includes('item'),
      key: kinds.includes('partition_key'),
      metadata: kinds.includes('metadata'),
    }
    this.#jobsLeft = query.maxJobs
    this.#chunksLeft = query.maxChunks
  }

  *run(): Reading<SearchPlace | null> {
    const { subscription, from, limit } = this.#query
    if (!this.#seeks.item && !this.#seeks.key && !this.#seeks.metadata) return null
    let beforeId: string | null = from?.jobId ?? AFTER_ALL_IDS
    let isIncluded = from !== null
    for (;;) {
      const statement = isIncluded ? 'searchedJobsFrom' : 'searchedJobs'
      const rows: readonly JobRow[] = yield* all<JobRow>(statement, subscription, beforeId, JOBS_A_TURN)
      for (const row of rows) {
        const place = row.id === from?.jobId ? from : { jobId: row.id as JobId, chunk: 0, keyFound: false }
        const isFull = this.#hits.length > 0 && this.#hits.length + MAX_HITS_A_JOB > limit
        if (isFull || this.#jobsLeft === 0 || this.#chunksLeft <= 0) return place
        this.#jobsLeft--
        const next = yield* this.#lookInto(row, place)
        if (next !== null) return next
      }
      if (rows.length < JOBS_A_TURN) return null
      beforeId = rows.at(-1)!.id
      isIncluded = false
    }
  }

  *#lookInto(row: JobRow, place: SearchPlace): Reading<SearchPlace | null> {
    if (this.#seeks.metadata && place.chunk === 0) this.#lookAtMetadata(row)
    let itemsLeft = this.#seeks.item ? MAX_ITEMS_A_JOB : 0
    let keyLeft = this.#seeks.key && !place.keyFound ? 1 : 0
    if (itemsLeft + keyLeft === 0) return null
    const idHash = this.#hash(this.#idHashes, row.object_type, () => itemIdSeed(row.object_type))
    const keyHash = this.#hash(this.#keyHashes, row.channel, () =>
      partitionKeySeed(this.#query.subscription, row.channel),
    )
    for (let from = place.chunk; ;) {
      if (this.#chunksLeft <= 0) return { jobId: row.id as JobId, chunk: from, keyFound: keyLeft === 0 }
      const chunks: readonly ChunkRow[] = yield* all<ChunkRow>('readHashesFrom', row.ref, from, CHUNKS_A_TURN)
      this.#chunksLeft -= chunks.length
      for (const { first_index: first, ids, keys } of chunks) {
        // Beyond the total are items of a part that is not appended.
        const count = Math.min(ids.byteLength / 8, row.total - first)
        itemsLeft -= this.#find(ids, idHash, { count, limit: itemsLeft, row, first, kind: 'item' })
        keyLeft -= this.#find(keys, keyHash, { count, limit: keyLeft, row, first, kind: 'partition_key' })
      }
      if (chunks.length < CHUNKS_A_TURN || itemsLeft + keyLeft === 0) return null
      from = chunks.at(-1)!.chunk + 1
    }
  }

  /** @returns how many were found */
  #find(
    packed: Uint8Array,
    [high, low]: Hash,
    of: { count: number; limit: number; row: JobRow; first: number; kind: 'item' | 'partition_key' },
  ): number {
    if (of.limit === 0) return 0
    const words = new Uint32Array(wholeBuffer(packed))
    let found = 0
    for (let at = words.indexOf(high); at !== -1 && found < of.limit; at = words.indexOf(high, at + 1)) {
      if (at % 2 !== 0 || words[at + 1] !== low || at / 2 >= of.count) continue
      found++
      this.#hits.push({ ...jobHit(of.kind, this.#query.text, of.row), index: of.first + at / 2 })
    }
    return found
  }

  #lookAtMetadata(row: JobRow): void {
    const { text } = this.#query
    // Most texts are not there at all: nothing is parsed for these.
    if (row.metadata === null || row.metadata === '{}') return
    const entries = Object.entries(JSON.parse(row.metadata) as Record<string, string>)
    const field = entries.find(([, value]) => value === text)?.[0]
    if (field !== undefined) this.#hits.push({ ...jobHit('metadata', text, row), field })
  }

  #hash(known: Map<string, Hash>, name: string, seed: () => Parameters<typeof hashOf>[0]): Hash {
    let hash = known.get(name)
    if (hash === undefined) known.set(name, (hash = hashOf(seed(), this.#query.text)))
    return hash
  }
}

function jobHit(kind: SearchHit['kind'], value: string, row: JobRow): SearchHit {
  const { ref, id, channel, created_at_ms: atMs } = row
  return { kind, value, ref: ref as JobRef, jobId: id as JobId, index: null, channel, field: null, atMs }
}

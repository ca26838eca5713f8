import type { JobRef } from '../../model/ids.ts'
import type { StopMark } from '../../model/job.ts'
import { IDEMPOTENCY_KEY_SECONDS } from '../../model/limits.ts'
import type { WebhookEventDraft } from '../../model/webhook-event.ts'
import { type Clock, systemClock } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/logger.ts'
import type { Telemetry } from '../../runtime/telemetry.ts'
import type { KeyRing } from '../../secrets/key-ring.ts'
import type { AuditedAct } from '../audited-act.ts'
import type { ChannelStore } from '../channel-store.ts'
import type { ChunkDraft, ItemsPage, ItemsQuery, JobPart, RejectedItems } from '../item-store.ts'
import type { JobSeal, OwnedJobs, Publication } from '../job-store.ts'
import type { OutcomeCommit } from '../outcome-store.ts'
import type { RecoveredChunk, Recovery } from '../recovery-store.ts'
import type { ServerIdentity, ServerStore } from '../server-store.ts'
import type { Store } from '../store.ts'
import type { StoreCondition } from '../store-condition.ts'
import { closed, StoreError } from '../store-error.ts'
import { isPassing } from '../store-retries.ts'
import { type AccessCalls, accessCalls } from '../calls/access-calls.ts'
import { channelCalls } from '../calls/channel-calls.ts'
import { type CountCalls, countCalls } from '../calls/count-calls.ts'
import { type FindCalls, findCalls } from '../calls/find-calls.ts'
import { type JobReads, jobReads } from '../calls/job-reads.ts'
import { COPIED, type StoreCalls } from '../calls/store-calls.ts'
import { type OwnerCalls, ownerCalls } from '../calls/owner-calls.ts'
import { type WebhookCalls, webhookCalls } from '../calls/webhook-calls.ts'
import { openSecrets, openWebhooks, sealedAnew } from '../open-secrets.ts'
import { actOfWrite, CarriedActs } from './carried-acts.ts'
import type { CallName, Calls, StoreCall } from './messages.ts'
import { JobRefs } from './job-refs.ts'
import { isNewWork } from './new-work.ts'
import { unpackItems } from '../rows/packed-items.ts'
import { type DamageReport, StoreHealth } from './store-health.ts'
import { ownedBatch, ownedChunk, ownedPublication, ThreadLine, type ThreadProgram } from './thread-line.ts'
import { SharedDatabase, type SharedProgram } from './shared-database.ts'

/** Jobs named to the reader at once; it says how far it came. */
const RECOVERED_JOBS_A_CALL = 512
/** Makes a store whose work is done by threads of its own. Does nothing before `start()`. */
export function createThreadedStore(options: ThreadedStoreOptions): Store {
  const store = new ThreadedStore(options)
  const { calls, channelCalls: ofChannels } = store
  const others = {
    ...accessCalls(calls),
    ...countCalls(calls),
    ...findCalls(calls),
    ...jobReads(calls),
    ...ownerCalls(calls),
  }
  options.program.lease?.onCalls?.(calls, store.shared)
  return Object.assign(store, ofChannels, webhookCalls(calls, options.keyRing), others, store.shared.ports)
}

export interface ThreadedStoreOptions {
  readonly logger: Logger
  readonly telemetry: Telemetry
  /** Seals the secrets that are stored. */
  readonly keyRing: KeyRing
  /** The clock by which idempotency keys expire. @default the system's */
  readonly clock?: Clock
  /** Called once when the store cannot continue (I/O error, lost thread): nothing can be made durable any more. */
  readonly onFatal?: (error: StoreError) => void
  /** The threads that do its work. */
  readonly program: StoreProgram
  /** How this server is listed. @default nothing is known of it */
  readonly identity?: ServerIdentity
}

/** The threads of a kind of store. */
export interface StoreProgram {
  /** Of the writer's thread, and of a reader's beside it. @default the writer also answers the reader's calls */
  readonly threads: { readonly writer: ThreadProgram; readonly reader?: ThreadProgram }
  /** Of a store that several servers may share. @default it is this server's alone */
  readonly lease?: SharedProgram
  /** The report when damage is met. */
  readonly damage: DamageReport
  /** Names the place and the remedy in an error of the start that says `damaged`. */
  readonly damagedAtStart: (error: StoreError) => StoreError
}

/**
 * A store on threads of its own, as the stages see it.
 *
 * Turns calls into messages to the writer's thread and, where there is one, to a reader's beside it, without copying what is large. A promise
 * resolves when the writer's commit has (REC-1). Called by every stage; knows nothing but `store.ts`. Calls of channels, of access and of webhooks stand in `calls/`.
 */
class ThreadedStore implements Omit<
  Store,
  keyof (ChannelStore & AccessCalls & WebhookCalls & CountCalls & FindCalls & JobReads & OwnerCalls & ServerStore)
> {
  readonly #options: ThreadedStoreOptions
  readonly #clock: Clock
  #writer: ThreadLine | null = null
  /** The writer, where it has no reader beside it. */
  #reader: ThreadLine | null = null
  #epoch = 0
  readonly #refs = new JobRefs()
  #serverKey: Uint8Array = new Uint8Array()
  readonly #acts: CarriedActs
  #state: 'new' | 'open' | 'closed' = 'new'
  #stopping: Promise<void> | null = null
  #fatal = false
  /** No outcome was committed since the start: recovery need not ask the writer. */
  #allFolded = true
  readonly #health: StoreHealth
  readonly #eventListeners: (() => void)[] = []
  readonly #termListeners: ((channels: readonly string[]) => void)[] = []
  readonly shared: SharedDatabase
  readonly calls: StoreCalls = {
    read: (name, args) => this.#read(name, args),
    write: (name, args, transfer) => this.#write(name, args, transfer),
    reporting: (events, write) => this.#reporting(events, write),
    onWebhookEvents: (listener) => void this.#eventListeners.push(listener),
    onTermsLost: (listener) => void this.#termListeners.push(listener),
    nextAuditSeq: (wallMs) => this.#acts.nextSeq(wallMs),
    expiredBeforeMs: () => this.#expiredBeforeMs(),
  }
  readonly channelCalls: ChannelStore

  constructor(options: ThreadedStoreOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.channelCalls = channelCalls(this.calls, options.keyRing)
    this.#acts = new CarriedActs(this.#clock)
    const { logger, telemetry, program } = options
    this.shared = new SharedDatabase(program.lease ?? null, {
      identity: options.identity,
      call: (name, args) => this.#call(this.#writer, { name, args }),
    })
    this.#health = new StoreHealth(
      { logger, telemetry, damage: program.damage },
      () => void this.#writer?.call('rest', null).catch(() => null),
    )
  }

  get epoch(): number {
    return this.#epoch
  }

  get serverKey(): Uint8Array {
    return this.#serverKey
  }

  async start(): Promise<void> {
    if (this.#state !== 'new') throw closed()
    this.#state = 'open'
    const { writer, reader } = this.#options.program.threads
    try {
      this.shared.begin()
      this.#writer = this.#thread(writer)
      const opened = await this.#writer.call('open', null)
      this.#epoch = opened.epoch
      this.#refs.begin(opened, () => this.#call(this.#writer, { name: 'reserveRefs', args: null }))
      this.#serverKey = opened.serverKey
      this.#acts.begin(opened.lastAuditSeq)
      this.shared.opened(opened)
      this.#reader = reader === undefined ? this.#writer : this.#thread(reader)
      if (reader !== undefined) await this.#reader.call('open', null)
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop())
  }

  get condition(): StoreCondition {
    return this.#health.condition
  }

  onCondition(listener: () => void): void {
    this.#health.onChange(listener)
  }

  hurry(): void {
    void this.#writer?.call('hurry', null).catch(() => null)
  }

  serve(): void {
    this.#health.serve()
  }

  recover(): Promise<Recovery> {
    return this.#atStart(() => this.#recover())
  }

  async #recover(): Promise<Recovery> {
    const { keyRing, logger } = this.#options
    const stored = await this.#read('listSealed', null)
    const sealed = sealedAnew(stored, keyRing)
    const { channels, credentials, webhookEndpoints, jobWebhooks, ...rest } = await this.#read('recover', null)
    const { inClear, ...opened } = openSecrets({ channels, credentials }, keyRing)
    try {
      await Promise.all(inClear.map((channel) => this.channelCalls.saveChannel(channel)))
      if (stored.length > 0) await this.#write('resealSecrets', { sealed })
    } catch (error) {
      if (!isPassing(error)) throw error
      logger.warn({ code: error.code }, 'Secrets could not be sealed anew: the next start tries again')
    }
    const anew = new Map(sealed.map(({ from, to }) => [from, to]))
    return { ...rest, ...opened, ...openWebhooks({ webhookEndpoints, jobWebhooks }, { anew, keyRing }) }
  }

  async recoverChunks(refs: readonly JobRef[], onChunks: (chunks: readonly RecoveredChunk[]) => void): Promise<void> {
    await this.#atStart(() => this.#recoverChunks(refs, onChunks))
  }

  async #recoverChunks(refs: readonly JobRef[], onChunks: (chunks: readonly RecoveredChunk[]) => void): Promise<void> {
    if (!this.#allFolded) {
      for (const ref of refs)
        for (let from: number | null = 0; from !== null;) from = await this.#fold(ref, from, Infinity)
    }
    const sorted = refs.toSorted((a, b) => a - b)
    for (let at = 0, fromChunk = 0; at < sorted.length;) {
      const window = sorted.slice(at, at + RECOVERED_JOBS_A_CALL)
      const { chunks, jobs, nextChunk } = await this.#read('recoverChunks', { refs: window, fromChunk })
      if (chunks.length > 0) onChunks(chunks)
      at += jobs
      fromChunk = nextChunk
    }
  }

  nextJobRef(): JobRef {
    return this.#refs.take()
  }

  async writeChunks(ref: JobRef, chunks: readonly ChunkDraft[]): Promise<void> {
    await this.#write('writeChunks', { ref, chunks: chunks.map(ownedChunk) })
  }

  async writeRejectedItems(
    { ref, subscription, channel }: { readonly ref: JobRef; readonly subscription: string; readonly channel: string },
    rejected: readonly RejectedItems[],
  ): Promise<void> {
    const ownedRejectedItems = rejected.map((rejectedItems) => ({
      ...rejectedItems,
      outcomes: ownedBatch(rejectedItems.outcomes),
    }))
    await this.#write('writeRejectedItems', { ref, subscription, channel, rejected: ownedRejectedItems })
  }

  async discardJob(ref: JobRef): Promise<void> {
    await this.#write('discardJob', { ref })
  }

  publishJobs({ jobs, ...publication }: Publication): Promise<readonly number[]> {
    if (jobs.some(({ outcomes }) => outcomes.length > 0)) this.#allFolded = false
    const expiredBeforeMs = this.#expiredBeforeMs()
    const published = this.#write('publishJobs', { jobs: jobs.map(ownedPublication), ...publication, expiredBeforeMs })
    return this.#reporting(publication.events, published)
  }

  async appendPart(part: JobPart): Promise<void> {
    if (part.outcomes.length > 0) this.#allFolded = false
    await this.#write('appendPart', {
      ...part,
      chunks: part.chunks.map(ownedChunk),
      outcomes: part.outcomes.map(ownedBatch),
    })
  }

  sealJob(ref: JobRef, seal: JobSeal): Promise<{ eligibleSeq: number }> {
    return this.#reporting(seal.events, this.#write('sealJob', { ...seal, ref }))
  }

  async commitOutcomes(commit: OutcomeCommit): Promise<void> {
    this.#allFolded = false
    const { acts = [], ...outcomes } = commit
    const written =
      acts.length > 0
        ? this.#carry(acts, { name: 'commitOutcomes', args: outcomes, transfer: COPIED })
        : this.#write('commitOutcomes', outcomes, COPIED)
    await this.#reporting(commit.events, written)
  }

  makeEligible(jobs: OwnedJobs): Promise<readonly number[]> {
    return this.#write('makeEligible', jobs)
  }

  async holdJobs(
    jobs: OwnedJobs,
    hold: { readonly pausedAtMs?: number | null; readonly releasedAtMs?: number },
  ): Promise<void> {
    await this.#write('holdJobs', { ...jobs, ...hold })
  }

  async markStopped(jobs: OwnedJobs, stop: StopMark): Promise<void> {
    await this.#write('markStopped', { ...jobs, stop })
  }

  async deleteJob(ref: JobRef): Promise<void> {
    await this.#write('deleteJob', { ref })
  }

  async readItems(query: ItemsQuery): Promise<ItemsPage> {
    const filtered = query.verdicts !== undefined || query.idHash !== undefined || query.keyHash !== undefined
    const last = query.indexes?.at(-1)
    const toIndex = last !== undefined ? last + 1 : filtered ? Infinity : query.fromIndex + query.limit
    const untilIndex = await this.#fold(query.ref, query.fromIndex, toIndex)
    return unpackItems(await this.#read('readItems', { query, untilIndex }))
  }

  /** Has outcomes of these items moved to where readers look. @returns the first index that is not there yet, null: all are */
  async #fold(ref: JobRef, fromIndex: number, toIndex: number): Promise<number | null> {
    return this.#allFolded ? null : await this.#write('fold', { ref, fromIndex, toIndex })
  }

  /** Runs a step of the start; its errors name the place and the remedy. */
  async #atStart<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw error instanceof StoreError && error.code === 'damaged'
        ? this.#options.program.damagedAtStart(error)
        : error
    }
  }

  async #stop(): Promise<void> {
    this.#state = 'closed'
    this.shared.stop()
    const threads = new Set([this.#reader, this.#writer].filter((thread) => thread !== null))
    // The reader first: the writer's last checkpoint needs the WAL for itself.
    for (const thread of threads) {
      if (!this.#fatal) await thread.call('close', null).catch(() => null)
      await thread.end()
    }
  }

  #thread(program: ThreadProgram): ThreadLine {
    const { logger, telemetry } = this.#options
    return new ThreadLine({
      ...{ program, logger },
      onCapacity: (capacity) => this.#health.setCapacity(capacity),
      onCommit: (commit) => telemetry.emit('store.committed', commit),
      onDamaged: (error) => this.#health.setDamaged(error),
      onTermsLost: (channels) => {
        for (const listener of this.#termListeners) listener(channels)
      },
      onStandby: (state) => this.#options.program.lease?.onStandby(state),
      onFatal: (error) => {
        if (this.#fatal) return
        this.#fatal = true
        logger.error({ code: error.code, error: error.message }, 'The store cannot continue')
        this.#options.onFatal?.(error)
      },
    })
  }

  #write<Name extends CallName>(
    name: Name,
    args: Calls[Name]['args'],
    transfer?: readonly ArrayBuffer[],
  ): Promise<Calls[Name]['result']> {
    if (this.#health.condition === 'damaged' && isNewWork({ name })) {
      return Promise.reject(
        new StoreError('damaged', 'Cannot take new work as the data folder must be sound: it is damaged'),
      )
    }
    const act = actOfWrite(name)
    const call: StoreCall<Name> = { name, args, transfer }
    return act === null ? this.#call(this.#writer, call) : this.#carry([act], call)
  }

  #carry<Name extends CallName>(acts: readonly AuditedAct[], call: StoreCall<Name>): Promise<Calls[Name]['result']> {
    return this.#acts.carry(acts, call, (carrying) => this.#call(this.#writer, carrying))
  }

  #read<Name extends CallName>(name: Name, args: Calls[Name]['args']): Promise<Calls[Name]['result']> {
    return this.#call(this.#reader, { name, args })
  }

  #call<Name extends CallName>(
    thread: ThreadLine | null,
    { name, args, transfer, audit }: StoreCall<Name>,
  ): Promise<Calls[Name]['result']> {
    if (this.#state !== 'open' || thread === null) return Promise.reject(closed())
    return thread.call(name, args, transfer, audit)
  }

  /** Reports that events are durable, before the caller of the write is answered. Without events the write itself is returned (ORD-5). */
  #reporting<Result>(events: readonly WebhookEventDraft[] | undefined, write: Promise<Result>): Promise<Result> {
    if (events === undefined || events.length === 0) return write
    void write.then(
      () => {
        for (const listener of this.#eventListeners) listener()
      },
      () => {},
    )
    return write
  }

  #expiredBeforeMs(): number {
    return this.#clock.nowMs() - IDEMPOTENCY_KEY_SECONDS * 1000
  }
}

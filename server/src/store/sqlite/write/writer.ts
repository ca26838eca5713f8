import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { failpoint, type StoreWrite } from '../../../runtime/failpoint.ts'
import { StoreError } from '../../store-error.ts'
import { lockFolder, openDatabase, openFault } from '../open/database.ts'
import { extendLog } from '../open/extend-log.ts'
import { LongReads } from '../read/long-reads.ts'
import type { CallMessage, Opened, WriteCalls } from '../../thread/messages.ts'
import type { ThreadData } from '../thread/thread-data.ts'
import { isNewWork, newBytesOf } from '../../thread/new-work.ts'
import { CommitMarkFile, removeMark } from '../open/commit-mark.ts'
import { DATABASE_FILE, logOf } from '../open/folder.ts'
import { writeRidingEntry } from './write-audit.ts'
import { openWriterContext, type WriterContext } from './writer-context.ts'
import { Reserve } from '../open/reserve.ts'
import { storeErrorOf } from '../tables/sqlite-errors.ts'
import { release, type ThreadPort } from '../../thread/thread-line.ts'
import type { Task } from '../thread/transactions.ts'

/** Limits of one transaction, which takes in all waiting calls: no caller waits long for the commit. */
const TRANSACTION_MS = 15
const TRANSACTION_CALLS = 512
/** How long the thread waits for the next call outside its event loop, where it notices it sooner; then it returns to the loop. */
const LINGER_MS = 20

/**
 * The writer: the one connection that changes the data folder, on its own thread.
 *
 * Turns the calls that wait into one transaction with one fsync (group commit), in their order, and answers them after it. Between
 * transactions it folds outcomes, removes what is gone and keeps the WAL short, a few ms at a time. Keeps REC-1, REC-2 and REC-5.
 * In memory it also answers the calls that only read.
 */
export class Writer {
  readonly #port: ThreadPort
  readonly #options: ThreadData
  readonly #longReads: LongReads
  #lock: { close(): void } | null = null
  #db: DatabaseSync | null = null
  #context: WriterContext | null = null
  #queue: CallMessage[] = []
  #timer: NodeJS.Timeout | null = null
  #dead = false
  #reportedFullDisk = false
  /** Calls of accepted work that found the disk full: retried once there is space. */
  #again: CallMessage[] = []
  readonly #triedAgain = new WeakSet<CallMessage>()

  constructor(port: ThreadPort, options: ThreadData) {
    this.#port = port
    this.#options = options
    this.#longReads = new LongReads(port)
  }

  /** Does all there is to do, and waits a moment for more; called when a message comes or something is due. */
  work(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    let delayMs: number | null
    for (let quietAtMs = performance.now() + LINGER_MS; ;) {
      const { rung } = this.#port
      const hadCalls = this.#workOff()
      if (this.#dead) return
      const nowMs = performance.now()
      if (hadCalls) quietAtMs = nowMs + LINGER_MS
      delayMs = this.#context?.background.delayMs ?? null
      if (nowMs >= quietAtMs) break
      this.#port.sleep(rung, Math.min(quietAtMs - nowMs, Math.max(delayMs ?? Infinity, 0)))
    }
    if (delayMs !== null) this.#timer = setTimeout(() => this.work(), Math.max(delayMs, 0))
  }

  /** @returns whether there were calls */
  #workOff(): boolean {
    let hadCalls = false
    for (let more = true; more && !this.#dead;) {
      this.#takeMessages()
      if (this.#queue.length > 0) {
        hadCalls = true
        this.#answerSome()
      }
      const moreInBackground = this.#context?.background.step() ?? false
      const moreToRead = this.#longReads.step()
      this.#takeMessages()
      more = this.#queue.length > 0 || moreInBackground || moreToRead
    }
    return hadCalls
  }

  #takeMessages(): void {
    for (let message = this.#port.receive(); message !== undefined; message = this.#port.receive())
      this.#queue.push(message)
  }

  /** Answers the first call, or commits the writes that stand first. */
  #answerSome(): void {
    if (this.#isWrite(this.#queue[0]!)) {
      this.#commitWrites()
      return
    }
    const call = this.#queue.shift()!
    try {
      this.#answer(call)
    } catch (error) {
      this.#failed(call, storeErrorOf(error))
    }
  }

  #answer(call: CallMessage): void {
    switch (call.name) {
      case 'open':
        this.#port.succeed(call.id, this.#open())
        return
      case 'close':
        this.#close()
        this.#port.succeed(call.id, null)
        return
      case 'hurry':
        // Its answers are not lost.
        this.#port.succeed(call.id, null)
        return
      case 'rest':
        this.#context?.background.rest()
        this.#port.succeed(call.id, null)
        return
      case 'fold':
        this.#fold(call as CallMessage<'fold'>)
        return
      case 'countUnwritten':
        this.#port.succeed(call.id, this.#opened.maps.countDirty((call as CallMessage<'countUnwritten'>).args))
        return
      default: {
        const { reader } = this.#opened
        const long = reader.beginLong(call)
        if (long === undefined) this.#port.succeed(call.id, reader.answer(call))
        else this.#longReads.begin(call, long)
      }
    }
  }

  #commitWrites(): void {
    const { transactions, freeDiskSpace, diskSpace } = this.#opened
    const endsAt = performance.now() + TRANSACTION_MS
    let taken = 0
    transactions.run(() => {
      this.#refuseWithoutSpace()
      const call = this.#queue[0]
      if (
        call === undefined ||
        !this.#isWrite(call) ||
        taken >= TRANSACTION_CALLS ||
        (taken > 0 && performance.now() >= endsAt)
      )
        return undefined
      taken++
      this.#queue.shift()
      return this.#taskOf(call)
    })
    if (this.#again.length === 0) return
    const found = freeDiskSpace()
    diskSpace.look()
    for (const call of this.#again) {
      if (!found)
        this.#failed(call, new StoreError('disk_full', 'Cannot write as the disk must have free space: it is full'))
    }
    if (found) this.#queue.unshift(...this.#again)
    this.#again = []
  }

  /** Refuses new work at the front that does not fit beside the reserve for accepted work. */
  #refuseWithoutSpace(): void {
    const { diskSpace } = this.#opened
    for (let call = this.#queue[0]; call !== undefined && isNewWork(call); call = this.#queue[0]) {
      if (diskSpace.take(newBytesOf(call))) return
      this.#queue.shift()
      this.#failed(
        call,
        new StoreError('disk_full', 'Cannot accept new work as the store must have free space: it is full'),
      )
    }
  }

  #taskOf(call: CallMessage<keyof WriteCalls>): Task {
    const { sql, handlers, background, transactions } = this.#opened
    if ('expiredBeforeMs' in call.args) background.setExpiry(call.args.expiredBeforeMs)
    const handler = handlers[call.name] as (args: unknown) => { result: unknown; committed?: () => void }
    let result: unknown
    return {
      run() {
        // Before the call itself: it may remove the job.
        if (call.audit !== undefined) for (const one of call.audit) writeRidingEntry(sql, one, call.args)
        const written = handler(call.args)
        FAILPOINT: failpoint(`store.${failpointOf(call)}.written`)
        result = written.result
        return written
      },
      succeeded: () => {
        FAILPOINT: failpoint(`store.${failpointOf(call)}.durable`)
        this.#reportedFullDisk = false
        this.#port.succeed(call.id, result, transactions.takeCommit())
        if (call.name === 'writeChunks')
          release((call as CallMessage<'writeChunks'>).args.chunks.map(({ body }) => body))
      },
      failed: (error) => {
        if (error.code === 'disk_full' && !isNewWork(call) && !this.#triedAgain.has(call)) {
          this.#triedAgain.add(call)
          this.#again.push(call)
        } else this.#failed(call, error)
      },
    }
  }

  /** Writes the maps of these items' chunks, as far as one step goes. */
  #fold(call: CallMessage<'fold'>): void {
    const { maps, folding, background } = this.#opened
    const { ref, fromIndex, toIndex } = call.args
    const dirty = maps.dirtyOf(ref, fromIndex, toIndex)
    const fold = (): StoreError | null => (dirty.length === 0 ? null : background.run(folding.stepFor(dirty)))
    let failure = fold()
    if (failure?.code === 'disk_full') failure = fold() // the failure has freed disk space, if there was any
    if (failure !== null) throw failure
    this.#port.succeed(call.id, dirty.find((map) => maps.dirty.has(map))?.firstIndex ?? null)
  }

  /** Whether a handler of writes takes the call; before the store is open there are none. */
  #isWrite(call: CallMessage): call is CallMessage<keyof WriteCalls> {
    const handlers = this.#context?.handlers
    return handlers !== undefined && Object.hasOwn(handlers, call.name)
  }

  get #opened(): WriterContext {
    if (this.#context === null)
      throw new StoreError('closed', 'Cannot use the store as it must be started: it is closed')
    return this.#context
  }

  #open(): Opened {
    const { dataDir, maxDataBytes } = this.#options
    try {
      const reserve = dataDir === null ? null : this.#take(dataDir)
      this.#db = openDatabase(dataDir)
      this.#context = openWriterContext(this.#db, {
        ...{ reserve, maxDataBytes },
        onCapacity: (capacity) => this.#port.capacity(capacity),
        onFailure: (error) => this.#backgroundFailed(error),
      })
      // What the last start left in segments: from here on the tables say all.
      const failure = this.#context.background.foldAll()
      if (failure !== null) throw failure
      FAILPOINT: failpoint('store.open.folded')
      this.#context.diskSpace.look()
      const { checkpoints } = this.#context
      if (checkpoints !== null) {
        extendLog(dataDir!, { reserve: reserve!, maxBytes: checkpoints.maxWalBytes })
        const { epoch } = this.#context.counters
        this.#context.marks.begin(CommitMarkFile.open(dataDir!, { epoch, number: this.#context.marks.number }))
      }
    } catch (error) {
      this.#release()
      throw dataDir === null || isOurs(error) ? error : openFault(dataDir, error)
    }
    const { counters, sql } = this.#context
    const { seq: lastAuditSeq } = sql.lastAuditSeq.get() as { seq: number }
    // A copy: what is answered is transferred.
    return { epoch: counters.epoch, firstRef: counters.firstRef, serverKey: counters.serverKey.slice(), lastAuditSeq }
  }

  /** Takes the folder, and finds its reserve. */
  #take(dataDir: string): Reserve {
    try {
      this.#lock = lockFolder(dataDir)
    } catch (error) {
      // Only whoever got it, and then nothing beside it, meets this.
      if (!(error instanceof StoreError && error.code === 'disk_full')) throw error
      if (!new Reserve(dataDir).release()) throw error
      this.#lock = lockFolder(dataDir)
    }
    return openReserve(dataDir)
  }

  #close(): void {
    try {
      this.#context?.background.foldAll() // what it cannot fold, the next start does
      FAILPOINT: failpoint('store.close.folded')
      this.#context?.background.finish()
    } catch (error) {
      this.#port.log('warn', { error: String(error) }, 'Cannot empty the write-ahead log: the next start does it')
    }
    this.#release(true)
    this.#dead = true
  }

  /** @param inOrder all is in the database, unless its log says otherwise */
  #release(inOrder = false): void {
    this.#longReads.abandon()
    this.#context?.marks.close()
    this.#context = null
    this.#db?.close()
    this.#db = null
    const { dataDir } = this.#options
    if (inOrder && dataDir !== null && isLogEmpty(dataDir)) removeMark(dataDir)
    this.#lock?.close()
    this.#lock = null
  }

  #failed(call: CallMessage, error: StoreError): void {
    this.#port.fail(call.id, error)
    if (error.code === 'io' && call.name !== 'open') this.#die(error)
  }

  /** Folding and removing can wait for disk space; nothing can continue after an I/O error, or beside another owner. */
  #backgroundFailed(error: StoreError): void {
    if (error.code === 'io') this.#die(error)
    else if (error.code === 'damaged') this.#port.damaged(error)
    else if (!this.#reportedFullDisk) {
      this.#reportedFullDisk = true
      this.#port.log(
        'warn',
        { code: error.code, error: error.message },
        'Cannot tidy the store: trying again every second',
      )
    }
  }

  #die(error: StoreError): void {
    if (this.#dead) return
    this.#dead = true
    this.#port.fatal(error)
  }
}

/** Submitted jobs, retries, executions and webhooks write different rows by the same call: each has a failpoint of its own. */
function failpointOf({ name, args }: CallMessage<keyof WriteCalls>): StoreWrite {
  if (/Webhook(Events|Backlog)/.test(name)) return 'webhookEvents'
  if (name !== 'publishJobs') return name as StoreWrite
  const { jobs, execution, forward } = args as WriteCalls['publishJobs']['args']
  if (forward !== undefined) return 'publishWebhooks'
  if (execution !== null) return 'publishExecution'
  return jobs.some(({ retries = [] }) => retries.length > 0) ? 'publishJobs' : 'publishJob'
}

function isLogEmpty(dataDir: string): boolean {
  return (statSync(logOf(join(dataDir, DATABASE_FILE)), { throwIfNoEntry: false })?.size ?? 0) === 0
}

/** Returns true for errors of the start, whose messages name the folder already. */
function isOurs(error: unknown): boolean {
  return error instanceof StoreError && error.message.startsWith('Cannot open ')
}

/** A start on a full disk needs the reserve itself. */
function openReserve(dataDir: string): Reserve {
  const reserve = new Reserve(dataDir)
  if (reserve.freeBytes < reserve.targetBytes / 2) reserve.release()
  return reserve
}

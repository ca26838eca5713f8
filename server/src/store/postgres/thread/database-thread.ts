import { monotonicUs } from '../../../runtime/clock.ts'
import { Lease } from '../../../runtime/lease.ts'
import { OutcomeMaps } from '../../outcomes/outcome-maps.ts'
import { readBatch } from '../../../model/outcome-batch.ts'
import { StoreError } from '../../store-error.ts'
import type { CallMessage, Opened, WriteCalls } from '../../thread/messages.ts'
import type { ThreadPort } from '../../thread/thread-line.ts'
import { connect } from '../connection.ts'
import { migrate } from '../open/migrate.ts'
import { Claim } from '../open/claim.ts'
import { listServers } from './list-servers.ts'
import type { Taken } from '../open/take-database.ts'
import { staleServer, storeErrorOf } from '../postgres-errors.ts'
import type { AskRows, Plan } from './plan.ts'
import { writeHandlers } from '../write/write-handlers.ts'
import { chunksOf } from '../write/write-outcomes.ts'
import { Background } from './background.ts'
import { Beats } from './beats.ts'
import { Counters } from './counters.ts'
import { Folding } from './fold.ts'
import { MapRows } from './map-rows.ts'
import { Reader } from './reader.ts'
import { Removals } from './removals.ts'
import type { ThreadData } from './thread-data.ts'
import { send, Transaction } from './transaction.ts'
import { WriteQueue } from './write-queue.ts'
import { WriterConnection } from './writer-connection.ts'

/** How long a beat waits for a connection, at most. */
const CONNECT_MS = 5000

/** From the begin of a stop on, how long a commit whose answer was lost is waited for. */
const DOUBT_MS = 5000

interface SegmentRow {
  readonly channel: string
  readonly seq: number
  readonly records: Uint8Array
  readonly details: Uint8Array | null
}

/** The state of a thread that is open. */
interface Context {
  readonly serverId: number
  readonly maps: OutcomeMaps
  readonly folding: Folding
  readonly background: Background
  readonly queue: WriteQueue
  readonly isWrite: (name: string) => boolean
}

/**
 * The thread of a store on PostgreSQL: one connection writes, some read.
 *
 * Turns the calls that wait into one transaction after another (`write-queue.ts`), answers reads beside that, and between transactions folds outcomes and
 * removes what is gone. Shows that this server is alive. Keeps REC-1, REC-2 and REC-5.
 */
export class DatabaseThread {
  readonly #port: ThreadPort
  readonly #options: ThreadData
  readonly #writer: WriterConnection
  readonly #reader: Reader
  readonly #beats: Beats
  readonly #claim: Claim
  #context: Context | null = null
  /** It is being opened. */
  #opening = false
  readonly #folds: CallMessage<'fold'>[] = []
  #closing: CallMessage | null = null
  #wake: (() => void) | null = null
  #dead = false

  constructor(port: ThreadPort, options: ThreadData) {
    this.#port = port
    this.#options = options
    this.#writer = new WriterConnection(options.databaseUrl, () => this.#refuseWaiting())
    this.#reader = new Reader(() => connect(options.databaseUrl, 'reader'))
    const { databaseUrl, leaseMs, identity, isMember } = options
    this.#beats = new Beats({
      open: () => connect(databaseUrl, 'beat', { timeoutMs: Math.min(leaseMs, CONNECT_MS) }),
      leaseMs,
      lease: Lease.attach(options.lease),
      settings: () => this.#writer.settings,
      onOvertaken: () => this.#closing === null && this.#die(staleServer()),
    })
    this.#claim = new Claim({
      own: { ...identity, leaseMs },
      open: (timeoutMs) => connect(databaseUrl, 'claim', { timeoutMs }),
      isMember,
      onStandby: (state) => port.standby(state),
      onWait: () => port.log('warn', {}, 'Another server has the database: waiting whether it shows a sign of life'),
      log: (level, fields, message) => port.log(level, fields, message),
    })
  }

  /** Takes the messages that wait. */
  take(): void {
    for (let call = this.#port.receive(); call !== undefined; call = this.#port.receive()) this.#takeOne(call)
    this.#wake?.()
  }

  #takeOne(call: CallMessage): void {
    const context = this.#context
    if (call.name === 'open') {
      this.#opening = true
      this.#answer(call, () => this.#open().finally(() => this.#opened()))
      return
    }
    if (call.name === 'hurry') {
      this.#writer.hurry(DOUBT_MS)
      if (context !== null) this.#beats.drain().catch(() => null)
      this.#port.succeed(call.id, null)
      return
    }
    if (call.name === 'close') {
      this.#closing = call
      this.#writer.hurry(0)
      this.#claim.stop()
      if (context === null && !this.#opening) this.#answer(call, () => this.#close())
      return
    }
    if (context === null || this.#dead) {
      const closed = 'Cannot use the store as it must be started: it is closed'
      this.#port.fail(call.id, new StoreError('closed', closed))
    } else if (context.isWrite(call.name)) {
      const write = call as CallMessage<keyof WriteCalls>
      if ('expiredBeforeMs' in write.args) context.background.setExpiry(write.args.expiredBeforeMs)
      context.queue.push(write)
    } else if (call.name === 'fold') this.#folds.push(call as CallMessage<'fold'>)
    else if (call.name === 'countUnwritten')
      this.#port.succeed(call.id, context.maps.countDirty((call as CallMessage<'countUnwritten'>).args))
    else if (call.name === 'rest') {
      context.background.rest()
      this.#port.succeed(call.id, null)
    } else if (call.name === 'listServers') {
      this.#answer(call, () => this.#reader.use(listServers))
    } else if (call.name === 'coverCalls') {
      const { longestMs } = (call as CallMessage<'coverCalls'>).args
      this.#answer(call, () => this.#beats.cover(longestMs))
    } else this.#answer(call, () => this.#reader.answer(call))
  }

  #answer(call: CallMessage, work: () => Promise<unknown>): void {
    work().then(
      (result) => this.#port.succeed(call.id, result),
      (error: unknown) => this.#port.fail(call.id, storeErrorOf(error)),
    )
  }

  /** The end of the open, whatever it is: a close waits for it. */
  #opened(): void {
    this.#opening = false
    const closing = this.#closing
    if (closing !== null && this.#context === null) this.#answer(closing, () => this.#close())
  }

  async #open(): Promise<Opened> {
    try {
      const connection = await connect(this.#options.databaseUrl, 'claim')
      try {
        await migrate(connection)
      } catch (error) {
        connection.destroy()
        throw error
      }
      const taken = await this.#claim.run(connection)
      // What follows may take longer than a lease.
      this.#beats.begin(taken.serverId, taken.sent)
      this.#writer.begin(taken.serverId)
      await this.#writer.open()
      return await this.#begin(taken)
    } catch (error) {
      await this.#beats.close()
      await this.#writer.close()
      throw error
    }
  }

  async #begin(taken: Taken): Promise<Opened> {
    const { serverId, epoch, firstRef, serverKey, quietMs } = taken
    const quietUntilUs = quietMs === 0 ? null : monotonicUs() + quietMs * 1000
    const ask: AskRows = async <Row>(...asked: Parameters<AskRows>) => {
      const [text, ...values] = asked
      return (await send(this.#writer.current, text, values)).rows as readonly Row[]
    }
    const counters = new Counters({ epoch, refCeiling: taken.refCeiling, segmentSeq: taken.foldedSeq })
    const rows = new MapRows()
    const maps = new OutcomeMaps(rows)
    await this.#giveUpDrafts()
    const removals = new Removals(
      (await ask<{ ref: number }>('SELECT ref FROM waybill.removals ORDER BY ref')).map(({ ref }) => ref),
      (await ask<{ ref: number }>('SELECT ref FROM waybill.part_drafts ORDER BY ref')).map(({ ref }) => ref),
    )
    const segments = await ask<SegmentRow>('SELECT channel, seq, records, details FROM waybill.segments ORDER BY seq')
    const batches = segments.map(({ records, details }) => readBatch(records, details))
    await rows.read(this.#writer.current, { chunks: chunksOf(batches), maps })
    for (const [n, { seq }] of segments.entries()) {
      maps.replay(seq, batches[n]!)
      rows.segmentChannels.add(segments[n]!.channel)
      counters.segmentSeq = Math.max(counters.segmentSeq, seq)
    }
    maps.keepLoaded()
    rows.forgetRows()
    const handlers = writeHandlers({
      ...{ counters, maps, rows, removals, ask, serverId },
      readMaps: (read) => rows.read(this.#writer.current, read),
    })
    const queue = new WriteQueue({
      ...{ handlers, counters, maps, rows, ask, connection: this.#writer },
      succeed: (id, result, commit) => this.#port.succeed(id, result, commit),
      fail: (id, error) => this.#port.fail(id, error),
      onFatal: (error) => this.#die(error),
    })
    const folding = new Folding({ maps, rows, counters })
    const background = new Background({ maps, folding, removals, run: (plan: Plan<null>) => queue.run(plan) })
    // What the last start left in segments: from here on the tables say all.
    const failure = await background.foldAll()
    if (failure !== null) throw failure
    const isWrite = (name: string): boolean => Object.hasOwn(handlers, name)
    this.#context = { serverId, maps, folding, background, queue, isWrite }
    void this.#work(this.#context)
    const [last] = await ask<{ seq: number }>('SELECT coalesce(max(seq), 0) AS seq FROM waybill.audit')
    return { epoch, firstRef, serverKey: Uint8Array.from(serverKey), lastAuditSeq: last!.seq, quietUntilUs }
  }

  /** Jobs that were never published and parts that were never appended are removed from now on. @throws StoreError another server has the database */
  async #giveUpDrafts(): Promise<void> {
    const transaction = new Transaction()
    transaction.run('INSERT INTO waybill.removals SELECT ref FROM waybill.drafts ON CONFLICT DO NOTHING')
    transaction.run('DELETE FROM waybill.drafts')
    transaction.run('UPDATE waybill.part_drafts SET abandoned = true')
    const outcome = await this.#writer.commit(transaction)
    if (outcome.kind === 'failed') throw storeErrorOf(outcome.error.cause)
  }

  /** One transaction after another, as long as the store is open. */
  async #work(context: Context): Promise<void> {
    const { queue, background } = context
    while (!this.#dead) {
      const fold = this.#folds.shift()
      if (fold !== undefined) await this.#fold(context, fold)
      else if (queue.length > 0) await queue.writeSome()
      else if (this.#closing !== null) break
      else if ((background.delayMs ?? 1) <= 0) await background.step()
      else await this.#sleep(background.delayMs)
    }
    const closing = this.#closing
    if (closing !== null) this.#answer(closing, () => this.#close())
  }

  /** Until a message comes, or something is due. */
  async #sleep(ms: number | null): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      if (ms !== null) timer = setTimeout(resolve, ms)
    })
    this.#wake = null
    clearTimeout(timer)
  }

  /** Writes the maps of these items' chunks, as far as one transaction goes. */
  async #fold({ maps, folding, queue }: Context, { id, args: { ref, fromIndex, toIndex } }: CallMessage<'fold'>) {
    const dirty = maps.dirtyOf(ref, fromIndex, toIndex)
    const failure = dirty.length === 0 ? null : await queue.run(folding.stepFor(dirty))
    if (failure === null) this.#port.succeed(id, dirty.find((map) => maps.dirty.has(map))?.firstIndex ?? null)
    else this.#port.fail(id, failure)
  }

  /** The outcome of a commit is not known, and the database is away: what waits behind it is refused for now. */
  #refuseWaiting(): void {
    const away = new StoreError('unavailable', 'Cannot reach the database: the connection was lost')
    this.#context?.queue.refuse(away)
    for (const { id } of this.#folds.splice(0)) this.#port.fail(id, away)
  }

  async #close(): Promise<null> {
    const context = this.#context
    this.#context = null
    if (context !== null && !this.#dead) {
      // What it cannot fold, the next start does.
      const failure = await context.background.foldAll()
      if (failure !== null)
        this.#port.log('warn', { code: failure.code }, 'Cannot tidy the store: the next start does it')
      try {
        await this.#beats.giveBack()
      } catch (error) {
        const { code } = storeErrorOf(error)
        this.#port.log('warn', { code }, 'Cannot give the database back: the next start waits for the end of the lease')
      }
    }
    await this.#beats.close()
    await this.#reader.close()
    await this.#writer.close()
    return null
  }

  #die(error: StoreError): void {
    if (this.#dead) return
    this.#dead = true
    this.#port.fatal(error)
    this.#wake?.()
  }
}

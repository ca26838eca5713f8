import { failpoint, type StoreWrite } from '../../../runtime/failpoint.ts'
import type { OutcomeMaps } from '../../outcomes/outcome-maps.ts'
import { StoreError } from '../../store-error.ts'
import type { CallMessage, CommitFacts, WriteCalls } from '../../thread/messages.ts'
import { isNewWork, newBytesOf } from '../../thread/new-work.ts'
import { isMistake, isRetryable, storeErrorOf } from '../postgres-errors.ts'
import { readNamedJobs, writeRidingEntry } from '../write/write-audit.ts'
import type { AskRows, Plan, Written } from './plan.ts'
import type { WriteHandlers } from '../write/write-deps.ts'
import type { Counters } from './counters.ts'
import type { MapRows } from './map-rows.ts'
import { type Found, Transaction } from './transaction.ts'
import type { WriterConnection } from './writer-connection.ts'

/** Limits of one transaction, which takes in all waiting calls: no caller waits long for the commit. */
const TRANSACTION_CALLS = 256
const TRANSACTION_BYTES = 8 * 1024 * 1024
/** How often one that met another transaction is tried again at once. */
const MAX_TRIES = 5

export type WriteCall = CallMessage<keyof WriteCalls>

/** Those that look before they write: they begin a transaction, as all that was written before must be seen. */
const LOOKING: ReadonlySet<string> = new Set<keyof WriteCalls>([
  ...(['appendPart', 'sealJob', 'deleteJob', 'writeRejectedItems', 'saveJobWebhooks', 'purgeWebhookEvents'] as const),
])

export interface WriteQueueDeps {
  readonly handlers: WriteHandlers
  readonly counters: Counters
  readonly maps: OutcomeMaps
  readonly rows: MapRows
  readonly connection: WriterConnection
  readonly ask: AskRows
  succeed(id: number, result: unknown, commit: CommitFacts | null): void
  fail(id: number, error: StoreError): void
  /** Nothing can be written any more. */
  onFatal(error: StoreError): void
}

interface Entry {
  readonly call: WriteCall | null
  readonly plan: Plan<unknown>
}

interface Planned {
  readonly entry: Entry
  readonly written: Written<unknown>
  /** Its statements end before this one. */
  readonly end: number
}

/**
 * Writes calls, many to a transaction (group commit), in their order, each transaction with one round trip.
 *
 * One at fault makes the whole transaction fail, as the database carries out nothing behind it: the others are sent again without it. Memory
 * changes after the commit alone. When the answer to a commit is lost, the database is asked whether it was carried out, before anybody is answered.
 */
export class WriteQueue {
  readonly #deps: WriteQueueDeps
  readonly #calls: WriteCall[] = []

  constructor(deps: WriteQueueDeps) {
    this.#deps = deps
  }

  get length(): number {
    return this.#calls.length
  }

  push(call: WriteCall): void {
    this.#calls.push(call)
  }

  /** Refuses all calls that wait. */
  refuse(error: StoreError): void {
    for (const { id } of this.#calls.splice(0)) this.#deps.fail(id, error)
  }

  /** Writes the calls that stand first. */
  async writeSome(): Promise<void> {
    try {
      await this.#deps.connection.ready()
    } catch (error) {
      const why = storeErrorOf(error)
      this.refuse(why)
      if (endsStore(why)) this.#deps.onFatal(why)
      return
    }
    await this.#commit(await this.#take())
  }

  /** Runs one piece of work of the store's own in a transaction. @returns why it failed, or null */
  async run(plan: Plan<null>): Promise<StoreError | null> {
    try {
      await this.#deps.connection.ready()
    } catch (error) {
      const why = storeErrorOf(error)
      if (endsStore(why)) this.#deps.onFatal(why)
      return why
    }
    return await this.#commit([{ call: null, plan }])
  }

  async #take(): Promise<Entry[]> {
    const { handlers, ask } = this.#deps
    const calls: WriteCall[] = []
    for (let bytes = 0; this.#calls.length > 0 && calls.length < TRANSACTION_CALLS && bytes < TRANSACTION_BYTES;) {
      const call = this.#calls[0]!
      if (calls.length > 0 && looksFirst(call)) break
      this.#calls.shift()
      calls.push(call)
      if (isNewWork(call)) bytes += newBytesOf(call)
    }
    const entries: Entry[] = []
    const refused = new Set<WriteCall>()
    const refuse = (call: WriteCall, error: unknown): void => {
      refused.add(call)
      this.#deps.fail(call.id, storeErrorOf(error))
    }
    try {
      const named = await readNamedJobs(ask, calls)
      for (const call of calls) {
        const handler = handlers[call.name] as (args: unknown) => Plan<unknown> | Promise<Plan<unknown>>
        try {
          entries.push({ call, plan: withAudit(call, await handler(call.args), named) })
        } catch (error) {
          if (!(error instanceof StoreError)) throw error
          refuse(call, error)
        }
      }
      return entries
    } catch (error) {
      // What must be known before cannot be read.
      for (const call of calls) if (!refused.has(call)) refuse(call, error)
      return []
    }
  }

  /** @returns why the work of the store's own failed, or null */
  async #commit(entries: Entry[]): Promise<StoreError | null> {
    const { maps, rows } = this.#deps
    let failure: StoreError | null = null
    const fail = ({ call }: Entry, error: StoreError): void => {
      failure = error
      if (call !== null) this.#deps.fail(call.id, error)
      if (endsStore(error)) this.#deps.onFatal(error)
    }
    for (let tries = 1, left = entries; left.length > 0; tries++) {
      const startedMs = performance.now()
      const { transaction, planned } = this.#plan(left, fail)
      left = planned.map(({ entry }) => entry)
      if (left.length === 0) break
      const saved = this.#deps.counters.saveBy(transaction)
      const outcome = await this.#deps.connection.commit(transaction)
      if (outcome.kind === 'committed') {
        saved()
        maps.keepLoaded()
        rows.forgetRows()
        await this.#succeed(planned, outcome.found, performance.now() - startedMs)
        return failure
      }
      maps.forgetLoaded(0)
      const { statement, cause } = outcome.error
      if (isRetryable(cause) && tries < MAX_TRIES) continue
      const error = storeErrorOf(cause)
      const isOfOne = error.code === 'conflict' || error.code === 'stale_term'
      const at = isOfOne ? planned.findIndex(({ end }) => statement >= 0 && statement < end) : -1
      if (at === -1) {
        for (const { entry } of planned) fail(entry, error)
        break
      }
      fail(planned[at]!.entry, error)
      left = left.filter((_, n) => n !== at)
      tries = 0
    }
    rows.forgetRows()
    return failure
  }

  #plan(
    entries: readonly Entry[],
    fail: (entry: Entry, error: StoreError) => void,
  ): { transaction: Transaction; planned: Planned[] } {
    const { maps, rows } = this.#deps
    const transaction = new Transaction()
    rows.writeBy(transaction)
    const planned: Planned[] = []
    for (const entry of entries) {
      const begin = transaction.length
      const loaded = maps.loadedCount
      try {
        const written = entry.plan(transaction)
        planned.push({ entry, written, end: transaction.length })
      } catch (error) {
        transaction.cut(begin)
        maps.forgetLoaded(loaded)
        // Outcomes that cannot be read are refused alone, and never end the store.
        const isOfData = isMistake(error) && entry.call?.name === 'commitOutcomes'
        fail(entry, isOfData ? new StoreError('conflict', String(error)) : storeErrorOf(error))
      }
    }
    return { transaction, planned }
  }

  /** @param found null: the answer was lost */
  async #succeed(planned: readonly Planned[], found: readonly Found[] | null, durationMs: number): Promise<void> {
    let commit: CommitFacts | null = { durationMs, writes: planned.length }
    for (const { written } of planned) written.committed?.(found)
    for (const { entry, written } of planned) {
      if (entry.call === null) continue
      FAILPOINT: failpoint(`store.${failpointOf(entry.call)}.durable`)
      try {
        const isKnown = found !== null || written.readAgain === undefined
        const result = isKnown ? written.result(found ?? []) : await this.#readAgain(written)
        this.#deps.succeed(entry.call.id, result, commit)
        commit = null
      } catch (error) {
        // It is durable, and what it was cannot be read: its caller may not take it for refused.
        const why = storeErrorOf(error)
        if (why.code === 'unavailable' && this.#deps.connection.isEnding) {
          // Of a stop: nothing repeats it, as nothing is written any more.
          this.#deps.connection.abandon()
          this.#deps.fail(entry.call.id, why)
          continue
        }
        const known = endsStore(why) ? why : new StoreError('io', `Cannot read what was written: ${why.message}`)
        this.#deps.onFatal(known)
      }
    }
  }

  /** Reads the result of a call that was carried out, however long the database is away. */
  async #readAgain(written: Written<unknown>): Promise<unknown> {
    for (;;) {
      try {
        await this.#deps.connection.ready()
        return await written.readAgain!(this.#deps.ask)
      } catch (error) {
        if (storeErrorOf(error).code !== 'unavailable' || this.#deps.connection.isEnding) throw error
        await this.#deps.connection.pause()
      }
    }
  }
}

/** Nothing can be written after it. */
function endsStore({ code }: StoreError): boolean {
  return code === 'io' || code === 'stale_epoch'
}

function looksFirst({ name, args }: WriteCall): boolean {
  if (name !== 'publishJobs') return LOOKING.has(name)
  return (args as WriteCalls['publishJobs']['args']).jobs.some(({ outcomes }) => outcomes.length > 0)
}

function withAudit(
  call: WriteCall,
  plan: Plan<unknown>,
  named: Awaited<ReturnType<typeof readNamedJobs>>,
): Plan<unknown> {
  const { audit = [], args } = call
  if (audit.length === 0) return plan
  return (transaction) => {
    for (const riding of audit) writeRidingEntry(transaction, riding, { args, named })
    return plan(transaction)
  }
}

/** As the other store names them: submitted jobs, retries, executions and webhooks write different rows by the same call. */
function failpointOf({ name, args }: WriteCall): StoreWrite {
  if (/Webhook(Events|Backlog)/.test(name)) return 'webhookEvents'
  if (name !== 'publishJobs') return name as StoreWrite
  const { jobs, execution, forward } = args as WriteCalls['publishJobs']['args']
  if (forward !== undefined) return 'publishWebhooks'
  if (execution !== null) return 'publishExecution'
  return jobs.some(({ retries = [] }) => retries.length > 0) ? 'publishJobs' : 'publishJob'
}

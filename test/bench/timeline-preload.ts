import { appendFileSync } from 'node:fs'
import { StatementSync } from 'node:sqlite'
import { isMainThread, MessagePort, Worker, workerData } from 'node:worker_threads'

/*
 * Loaded into every thread of a server: appends to the file WAYBILL_BENCH_TIMELINE when messages of the way of an item are posted and received, and when
 * a commit starts and ends, a line of JSON each: [time in µs, thread, what].
 */

type Mark = readonly [timeUs: number, thread: string, what: string]

const file = process.env.WAYBILL_BENCH_TIMELINE!
const thread = isMainThread ? 'main' : ((workerData as { role?: string } | null)?.role ?? 'worker')
let marks: Mark[] = []

function mark(what: string): void {
  marks.push([(performance.timeOrigin + performance.now()) * 1000, thread, what])
}

function write(): void {
  if (marks.length > 0) appendFileSync(file, marks.map((one) => `${JSON.stringify(one)}\n`).join(''))
  marks = []
}

interface Message {
  readonly kind?: string
  readonly name?: string
}

function nameOf(message: unknown): string {
  const { kind, name } = (message ?? {}) as Message
  return kind ?? name ?? 'other'
}

type Listener = (value: unknown) => unknown
interface Line {
  postMessage(message: unknown, transfer?: unknown): void
  on(event: string, listener: Listener): unknown
}

for (const { prototype } of [MessagePort, Worker] as unknown as { prototype: Line }[]) {
  const { postMessage, on } = prototype
  prototype.postMessage = function (message, transfer) {
    mark(`post ${nameOf(message)}`)
    postMessage.call(this, message, transfer)
  }
  prototype.on = function (event, listener) {
    const marked: Listener = (value) => {
      mark(`receive ${nameOf(value)}`)
      return listener.call(this, value)
    }
    return on.call(this, event, event === 'message' ? marked : listener)
  }
}

const statements = StatementSync.prototype as unknown as {
  run(this: StatementSync, ...values: unknown[]): unknown
}
const { run } = statements
statements.run = function (...values) {
  if (this.sourceSQL !== 'COMMIT') return run.apply(this, values)
  mark('commit starts')
  const changes = run.apply(this, values)
  mark('commit ended')
  return changes
}

setInterval(write, 1000).unref()
process.on('exit', write)

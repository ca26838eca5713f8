import type { Connector, ConnectorSetup } from '../connectors/connector.ts'
import type { BatchConnector, ItemConnector } from '../connectors/define-connector.ts'
import { loadModuleConnector, moduleConnectorOf } from '../connectors/module-connector.ts'
import { endedWithThread } from '../dispatch/engine-outcomes.ts'
import { encodeLot } from '../dispatch/messages-lot.ts'
import { type FromLane, Pulse } from '../dispatch/messages.ts'
import { type OutcomeSink, WorkerLane } from '../dispatch/worker-lane.ts'
import { Lease } from '../runtime/lease.ts'
import { Gate } from '../limits/gate.ts'
import type { ModuleConnectorConfig } from '../model/channel.ts'
import { type OutcomeRecord, Verdict } from '../model/outcome-batch.ts'
import { silentLogger } from '../runtime/logger.ts'
import { type CheckedTest, checkTest, pathOfModule, type TestConnectorOptions, type TestItem } from './test-options.ts'
import { outcomeOf, type TestOutcome } from './test-outcome.ts'

const EPOCH = 1

/**
 * Delivers items through a connector of your own as the server does, by the same code: items are submitted, cut into calls of `batchSize`
 * (items of one key are in different calls, one after another), and each call has its time. Nothing is retried: each item is called once.
 *
 * Runs on the caller's thread: a connector that blocks it blocks the test, and one that ends the process ends the test.
 * @param connector the object that a module exports as its default, or the path (from the working directory) or URL of a module's file
 * @param items as a client submits them
 * @returns an outcome for each item, in their order. What the connector throws or returns is judged, never thrown
 * @throws TypeError an item or option is invalid: the message names it by its JSON Pointer (`/items/3/id`)
 * @throws Error the module cannot be loaded, or it does not have exactly one of `deliverItem` and `deliverBatch`
 * @example
 * const [outcome] = await testConnector(connector, [{ id: 'sku-1', data: { price: -1 } }])
 * expect(outcome).toMatchObject({ status: 'failed', code: 'http_422', retryable: false })
 */
export async function testConnector(
  connector: ItemConnector | BatchConnector | string | URL,
  items: readonly TestItem[],
  options: TestConnectorOptions = {},
): Promise<TestOutcome[]> {
  const file = typeof connector === 'string' || connector instanceof URL ? pathOfModule(connector) : null
  const test = checkTest(file ?? 'the connector', { items, options })
  const startMs = Date.now()
  const setup: ConnectorSetup = {
    channel: test.job.channel,
    config: test.config,
    allowPrivateAddresses: false,
    logger: options.logger ?? silentLogger,
    throttle() {},
    // Held, so that waits are reported as they were asked for.
    nowMs: () => startMs,
  }
  const config = test.config.connector as ModuleConnectorConfig
  const made = file === null ? moduleConnectorOf(connector, config, setup) : await loadModuleConnector(config, setup)
  try {
    const records = await deliver(test, made)
    return records.map((record, n) => outcomeOf(record, { id: test.items[n]!.id, startMs }))
  } finally {
    await made.close()
  }
}

/** Delivers all items, and returns a record for each in their order. */
async function deliver(test: CheckedTest, connector: Connector): Promise<OutcomeRecord[]> {
  const collected = new CollectedOutcomes(test)
  const gate = new Gate()
  gate.configure(null, 0)
  const lane = new WorkerLane(
    {
      ...{ channel: test.job.channel, config: test.config, gate: gate.shared, pulse: new Pulse().shared, epoch: EPOCH },
      ...{
        port: collected,
        allowPrivateAddresses: false,
        mayHang: true,
        calledBefore: false,
        tracing: null,
        lease: null,
      },
    },
    { connector, resolver: null, gate, lease: Lease.permanent(), outcomeBuffer: collected, onFinished() {} },
  )
  try {
    for (const numbers of lotsOf(test)) {
      lane.receive({
        kind: 'lot',
        buffer: lotOf(test, numbers),
        states: new SharedArrayBuffer(numbers.length),
        base: collected.expect(numbers),
        permits: test.config.concurrency,
      })
      await collected.complete
    }
  } finally {
    lane.close()
  }
  return collected.records
}

/** Cuts items into lots, none of which has two items of a key. Where a job has one key, each item is alone. */
function lotsOf({ items, job }: CheckedTest): number[][] {
  const lots: number[][] = []
  const before = new Map<string, number>()
  items.forEach(({ key }, n) => {
    const lane = job.partitionBy === 'job' ? '' : key
    const at = lane === null ? 0 : (before.get(lane) ?? 0)
    if (lane !== null) before.set(lane, at + 1)
    const lot = (lots[at] ??= [])
    lot.push(n)
  })
  return lots
}

function lotOf({ items, job, attempt }: CheckedTest, numbers: readonly number[]): ArrayBuffer {
  const { jobId, subscription, objectType, action, partitionBy } = job
  const lines = numbers.map((n) => items[n]!.line)
  const none = new Uint32Array(numbers.length)
  return encodeLot([{ ref: 1, jobId, subscription, objectType, action, partitionBy, deadlineAtMs: null }], {
    count: numbers.length,
    ...{ jobs: none, chunks: none, throttled: none, starts: none },
    indexes: numbers,
    itemHandles: numbers,
    attempts: numbers.map(() => attempt),
    bodies: lines,
    ends: lines.map(({ length }) => length),
  })
}

/** Takes the outcomes of a lane in place of the messages to the main thread, and the place of its port. */
class CollectedOutcomes implements OutcomeSink {
  readonly records: OutcomeRecord[] = []
  /** Of the lot that was expected last. */
  complete = Promise.resolve()
  readonly #test: CheckedTest
  /** Item of each number of the lane. */
  readonly #items: number[] = []
  #missing = 0
  #resolve = (): void => {}

  constructor(test: CheckedTest) {
    this.#test = test
  }

  /** Expects an outcome for each of these items. @returns the lane's number of the first of them */
  expect(numbers: readonly number[]): number {
    const base = this.#items.length
    this.#items.push(...numbers)
    this.#missing = numbers.length
    this.complete = new Promise((resolve) => (this.#resolve = resolve))
    return base
  }

  addOutcome(record: OutcomeRecord): void {
    // A call that ends after it was given up has an outcome already.
    if (this.records[record.index] !== undefined) return
    this.records[record.index] = record
    if (--this.#missing === 0) this.#resolve()
  }

  /** Reports calls that did not end in their grace: the server ends the thread for them. */
  postMessage(message: FromLane): void {
    if (message.kind !== 'stuck') return
    const answer = endedWithThread(this.#test.config.connector.timeoutMs)
    message.items.forEach((item, n) => {
      const index = this.#items[item]!
      this.addOutcome({
        ...{ jobRef: 1, chunk: 0, index, itemHandle: index, epoch: EPOCH, attempt: this.#test.attempt, throttled: 0 },
        ...{ httpStatus: 0, verdict: Verdict.unjudged, flags: answer.flags, retryAtMs: 0 },
        ...{ startedAtMs: message.startedAtMs[n]!, endedAtMs: Date.now() },
        detail: Buffer.from(answer.detail ?? ''),
      })
    })
  }

  addUnstarted(): void {}
  freePermits(): void {}
  setBusy(): void {}
  flush(): void {}
  flushIfDue(): void {}
}

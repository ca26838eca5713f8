import { pathToFileURL } from 'node:url'
import type { ModuleConnectorConfig } from '../model/channel.ts'
import { forEachItem, oneDeliveredQuietly } from './answer.ts'
import type { Call, CallItem, CallJob, Connector, ConnectorSetup, ItemAnswer } from './connector.ts'
import type { BatchConnector, DeliverableItem, ItemConnector } from './define-connector.ts'
import { deliveredKey, idempotencyKeyOf, parseItemLine } from './item-line.ts'
import { answerOfResult, isErrorValue, noAnswer } from './module-answer.ts'
import { ModuleChannel } from './module-channel.ts'
import { ModuleContext, ModuleItemContext } from './module-context.ts'
import { withheld } from './withheld.ts'

/**
 * Loads an operator's own connector and makes it ready for calls. Runs its code: only on threads that may be lost.
 * @throws Error the file cannot be loaded, or its export is no connector; the message has the reason
 */
export async function loadModuleConnector(config: ModuleConnectorConfig, setup: ConnectorSetup): Promise<Connector> {
  const module = (await import(pathToFileURL(config.path).href)) as { default?: unknown }
  return moduleConnectorOf(module.default, config, setup)
}

/**
 * Makes the default export of a module ready for calls.
 * @throws Error it is no connector; the message has the reason
 */
export function moduleConnectorOf(exported: unknown, config: ModuleConnectorConfig, setup: ConnectorSetup): Connector {
  const connector = exported as Partial<ItemConnector & BatchConnector> | null | undefined
  const forItems = typeof connector?.deliverItem === 'function'
  const forBatches = typeof connector?.deliverBatch === 'function'
  if (connector == null || forItems === forBatches) {
    const found = connector == null ? 'it exports no default' : forItems ? 'it has both' : 'it has neither'
    throw new Error(
      `Cannot use ${config.path} as its default export must have one of deliverItem and deliverBatch: ${found}`,
    )
  }
  const channel = new ModuleChannel(config, setup)
  return forItems
    ? new ItemModule(connector as ItemConnector, channel)
    : new BatchModule(connector as BatchConnector, channel, config.batchSize)
}

class ItemModule implements Connector {
  readonly batchSize = 1
  readonly #connector: ItemConnector
  readonly #channel: ModuleChannel

  constructor(connector: ItemConnector, channel: ModuleChannel) {
    this.#connector = connector
    this.#channel = channel
  }

  deliver(call: Call): readonly ItemAnswer[] | Promise<readonly ItemAnswer[]> {
    let context: ModuleItemContext | null = null
    let returned: unknown
    let later: PromiseLike<unknown> | null
    try {
      const item = deliverable(call.job, call.items[0]!)
      context = new ModuleItemContext(call, this.#channel, item)
      // To make the item of a long line took its time.
      if (!this.#channel.lease.holds()) return [withheld]
      returned = this.#connector.deliverItem(item, context)
      later = asPromise(returned)
    } catch (error) {
      return this.#thrown(error, { call, context })
    }
    if (later === null) {
      ModuleContext.end(context)
      return this.#delivered(returned, call)
    }
    return Promise.resolve(later).then(
      (result) => {
        ModuleContext.end(context)
        return this.#delivered(result, call)
      },
      (error: unknown) => this.#thrown(error, { call, context }),
    )
  }

  async close(): Promise<void> {
    await this.#channel.close()
  }

  #delivered(result: unknown, call: Call): readonly ItemAnswer[] {
    return result === undefined ? oneDeliveredQuietly : [answerOfResult(result, this.#channel.maskFor(call))]
  }

  #thrown(
    error: unknown,
    { call, context }: { readonly call: Call; readonly context: ModuleContext | null },
  ): readonly ItemAnswer[] | Promise<readonly ItemAnswer[]> {
    const answer = this.#channel.thrown(error, call)
    if (!(answer instanceof Promise)) {
      if (context !== null) ModuleContext.end(context)
      return [answer]
    }
    return answer.then((read) => {
      if (context !== null) ModuleContext.end(context)
      return [read]
    })
  }
}

class BatchModule implements Connector {
  readonly batchSize: number
  readonly #connector: BatchConnector
  readonly #channel: ModuleChannel

  constructor(connector: BatchConnector, channel: ModuleChannel, batchSize: number) {
    this.batchSize = batchSize
    this.#connector = connector
    this.#channel = channel
  }

  deliver(call: Call): readonly ItemAnswer[] | Promise<readonly ItemAnswer[]> {
    let context: ModuleContext | null = null
    let returned: unknown
    let later: PromiseLike<unknown> | null
    try {
      const items = call.items.map((item) => deliverable(call.job, item))
      context = new ModuleContext(call, this.#channel, items[0]!)
      if (!this.#channel.lease.holds()) return forEachItem(call, withheld)
      returned = this.#connector.deliverBatch(items, context)
      later = asPromise(returned)
    } catch (error) {
      return endWith(context, this.#thrown(error, call))
    }
    if (later === null) return endWith(context, this.#answersOf(call, returned))
    return Promise.resolve(later).then(
      (results) => endWith(context, this.#answersOf(call, results)),
      (error: unknown) => endWith(context, this.#thrown(error, call)),
    )
  }

  async close(): Promise<void> {
    await this.#channel.close()
  }

  #thrown(error: unknown, call: Call): readonly ItemAnswer[] | Promise<readonly ItemAnswer[]> {
    const answer = this.#channel.thrown(error, call)
    return answer instanceof Promise ? answer.then((read) => forEachItem(call, read)) : forEachItem(call, answer)
  }

  #answersOf(call: Call, results: unknown): readonly ItemAnswer[] | Promise<readonly ItemAnswer[]> {
    const count = call.items.length
    try {
      if (!Array.isArray(results) || results.length !== count) {
        const got = Array.isArray(results) ? `a list of ${results.length}` : results === null ? 'null' : typeof results
        return forEachItem(
          call,
          noAnswer(`deliverBatch must return a list with one result for each of ${count} items: it returned ${got}`),
        )
      }
      const mask = this.#channel.maskFor(call)
      const answers = new Array<ItemAnswer | Promise<ItemAnswer>>(count)
      /** One error may stand for many items: its response is read once. */
      let read: Map<unknown, Promise<ItemAnswer>> | null = null
      for (let n = 0; n < count; n++) {
        const result: unknown = results[n]
        if (!isErrorValue(result)) {
          answers[n] = answerOfResult(result, mask)
          continue
        }
        const answer = read?.get(result) ?? this.#channel.thrown(result, call)
        if (answer instanceof Promise) (read ??= new Map()).set(result, answer)
        answers[n] = answer
      }
      return read === null ? (answers as ItemAnswer[]) : Promise.all(answers.map((answer) => Promise.resolve(answer)))
    } catch {
      return forEachItem(call, noAnswer('deliverBatch returned a list that cannot be read'))
    }
  }
}

/** Ends the requests of a call as its answers are there. */
function endWith(
  context: ModuleContext | null,
  answers: readonly ItemAnswer[] | Promise<readonly ItemAnswer[]>,
): readonly ItemAnswer[] | Promise<readonly ItemAnswer[]> {
  if (context === null) return answers
  if (!(answers instanceof Promise)) {
    ModuleContext.end(context)
    return answers
  }
  return answers.then((read) => {
    ModuleContext.end(context)
    return read
  })
}

function deliverable(job: CallJob, item: CallItem): DeliverableItem {
  const fields = parseItemLine(item.line)
  return Object.freeze({
    index: item.index,
    id: fields.id,
    partitionKey: deliveredKey(fields, job.partitionBy),
    action: fields.action ?? job.action,
    data: fields.data ?? null,
    attempt: item.attempt,
    idempotencyKey: idempotencyKeyOf(job.jobId, item.index),
  })
}

/** Returns a value as a promise, of any implementation; null: a plain value. A `then` that throws is the connector's error. */
function asPromise(value: unknown): PromiseLike<unknown> | null {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return null
  return typeof (value as { then?: unknown }).then === 'function' ? (value as PromiseLike<unknown>) : null
}

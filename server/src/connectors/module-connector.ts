import { pathToFileURL } from 'node:url'
import type { Credentials, ModuleConnectorConfig } from '../model/channel.ts'
import type { Logger } from '../runtime/logger.ts'
import { forEachItem, oneDeliveredQuietly } from './answer.ts'
import { ChannelSecrets } from './channel-secrets.ts'
import type { Call, CallItem, CallJob, Connector, ConnectorSetup, ItemAnswer } from './connector.ts'
import type {
  BatchConnector,
  BatchContext,
  DeliverableItem,
  DeliveryJob,
  ItemConnector,
  ItemContext,
} from './define-connector.ts'
import { deliveredKey, idempotencyKeyOf, parseItemLine } from './item-line.ts'
import { answerOfResult, answerOfThrown, isErrorValue, noAnswer } from './module-answer.ts'
import type { SecretMask } from './secret-mask.ts'

/**
 * Loads an operator's own connector and makes it ready for calls. Runs its code: only on threads that may be lost.
 * @throws Error the file cannot be loaded, or its export is no connector; the message has the reason
 */
export async function loadModuleConnector(config: ModuleConnectorConfig, setup: ConnectorSetup): Promise<Connector> {
  const module = (await import(pathToFileURL(config.path).href)) as { default?: unknown }
  const connector = module.default as Partial<ItemConnector & BatchConnector> | null | undefined
  const forItems = typeof connector?.deliverItem === 'function'
  const forBatches = typeof connector?.deliverBatch === 'function'
  if (connector == null || forItems === forBatches) {
    const found = connector == null ? 'it exports no default' : forItems ? 'it has both' : 'it has neither'
    throw new Error(
      `Cannot use ${config.path} as its default export must have one of deliverItem and deliverBatch: ${found}`,
    )
  }
  return forItems
    ? new ItemModule(connector as ItemConnector, setup)
    : new BatchModule(connector as BatchConnector, config, setup)
}

class ItemModule implements Connector {
  readonly batchSize = 1
  readonly #connector: ItemConnector
  readonly #logger: Logger
  readonly #secrets: ChannelSecrets

  constructor(connector: ItemConnector, setup: ConnectorSetup) {
    this.#connector = connector
    this.#logger = setup.logger
    this.#secrets = new ChannelSecrets(setup.config.connector)
  }

  deliver(call: Call): readonly ItemAnswer[] | Promise<readonly ItemAnswer[]> {
    let returned: unknown
    let later: PromiseLike<unknown> | null
    try {
      const item = deliverable(call.job, call.items[0]!)
      returned = this.#connector.deliverItem(item, new ModuleItemContext(call, this.#logger, item))
      if (returned === undefined) return oneDeliveredQuietly
      later = asPromise(returned)
    } catch (error) {
      return [answerOfThrown(error, Date.now(), this.#secrets.maskFor(call.credentials, null))]
    }
    if (later === null) return [answerOfResult(returned, this.#secrets.maskFor(call.credentials, null))]
    return Promise.resolve(later).then(
      (result) =>
        result === undefined
          ? oneDeliveredQuietly
          : [answerOfResult(result, this.#secrets.maskFor(call.credentials, null))],
      (error: unknown) => [answerOfThrown(error, Date.now(), this.#secrets.maskFor(call.credentials, null))],
    )
  }

  async close(): Promise<void> {}
}

class BatchModule implements Connector {
  readonly batchSize: number
  readonly #connector: BatchConnector
  readonly #logger: Logger
  readonly #secrets: ChannelSecrets

  constructor(connector: BatchConnector, config: ModuleConnectorConfig, setup: ConnectorSetup) {
    this.batchSize = config.batchSize
    this.#connector = connector
    this.#logger = setup.logger
    this.#secrets = new ChannelSecrets(setup.config.connector)
  }

  deliver(call: Call): readonly ItemAnswer[] | Promise<readonly ItemAnswer[]> {
    let returned: unknown
    let later: PromiseLike<unknown> | null
    const mask = this.#secrets.maskFor(call.credentials, null)
    try {
      const items = call.items.map((item) => deliverable(call.job, item))
      returned = this.#connector.deliverBatch(items, new ModuleContext(call, this.#logger, items[0]!))
      later = asPromise(returned)
    } catch (error) {
      return forEachItem(call, answerOfThrown(error, Date.now(), mask))
    }
    if (later === null) return answersOf(call, returned, mask)
    return Promise.resolve(later).then(
      (results) => answersOf(call, results, mask),
      (error: unknown) => forEachItem(call, answerOfThrown(error, Date.now(), mask)),
    )
  }

  async close(): Promise<void> {}
}

function answersOf(call: Call, results: unknown, mask: SecretMask): readonly ItemAnswer[] {
  const count = call.items.length
  try {
    if (!Array.isArray(results) || results.length !== count) {
      const got = Array.isArray(results) ? `a list of ${results.length}` : results === null ? 'null' : typeof results
      return forEachItem(
        call,
        noAnswer(`deliverBatch must return a list with one result for each of ${count} items: it returned ${got}`),
      )
    }
    const answers: ItemAnswer[] = new Array<ItemAnswer>(count)
    for (let n = 0; n < count; n++) {
      const result: unknown = results[n]
      answers[n] = isErrorValue(result) ? answerOfThrown(result, Date.now(), mask) : answerOfResult(result, mask)
    }
    return answers
  } catch {
    return forEachItem(call, noAnswer('deliverBatch returned a list that cannot be read'))
  }
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

/** The context of a call. Costly members are made at their first use: most connectors use none of them. */
class ModuleContext implements BatchContext {
  readonly #call: Call
  readonly logger: Logger
  readonly #first: DeliverableItem

  constructor(call: Call, logger: Logger, first: DeliverableItem) {
    this.#call = call
    this.logger = logger
    this.#first = first
  }

  get signal(): AbortSignal {
    return this.#call.signal
  }
  get epoch(): number {
    return this.#call.epoch
  }
  get credentials(): Credentials | null {
    return this.#call.credentials
  }
  get job(): DeliveryJob {
    const { jobId, subscription, channel, objectType } = this.#call.job
    return { id: jobId, subscription, channel, objectType, action: this.#first.action }
  }
}

class ModuleItemContext extends ModuleContext implements ItemContext {
  readonly attempt: number
  readonly idempotencyKey: string

  constructor(call: Call, logger: Logger, item: DeliverableItem) {
    super(call, logger, item)
    this.attempt = item.attempt
    this.idempotencyKey = item.idempotencyKey
  }
}

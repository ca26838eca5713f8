import type { Credentials } from '../model/channel.ts'
import { failed, mergeAnswers } from './answer.ts'
import type { Call, CallItem, CallJob, Connector, ItemAnswer } from './connector.ts'
import { parseItemLine } from './item-line.ts'
import type { ItemSchema } from './item-schema/item-schema.ts'
import type { SchemaFault } from './item-schema/schema-run.ts'

/** Calls another connector with the items whose data is valid by the channel's `itemSchema`; the others end without a call. */
export class ItemSchemaConnector implements Connector {
  readonly batchSize: number
  readonly #inner: Connector
  readonly #schema: ItemSchema

  constructor(inner: Connector, schema: ItemSchema) {
    this.batchSize = inner.batchSize
    this.#inner = inner
    this.#schema = schema
  }

  refusals(call: Call): readonly (ItemAnswer | null)[] | null {
    let refusals: (ItemAnswer | null)[] | null = null
    for (const [n, item] of call.items.entries()) {
      const faults = this.#faultsOf(item, call.job)
      if (faults.length > 0) (refusals ??= call.items.map(() => null))[n] = mismatch(faults)
    }
    return this.#inner.refusals === undefined ? refusals : this.#withInner(call, refusals)
  }

  /** Merges ours with those of the inner connector, which is asked about the valid items alone. */
  #withInner(call: Call, ours: readonly (ItemAnswer | null)[] | null): readonly (ItemAnswer | null)[] | null {
    if (ours === null) return this.#inner.refusals!(call)
    const items = call.items.filter((_item, n) => ours[n] === null)
    const theirs = items.length === 0 ? null : this.#inner.refusals!(new CallOfSome(call, items))
    if (theirs === null) return ours
    let next = 0
    return ours.map((refusal) => refusal ?? theirs[next++]!)
  }

  deliver(call: Call): readonly ItemAnswer[] | Promise<readonly ItemAnswer[]> {
    const refusals = call.refusals === undefined ? this.refusals(call) : call.refusals
    if (refusals === null) return this.#inner.deliver(call)
    const items = call.items.filter((_item, n) => refusals[n] === null)
    if (items.length === 0) return mergeAnswers(refusals, [])
    const answers = this.#inner.deliver(new CallOfSome(call, items))
    return answers instanceof Promise
      ? answers.then((later) => mergeAnswers(refusals, later))
      : mergeAnswers(refusals, answers)
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  /** An item without data has the data null, as for connectors; only one that deletes needs none. */
  #faultsOf({ line }: CallItem, job: CallJob): readonly SchemaFault[] {
    const { data = null, action = job.action } = parseItemLine(line)
    return data === null && action === 'delete' ? [] : this.#schema.check(data).faults
  }
}

function mismatch(faults: readonly SchemaFault[]): ItemAnswer {
  const [{ pointer, detail }] = faults as readonly [SchemaFault]
  const answer = failed({
    code: 'item_schema_mismatch',
    origin: 'engine',
    title: 'The data is not valid by the schema of the channel',
    detail: `${pointer} ${detail}${faults.length > 1 ? ` (and ${faults.length - 1} more in errors)` : ''}`,
    retryable: false,
    hint: false,
    pointer,
    errors: faults,
  })
  return { ...answer, uncalled: true }
}

/** A call without some of its items. */
class CallOfSome implements Call {
  readonly job: CallJob
  readonly items: readonly CallItem[]
  readonly epoch: number
  readonly credentials: Credentials | null
  readonly #whole: Call

  constructor(whole: Call, items: readonly CallItem[]) {
    this.job = whole.job
    this.items = items
    this.epoch = whole.epoch
    this.credentials = whole.credentials
    this.#whole = whole
  }

  get traceparent(): string {
    return this.#whole.traceparent
  }

  get tracestate(): string | null {
    return this.#whole.tracestate
  }

  get signal(): AbortSignal {
    return this.#whole.signal
  }

  get timeLeftMs(): number {
    return this.#whole.timeLeftMs
  }

  get timedOut(): boolean {
    return this.#whole.timedOut
  }

  get onTimedOut(): Call['onTimedOut'] {
    return this.#whole.onTimedOut
  }

  set onTimedOut(listener: Call['onTimedOut']) {
    this.#whole.onTimedOut = listener
  }
}

import type { Credentials } from '../model/channel.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Call } from './connector.ts'
import type { BatchContext, ConnectorFetch, DeliverableItem, DeliveryJob, ItemContext } from './define-connector.ts'
import { CallRequests, type ModuleRequests } from './module-requests.ts'

/** The context of a call. Costly members are made at their first use: most connectors use none of them. */
export class ModuleContext implements BatchContext {
  readonly #call: Call
  readonly #requests: ModuleRequests
  #ofCall: CallRequests | null = null
  #ended = false
  readonly logger: Logger
  readonly #first: DeliverableItem

  constructor(
    call: Call,
    deps: { readonly logger: Logger; readonly requests: ModuleRequests },
    first: DeliverableItem,
  ) {
    this.#call = call
    this.logger = deps.logger
    this.#requests = deps.requests
    this.#first = first
  }

  /** Ends the requests of a call that has returned; later ones fail at once. */
  static end(context: ModuleContext): void {
    context.#ended = true
    context.#ofCall?.end()
  }

  get signal(): AbortSignal {
    return this.#call.signal
  }
  get timeLeftMs(): number {
    return this.#call.timeLeftMs
  }
  get epoch(): number {
    return this.#call.epoch
  }
  get credentials(): Credentials | null {
    return this.#call.credentials
  }
  get traceparent(): string {
    return this.#call.traceparent
  }
  get job(): DeliveryJob {
    const { jobId, subscription, channel, objectType } = this.#call.job
    return { id: jobId, subscription, channel, objectType, action: this.#first.action }
  }
  get fetch(): ConnectorFetch {
    if (this.#ofCall === null) {
      this.#ofCall = new CallRequests(this.#requests, this.#call)
      if (this.#ended) this.#ofCall.end()
    }
    return this.#ofCall.fetch
  }
}

export class ModuleItemContext extends ModuleContext implements ItemContext {
  readonly attempt: number
  readonly idempotencyKey: string

  constructor(call: Call, deps: { readonly logger: Logger; readonly requests: ModuleRequests }, item: DeliverableItem) {
    super(call, deps, item)
    this.attempt = item.attempt
    this.idempotencyKey = item.idempotencyKey
  }
}

import type { FastifyRequest } from 'fastify'
import type { Clock } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/logger.ts'
import { addressGroup } from '../../model/address-range.ts'
import type { ProblemError } from '../../model/errors.ts'

/** An address has a line of its own once in this time; the rest of its refusals is added up. */
const SPACING_MS = 60_000
/** Addresses with lines of their own within it: all others share one. */
const MAX_ADDRESSES = 32
const OTHERS = 'others'

/**
 * Logs requests that were refused for their token: the first of an address at once, what follows within a minute as a count. Never a token. A flood
 * from anywhere writes at most 66 lines a minute.
 */
export class RefusedTokens {
  readonly #clock: Pick<Clock, 'after'>
  readonly #logger: Logger
  /** By address, those that were not logged. */
  readonly #held = new Map<string, number>()
  #cancel: (() => void) | null = null

  constructor({ clock, logger }: { readonly clock: Pick<Clock, 'after'>; readonly logger: Logger }) {
    this.#clock = clock
    this.#logger = logger
  }

  /** Takes every refusal: those that are about a token, or want one, are logged. */
  note(problem: ProblemError, request: FastifyRequest): void {
    const { token, subscription } = request.caller
    if (problem.code !== 'unauthenticated' && (problem.code !== 'forbidden' || token === null)) return
    const group = addressGroup(request.callerAddress)
    const address = this.#held.has(group) || this.#held.size < MAX_ADDRESSES ? group : OTHERS
    const count = this.#held.get(address)
    if (count !== undefined) {
      this.#held.set(address, count + 1)
      return
    }
    this.#held.set(address, 0)
    this.#cancel ??= this.#clock.after(SPACING_MS, () => this.flush())
    const operation = request.routeOptions.config.operation?.operationId
    const who = token === null ? {} : { tokenId: token.id, subscription }
    const status = problem.code === 'forbidden' ? 403 : 401
    const fields = { requestId: request.id, operation, status, address, ...who, reason: problem.code }
    this.#logger.warn(fields, 'Token refused')
  }

  /** Logs what was added up, and begins anew. */
  flush(): void {
    this.#cancel?.()
    this.#cancel = null
    for (const [address, count] of this.#held) {
      if (count > 0) this.#logger.warn({ address, count }, 'More tokens refused')
    }
    this.#held.clear()
  }
}

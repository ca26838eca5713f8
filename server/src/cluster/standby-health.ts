import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Active, ActiveServer } from './active-server.ts'
import type { Forwarder, ProbeAnswer } from './forwarder.ts'

/** Load balancers ask every few seconds, each of them: the active server is asked once a second. */
const FRESH_MS = 1000

export interface StandbyHealthOptions {
  readonly active: ActiveServer
  readonly forwarder: Forwarder
  readonly clock: Clock
}

/** Whether requests can be forwarded, as `/healthz/ready` of a standby reports it. */
export class StandbyHealth {
  readonly #options: StandbyHealthOptions
  #last: { readonly atMs: number; readonly of: Active; readonly answer: Promise<ProbeAnswer | null> } | null = null
  /** The last server that refused the tokens of this one. */
  #refusedBy: number | null = null

  constructor(options: StandbyHealthOptions) {
    this.#options = options
  }

  /** Returns the readiness of the active server, at most a second old. Null: there is none, or it cannot be reached. */
  async read(): Promise<ProbeAnswer | null> {
    const { active, forwarder, clock } = this.#options
    const { current } = active
    if (current === null) return null
    const nowMs = clock.monotonicUs() / 1000
    if (this.#last?.of !== current || nowMs - this.#last.atMs >= FRESH_MS) {
      this.#last = { atMs: nowMs, of: current, answer: forwarder.probe(current.address, '/healthz/ready') }
    }
    return await this.#last.answer
  }

  /** Reports, once for each active server, that it refuses this one. */
  noteRefusal({ serverId, address }: Active, logger: Logger): void {
    if (this.#refusedBy === serverId) return
    this.#refusedBy = serverId
    logger.error(
      { active: address },
      'The active server refuses this one: the cluster secret must be the same on all servers, their clocks within 30 s, and the address that of the server',
    )
  }
}

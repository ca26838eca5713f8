import type { ApiPaths } from '@waybill/spec/rules'
import type { HttpPorts } from '../http/http-ports.ts'
import type { ServerTls } from '../http/server.ts'
import type { ClusterSettings } from '../config/cluster-settings.ts'
import type { Clock } from '../runtime/clock.ts'
import { listenerUrl } from '../runtime/listener-url.ts'
import type { Logger } from '../runtime/logger.ts'
import { type Active, ActiveServer } from './active-server.ts'
import { Forwarder } from './forwarder.ts'
import { type ForwardedHandler, PeerListener } from './peer-listener.ts'
import { PeerTokens } from './peer-tokens.ts'
import { StandbyListener } from './standby-listener.ts'

/** Requests that a standby has forwarded may take as long as running calls do when a server stops. */
const LAST_FORWARDS_MS = 30_000
/** Requests of other servers that run when this one stops being active: as for those of its own port. */
const LAST_ANSWERS_MS = 5000
/** Answers of its own that are on their way when a standby becomes active. */
const LAST_REFUSALS_MS = 50

export interface ClusterMemberOptions {
  readonly config: HttpPorts['config'] & { readonly host: string; readonly port: number }
  readonly cluster: ClusterSettings
  readonly configHash: string
  readonly tls: ServerTls | null
  readonly paths: ApiPaths
  readonly clock: Clock
  readonly logger: Logger
  /** Called when the public port of the standby cannot be opened. */
  readonly onFault: (error: Error) => void
}

/**
 * A server among those of a cluster: has the peer port while it lives, and the public port while it is a standby. Becomes active once, when its store
 * has the database; whoever loses that ends its process.
 */
export class ClusterMember {
  readonly #options: ClusterMemberOptions
  readonly #active = new ActiveServer()
  readonly #forwarder: Forwarder
  readonly #peers: PeerListener
  readonly #front: StandbyListener
  /** The public port opens; null: it has not been asked to. */
  #opening: Promise<void> | null = null

  constructor(options: ClusterMemberOptions) {
    const { config, cluster, configHash, tls, paths, clock, logger } = options
    this.#options = options
    const { secret, address, listen, leaseSeconds } = cluster
    const tokens = new PeerTokens({ secret, address, clock })
    this.#peers = new PeerListener({ listen, tokens, configHash, logger })
    this.#forwarder = new Forwarder({ tokens, configHash })
    this.#front = new StandbyListener({
      ...{ config, tls, paths, leaseSeconds, clock, logger },
      ...{ host: config.host, port: config.port, active: this.#active, forwarder: this.#forwarder },
    })
  }

  /** The listener of the standby, whose certificate can be replaced. */
  get server(): StandbyListener['server'] {
    return this.#front.server
  }

  /** Opens the peer port. @throws Error it cannot listen there */
  async start(): Promise<void> {
    await this.#peers.start()
  }

  /** Takes a report of the store that it waits: which server is active; one without an address takes no forwards. */
  onStandby(reported: Active | null): void {
    const active = reported?.address === '' ? null : reported
    const before = this.#active.current
    this.#active.set(active)
    // What it has not answered it will not answer.
    if (before !== null && before.serverId !== active?.serverId) this.#forwarder.abort()
    this.#opening ??= this.#open()
    void this.#report(active)
  }

  /** Takes the report of the store that it has the database: nobody else can answer any more, and this server cannot yet. */
  onTaken(): void {
    this.#active.set(null)
    this.#forwarder.abort()
    if (this.#opening !== null) this.#front.endConnections()
  }

  /** Passes requests of other servers on to this one, and closes the port of the standby. @returns its number; null: it had none */
  async activate(handler: ForwardedHandler): Promise<number | null> {
    this.#peers.serve(handler)
    await this.#opening
    const { port } = this.#front
    await this.#front.stop(LAST_REFUSALS_MS)
    this.#forwarder.close()
    return port
  }

  /** Resolves when the requests of other servers that run have been answered; then no further one is passed on. */
  async drain(): Promise<void> {
    await this.#peers.drain(LAST_ANSWERS_MS)
  }

  /** Ends its listeners; running forwards end before, up to 30 s. */
  async stop(): Promise<void> {
    await this.#front.stop(LAST_FORWARDS_MS)
    this.#forwarder.close()
    await this.#peers.stop()
  }

  async #open(): Promise<void> {
    try {
      await this.#front.start()
      const { config, tls, logger } = this.#options
      const url = listenerUrl(this.#front.server, { ...config, tls })
      logger.info({ url, role: 'standby', pid: process.pid }, 'Listening as a standby')
    } catch (error) {
      this.#options.onFault(error as Error)
    }
  }

  async #report(active: Active | null): Promise<void> {
    await this.#opening
    const { logger, configHash } = this.#options
    if (active === null) {
      logger.warn({}, 'Standing by without an active server: requests are refused')
      return
    }
    const answer = await this.#forwarder.probe(active.address, '/healthz/live')
    if (this.#active.current !== active) return
    const fields = { active: active.address, serverId: active.serverId }
    if (answer === null)
      logger.warn(fields, 'Standing by, but the active server cannot be reached: requests are refused')
    else logger.info(fields, 'Standing by for the active server')
    const other = answer?.headers['waybill-peer-config']
    if (other !== undefined && other !== configHash) {
      logger.warn(
        { ...fields, configHash, other },
        'The active server has another configuration: after a takeover, that of this one is in effect',
      )
    }
  }
}

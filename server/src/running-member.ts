import type { Server as TlsServer } from 'node:https'
import { hostname } from 'node:os'
import { apiPaths } from '@waybill/spec/rules'
import packageJson from '../package.json' with { type: 'json' }
import { createMember, type ServerOptions } from './app.ts'
import { ClusterMember } from './cluster/cluster-member.ts'
import { configHash } from './cluster/config-hash.ts'
import type { Config } from './config.ts'
import type { ClusterSettings } from './config/cluster-settings.ts'
import { readTlsFiles } from './config/tls-files.ts'
import type { StoreMember } from './open-store.ts'
import { systemClock } from './runtime/clock.ts'
import type { Logger } from './runtime/logger.ts'
import { replaceCertificate } from './tls-certificate.ts'

type Server = Awaited<ReturnType<typeof createMember>>

export interface RunningMemberOptions {
  readonly options: ServerOptions
  readonly logger: Logger
  /** Of the key ring, newest first. */
  readonly keyIds: readonly string[]
}

/**
 * The process as a server of a cluster: a standby until its store has the database, then the active one, on the same public port. Called by
 * `program.ts`.
 */
export class RunningMember {
  readonly #config: Config & { readonly cluster: ClusterSettings }
  readonly #options: ServerOptions
  readonly #logger: Logger
  readonly #member: ClusterMember
  readonly #hash: string
  /** Ends the store's wait. Null: it has not begun, or is over. */
  #stopWaiting: (() => Promise<void>) | null = null
  #starting: Promise<Server> | null = null
  #app: Server | null = null
  #fail: (error: Error) => void = () => {}
  readonly #failed: Promise<never>

  constructor(
    config: Config & { readonly cluster: ClusterSettings },
    { options, logger, keyIds }: RunningMemberOptions,
  ) {
    this.#config = config
    this.#options = options
    this.#logger = logger
    this.#hash = configHash(config, keyIds)
    this.#failed = new Promise((_, reject) => (this.#fail = reject))
    this.#failed.catch(() => undefined)
    this.#member = new ClusterMember({
      ...{ config, cluster: config.cluster, configHash: this.#hash, clock: systemClock, logger },
      tls: config.tls === null ? null : readTlsFiles(config.tls),
      paths: apiPaths(config.publicUrl ?? ''),
      onFault: (error) => this.#fail(error),
    })
  }

  /** The public listener of now. */
  get listener(): unknown {
    return (this.#app ?? this.#member).server
  }

  /** Resolves when this server is active and listens: at once, or after hours. @throws Error it cannot start, or cannot listen */
  async start(): Promise<Server> {
    await this.#member.start()
    this.#starting = this.#activate()
    return await Promise.race([this.#starting, this.#failed])
  }

  /** Ends it: of a standby forwards that run, of the active server calls that run. Whoever stands by takes its place then. */
  async stop(): Promise<void> {
    const stopWaiting = this.#stopWaiting
    if (stopWaiting !== null) {
      await stopWaiting()
    } else {
      const app = await this.#starting
      await app?.close()
    }
    await this.#member.stop()
  }

  async #activate(): Promise<Server> {
    const { address, leaseSeconds } = this.#config.cluster
    const member = this.#member
    const ofStore: StoreMember = {
      identity: { address, name: hostname(), version: packageJson.version, configHash: this.#hash },
      leaseMs: leaseSeconds * 1000,
      onStandby: ({ active }) => member.onStandby(active),
      onOpening: (stop) => (this.#stopWaiting = stop),
      onTaken: () => {
        this.#stopWaiting = null
        member.onTaken()
      },
    }
    const app = await createMember(this.#config, this.#options, ofStore)
    app.addHook('preClose', () => member.drain())
    await app.ready()
    // It was read when this server began to wait, which may be months ago.
    const { tls } = this.#config
    if (tls !== null) replaceCertificate(app.server as unknown as TlsServer, { tls, logger: this.#logger })
    this.#app = app
    const port = await member.activate((request, response) => app.routing(request, response))
    await app.listen({ port: port ?? this.#config.port, host: this.#config.host })
    return app
  }
}

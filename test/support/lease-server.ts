import { createServerOver } from '../../server/src/app.ts'
import { type ConfigInput, createConfig } from '../../server/src/create-config.ts'
import { jsonLogger } from '../../server/src/runtime/json-logger.ts'
import { Telemetry } from '../../server/src/runtime/telemetry.ts'
import { newKeyRing } from '../../server/src/secrets/open-key-ring.ts'
import { createPostgresStore } from '../../server/src/store/postgres/postgres-store.ts'

/** The settings of a process that `LeaseProcess` starts. */
export interface LeaseServerSettings {
  readonly name: string
  readonly databaseUrl: string
  readonly leaseMs: number
  readonly channels: ConfigInput['channels']
}

/** Its reports, a line of JSON each. */
export type LeaseServerReport =
  | { readonly kind: 'standby'; readonly active: number | null }
  | { readonly kind: 'active'; readonly port: number; readonly epoch: number; readonly quietMs: number | null }
  | { readonly kind: 'fatal'; readonly code: string }

// A server on PostgreSQL that waits as a standby until it has the database, as a process of its own.
const { name, databaseUrl, leaseMs, channels } = JSON.parse(process.env['LEASE_SERVER']!) as LeaseServerSettings
const logger = jsonLogger()
const telemetry = new Telemetry(logger)

function report(line: LeaseServerReport): void {
  process.stdout.write(`REPORT ${JSON.stringify(line)}\n`)
}

function onFatal(error: unknown): void {
  report({ kind: 'fatal', code: (error as { code?: string }).code ?? String(error) })
  setImmediate(() => process.exit(1))
}

const store = createPostgresStore({
  ...{ databaseUrl, leaseMs, logger, telemetry, onFatal, keyRing: newKeyRing() },
  member: {
    ...{ name, address: `http://${name}.test`, version: '0.0.0', configHash: '' },
    onStandby: ({ active }) => report({ kind: 'standby', active: active?.serverId ?? null }),
  },
})
await store.start()
const config = createConfig({ store: 'memory', dev: true, port: 0, channels })
const app = await createServerOver(() => store, config, { logger, telemetry, onFatal })
await app.listen({ host: '127.0.0.1', port: 0 })
const { untilMs } = store.quiet
const quietMs = untilMs === null ? null : untilMs - performance.now()
report({ kind: 'active', port: (app.server.address() as { port: number }).port, epoch: store.epoch, quietMs })
process.on('SIGTERM', () => void app.close().then(() => process.exit(0)))

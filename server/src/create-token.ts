import { rmSync } from 'node:fs'
import { AccessTokens } from './access/access-tokens.ts'
import type { TokenCommand } from './config/token-command.ts'
import { WallTimes } from './jobs/wall-times.ts'
import type { AccessTokenRecord } from './model/access-token.ts'
import type { Caller } from './model/caller.ts'
import { systemClock } from './runtime/clock.ts'
import { silentLogger } from './runtime/logger.ts'
import { Telemetry } from './runtime/telemetry.ts'
import { AuditedAct, runAct } from './store/audited-act.ts'
import { hasDatabase } from './store/sqlite/open/folder.ts'
import { SecretError } from './secrets/key-ring.ts'
import { openKeyRing } from './secrets/open-key-ring.ts'
import { createSqliteStore } from './store/sqlite/sqlite-store.ts'
import { StoreError } from './store/store-error.ts'

/** Whoever may write the data folder may do everything. */
const COMMAND: Caller = { subscription: 'default', scopes: 'all', actor: 'command', token: null }

/** Makes an access token on the folder of a server that is stopped, and prints it. @returns the exit code: 0 made, 1 not possible */
export async function createTokenOnFolder(command: TokenCommand): Promise<number> {
  try {
    const { record, text } = await create(command)
    process.stderr.write(`Created ${record.id} for subscription ${record.subscription}; the token is shown only once\n`)
    process.stdout.write(`${command.json ? JSON.stringify(viewOf(record, text)) : text}\n`)
    return 0
  } catch (error) {
    process.stderr.write(`${messageOf(error, command)}\n`)
    return 1
  }
}

async function create({ dataDir, keyRing, keyRingFile, name, subscription, scopes, expiresInMs }: TokenCommand) {
  if (!hasDatabase(dataDir)) {
    throw new StoreError(
      'io',
      `Cannot create token as ${dataDir} must be the data folder of a server: start one on it first`,
    )
  }
  const logger = silentLogger
  const telemetry = new Telemetry(logger)
  const { ring, madeFile, recheck } = openKeyRing({ keyRing, keyRingFile, store: 'disk', dataDir })
  const store = createSqliteStore({
    ...{ kind: 'disk', dataDir, keyRing: ring, logger, telemetry },
    onFatal: () => undefined,
  })
  await store.start()
  try {
    recheck()
    return await createIn(store, {
      ...{ name, subscription, scopes },
      ...(expiresInMs !== null && { expiresAtMs: systemClock.nowMs() + expiresInMs }),
    })
  } catch (error) {
    // Secrets are sealed with another ring: this one would only be in its way.
    if (error instanceof SecretError && madeFile !== null) rmSync(madeFile, { force: true })
    throw error
  } finally {
    await store.stop()
  }
}

async function createIn(store: ReturnType<typeof createSqliteStore>, grant: Parameters<AccessTokens['create']>[0]) {
  const times = new WallTimes(systemClock)
  const { tokens: stored } = await store.recover()
  const tokens = new AccessTokens({ ...{ store, times, stored }, clock: systemClock, logger: silentLogger })
  const act = new AuditedAct({
    actor: { kind: 'command', tokenId: null, tokenName: null },
    ...{ subscription: COMMAND.subscription, action: 'createToken', address: null, requestId: null },
    ...{ resource: { job: null, channel: null, others: {} }, status: 201, code: null, count: 1 },
  })
  try {
    const request = { caller: COMMAND, idempotencyKey: null, body: new Uint8Array() }
    return await runAct(act, () => tokens.create(grant, request))
  } finally {
    times.stop()
  }
}

/** As `POST /v1/tokens` answers. */
function viewOf(record: AccessTokenRecord, token: string | null): object {
  const { id, name, subscription, scopes, jobs, createdAtMs, createdBy, expiresAtMs } = record
  const createdAt = new Date(createdAtMs).toISOString()
  const expiresAt = expiresAtMs === null ? null : new Date(expiresAtMs).toISOString()
  return { id, name, subscription, scopes, jobs, createdAt, createdBy, expiresAt, token }
}

function messageOf(error: unknown, { dataDir }: TokenCommand): string {
  if (error instanceof StoreError && error.code === 'locked') {
    return (
      `Cannot create token as no server must run on the data folder: one holds ${dataDir}. ` +
      'Ask it with its admin token: waybill tokens create, or POST /v1/tokens'
    )
  }
  return error instanceof Error ? error.message : String(error)
}

import { silentLogger } from '../../server/src/runtime/logger.ts'
import { Telemetry } from '../../server/src/runtime/telemetry.ts'
import type { KeyRing } from '../../server/src/secrets/key-ring.ts'
import { newKeyRing } from '../../server/src/secrets/open-key-ring.ts'
import type { ChannelTerm } from '../../server/src/model/channel-term.ts'
import type { JobRecord } from '../../server/src/model/job.ts'
import type { ClaimedChannel } from '../../server/src/store/owner-store.ts'
import { createSharedPostgresStore, type SharedStore } from '../../server/src/store/postgres/postgres-store.ts'
import { StoreError } from '../../server/src/store/store-error.ts'
import { jobOf } from '../contract/store/fixtures.ts'
import { queryOnce } from './postgres-cluster.ts'

/** Long, so that nobody is presumed dead on a busy machine. */
const LONG_LEASE_MS = 600_000

/** Several stores on one database, as several servers have them. */
export class SharedStores {
  readonly databaseUrl: string
  readonly #keyRing: KeyRing = newKeyRing()
  readonly #open: SharedStore[] = []

  constructor(databaseUrl: string) {
    this.databaseUrl = databaseUrl
  }

  /** @param options.databaseUrl through a proxy @default the database */
  async start({ databaseUrl = this.databaseUrl, leaseMs = LONG_LEASE_MS } = {}): Promise<SharedStore> {
    const store = createSharedPostgresStore({
      ...{ databaseUrl, leaseMs, keyRing: this.#keyRing },
      ...{ logger: silentLogger, telemetry: new Telemetry(silentLogger) },
    })
    this.#open.push(store)
    await store.start()
    return store
  }

  async query<Row>(text: string): Promise<readonly Row[]> {
    return (await queryOnce(this.databaseUrl, text)) as readonly Row[]
  }

  /** The beats of a server count up no more, though it sends them, and nobody sees its process: who looks finds it dead when its lease is over. */
  async silence(store: SharedStore): Promise<void> {
    const id = store.ownServer()
    await this.query(`CREATE OR REPLACE FUNCTION waybill.same_beat() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.beat := OLD.beat; RETURN NEW; END';
      CREATE TRIGGER same_beat_${id} BEFORE UPDATE ON waybill.beats FOR EACH ROW WHEN (OLD.server = ${id}) EXECUTE FUNCTION waybill.same_beat();
      UPDATE waybill.servers SET boot_id = 'elsewhere' WHERE id = ${id}`)
  }

  async close(): Promise<void> {
    for (const store of this.#open) await store.stop()
  }
}

/** Claims one channel, which must be free. */
export async function claimOne(store: SharedStore, channel: string): Promise<ClaimedChannel> {
  const [claimed] = await store.claimChannels([channel])
  if (claimed === undefined) throw new Error(`Channel ${channel} must be free: another server owns it`)
  return claimed
}

/** Looks until another server has been fenced. */
export async function fenced(store: SharedStore): Promise<readonly number[]> {
  for (const endsAt = Date.now() + 60_000; Date.now() < endsAt;) {
    const seen = await store.lookAtOwners().catch(unlessAway)
    if (seen !== null && seen.fenced.length > 0) return seen.fenced
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('No server was fenced')
}

function unlessAway(error: unknown): null {
  if (error instanceof StoreError && error.code === 'unavailable') return null
  throw error
}

/** The code of a call that is refused; 'done': it was carried out. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  return await call.then(
    () => 'done',
    (error: unknown) => (error instanceof StoreError ? error.code : String(error)),
  )
}

/** A job of a channel. */
export function jobIn(store: SharedStore, channel: string, members: Partial<JobRecord> = {}): JobRecord {
  const record = jobOf(store.nextJobRef(), members)
  return { ...record, envelope: { ...record.envelope, channel } }
}

export function termOf({ channel, term }: ChannelTerm): ChannelTerm {
  return { channel, term }
}

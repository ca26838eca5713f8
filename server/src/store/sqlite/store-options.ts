import type { Clock } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/logger.ts'
import type { Telemetry } from '../../runtime/telemetry.ts'
import type { KeyRing } from '../../secrets/key-ring.ts'
import type { StoreError } from '../store-error.ts'

export interface SqliteStoreOptions {
  readonly kind: 'disk' | 'memory'
  /** Where the files are, for `disk`; made if missing. */
  readonly dataDir: string | null
  readonly logger: Logger
  readonly telemetry: Telemetry
  /** Seals the secrets that are stored. */
  readonly keyRing: KeyRing
  /** The clock by which idempotency keys expire. @default the system's */
  readonly clock?: Clock
  /** Maximum size of the database, in bytes; beyond it calls reject with `disk_full`. @default null: no limit */
  readonly maxDataBytes?: number | null
  /** Called once when the store cannot continue (I/O error, lost thread): nothing can be made durable any more. */
  readonly onFatal?: (error: StoreError) => void
}

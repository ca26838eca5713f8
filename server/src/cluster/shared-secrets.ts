import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { ConfigError } from '../config/config-error.ts'
import { readKeys } from '../secrets/key-ring.ts'
import { KEY_RING_FILE, readKeyRingFile } from '../secrets/key-ring-file.ts'

/**
 * Ensures that a server of a cluster makes neither an admin token nor a key ring of its own, with which it would open nothing of what the others have sealed.
 * @returns the ids of the keys, newest first
 * @throws ConfigError one of them is missing
 * @throws Error the key ring cannot be read
 */
export function requireSharedSecrets(
  config: Pick<Config, 'adminToken' | 'dataDir' | 'dev' | 'keyRing' | 'keyRingFile'>,
): readonly string[] {
  const { adminToken, dataDir, dev, keyRing, keyRingFile } = config
  if (adminToken === null && !dev && !existsSync(join(dataDir, 'admin-token'))) throw missing('WAYBILL_ADMIN_TOKEN')
  const keys = keyRing === null ? readKeyRingFile(keyRingFile ?? join(dataDir, KEY_RING_FILE)) : readKeys(keyRing)
  if (keys === null) throw missing('WAYBILL_KEY_RING or WAYBILL_KEY_RING_FILE')
  return typeof keys === 'string' ? [] : keys.map(({ id }) => id)
}

function missing(name: string): ConfigError {
  return new ConfigError(
    `Cannot start as ${name} must be set to what the other servers of the cluster have (or be in the data folder): it is not`,
  )
}

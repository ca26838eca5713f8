import { readFileSync } from 'node:fs'

/** Made anew by Linux at every boot; equal in all containers of a machine (random(4)). */
const BOOT_ID_FILE = '/proc/sys/kernel/random/boot_id'

/** Which boot of which machine this is: monotonic times of one boot may be compared over processes. Null where that is unknown. */
export function readBootId(): string | null {
  try {
    return readFileSync(BOOT_ID_FILE, 'utf8').trim() || null
  } catch {
    return null
  }
}

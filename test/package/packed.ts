import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

export interface PackageJson {
  readonly name: string
  readonly version: string
  readonly bin?: Record<string, string>
  readonly exports?: unknown
  readonly dependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
  readonly peerDependenciesMeta?: Record<string, { readonly optional?: boolean }>
  readonly devDependencies?: Record<string, string>
}

export function makeTemporaryFolder(): { path: string; [Symbol.dispose](): void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'waybill-package-')))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** Packs a package of the workspace as it would be published. @returns the tarball's path */
export function packWorkspacePackage(folder: 'spec' | 'sdk' | 'server', into: string): string {
  const tarball = join(into, `waybill-${folder}.tgz`)
  execFileSync('pnpm', ['--dir', join(root, folder), 'pack', '--out', tarball], { stdio: 'pipe' })
  return tarball
}

/** Packs a dependency as it is installed here, so that no registry is needed to install it elsewhere. @returns the tarball's path */
export function packInstalled(folder: string, into: string): string {
  // A copy: pnpm makes equal files one file with several names, of which npm would pack only the first.
  const copy = mkdtempSync(join(into, 'copy-'))
  cpSync(realpathSync(folder), copy, { recursive: true })
  const args = ['pack', copy, '--ignore-scripts', '--json', '--pack-destination', into]
  const output = execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const [packed] = JSON.parse(output) as [{ filename: string }]
  return join(into, packed.filename)
}

/**
 * Packs the SDK and installs the tarball into a new project, as a user would, but with its dependencies from the disk: no registry
 * is needed.
 * @param into the project is made in here @returns the project's folder and the tarball
 */
export function installPackedSdk(into: string): { project: string; tarball: string } {
  const project = join(into, 'project')
  mkdirSync(project)
  const tarball = packWorkspacePackage('sdk', into)
  const installed = join(root, 'sdk/node_modules')
  const besideFetch = join(realpathSync(join(installed, 'openapi-fetch')), '..')
  const overrides = {
    ky: `file:${packInstalled(join(installed, 'ky'), into)}`,
    'openapi-fetch': `file:${packInstalled(join(installed, 'openapi-fetch'), into)}`,
    'openapi-typescript-helpers': `file:${packInstalled(join(besideFetch, 'openapi-typescript-helpers'), into)}`,
  }
  const manifest = { name: 'project', private: true, dependencies: { '@waybill/sdk': `file:${tarball}` }, overrides }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest))
  runIn(project, 'npm', ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'])
  return { project, tarball }
}

/** Runs a program; a failure carries all it printed. @returns what it wrote to its standard output */
export function runIn(cwd: string, command: string, args: string[], env: NodeJS.ProcessEnv = process.env): string {
  try {
    return execFileSync(command, args, { cwd, env, stdio: 'pipe', encoding: 'utf8' })
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    throw new Error(`${command} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? ''}`, { cause: error })
  }
}

/** Unpacks a tarball. @returns its files, relative to `package/`, and its package.json */
export function unpack(tarball: string, into: string): { folder: string; files: string[]; manifest: PackageJson } {
  mkdirSync(into, { recursive: true })
  const listed = execFileSync('tar', ['-xvzf', tarball, '-C', into], { encoding: 'utf8' })
  const files = listed.split('\n').filter((file) => file !== '' && !file.endsWith('/'))
  const folder = join(into, 'package')
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson
  return { folder, files: files.map((file) => file.replace(/^package\//, '')).sort(), manifest }
}

/** The packages that built files import, by name; relative files and Node's own modules are left out. */
export function findImportedPackages(code: string): Set<string> {
  const found = new Set<string>()
  for (const [, specifier] of code.matchAll(
    /(?:(?<![.\w])from\s*|\bimport\s*\(?\s*|(?<![.\w])require\(\s*)["']([^"'\n]+)["']/g,
  )) {
    if (specifier === undefined || /^[./]|^node:/.test(specifier)) continue
    found.add(specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'))
  }
  return found
}

import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

interface PackageJson {
  name: string
  devEngines?: unknown
  scripts?: Record<string, string>
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

const root = join(import.meta.dirname, '../..')
const workspace = parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')) as {
  packages: string[]
  catalog: Record<string, string>
  nodeVersion: string
}
const rootPackage = readPackage('package.json')

function readPackage(path: string): PackageJson {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as PackageJson
}

describe('the workspace', () => {
  it('runs on the Node that it installs', () => {
    expect(process.versions.node).toBe(rootPackage.devDependencies?.node)
    expect(workspace.nodeVersion).toBe(rootPackage.devDependencies?.node)
  })

  it('has exact versions in the root, without what stops npm 11 on Node 20', () => {
    expect(rootPackage.devEngines).toBeUndefined()
    for (const [name, version] of Object.entries(rootPackage.devDependencies ?? {})) {
      expect(version, name).toMatch(/^(npm:typescript@)?\d+\.\d+\.\d+$/)
      if (name in workspace.catalog) expect(version, name).toBe(workspace.catalog[name])
    }
  })

  it('installs with the pnpm that it pins', () => {
    const install = `npx --yes pnpm@${rootPackage.devDependencies?.pnpm} install --frozen-lockfile && `
    for (const script of ['demo', 'test', 'test:long', 'test:runtimes']) {
      expect(rootPackage.scripts?.[script]?.startsWith(install), script).toBe(true)
    }
  })

  it('has one version of each dependency, in the catalog', () => {
    for (const path of globSync(
      workspace.packages.map((folder) => `${folder}/package.json`),
      { cwd: root },
    )) {
      const { name, dependencies, devDependencies } = readPackage(path)
      for (const [dependency, version] of Object.entries({ ...dependencies, ...devDependencies })) {
        const wanted = dependency.startsWith('@waybill/') ? 'workspace:*' : 'catalog:'
        expect(version, `${dependency} in ${name}`).toBe(wanted)
      }
    }
  })
})

describe('source files', () => {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  const files = listed.split('\n').filter((file) => /\.(ts|mjs|js)$/.test(file) && !file.includes('/generated/'))

  it('are named in kebab-case after what they hold, never after being shared', () => {
    for (const file of files) {
      const segments = file.replace(/^test\/types\//, '').split('/')
      for (const part of segments) {
        expect(part, file).not.toMatch(/^(utils?|common|helpers?|lib|types|misc|shared|interfaces|manager)(\.|$)/)
        expect(part, file).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*$/)
      }
    }
  })

  it('have one subject: at most 400 lines', () => {
    const long = files.map((file) => ({ file, lines: countLines(file) })).filter(({ lines }) => lines > 400)
    expect(long).toEqual([])
  })

  function countLines(file: string): number {
    try {
      return readFileSync(join(root, file), 'utf8').split('\n').length - 1
    } catch {
      return 0 // deleted, and not committed yet
    }
  }
})

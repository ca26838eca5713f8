import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findImportedPackages, makeTemporaryFolder, packWorkspacePackage, unpack } from './packed.ts'

const root = join(import.meta.dirname, '../..')

describe('the packed server', () => {
  const temporary = makeTemporaryFolder()
  let packed: ReturnType<typeof unpack>

  beforeAll(() => {
    packed = unpack(packWorkspacePackage('server', temporary.path), temporary.path)
    symlinkSync(join(root, 'server/node_modules'), join(packed.folder, 'node_modules'))
  })

  afterAll(() => temporary[Symbol.dispose]())

  it('has its command, its entry and a file for every thread', () => {
    for (const file of [
      'dist/main.js',
      'dist/index.js',
      'dist/index.d.ts',
      'dist/store-thread.js',
      'dist/worker.js',
      'LICENSE',
    ]) {
      expect(packed.files, file).toContain(file)
    }
    expect(readFileSync(join(packed.folder, 'dist/main.js'), 'utf8').startsWith('#!/usr/bin/env node\n')).toBe(true)
    expect(statSync(join(packed.folder, 'dist/main.js')).mode & 0o111).not.toBe(0)
    expect(existsSync(join(packed.folder, 'src'))).toBe(false)
  })

  it('says nothing that only the workspace understands', () => {
    expect(JSON.stringify(packed.manifest.dependencies)).not.toMatch(/catalog:|workspace:/)
  })

  it('imports only what it depends on, types included', () => {
    const allowed = new Set(Object.keys(packed.manifest.dependencies ?? {}))
    for (const file of packed.files.filter((file) => /\.(js|d\.ts)$/.test(file))) {
      const imported = findImportedPackages(readFileSync(join(packed.folder, file), 'utf8'))
      expect(
        [...imported].filter((name) => !allowed.has(name)),
        file,
      ).toEqual([])
    }
  })

  it('starts, answers and stops', async () => {
    const args = ['dist/main.js', '--port', '0', '--store', 'memory', '--dev']
    const server = spawn('node', args, { cwd: packed.folder, stdio: ['ignore', 'pipe', 'pipe'] })
    const closed = once(server, 'close')
    let errors = ''
    server.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    try {
      const url = await readUrl(server.stdout)
      expect(url, errors).not.toBeNull()
      expect((await fetch(`${url}/healthz/live`)).status).toBe(200)
      server.kill('SIGTERM')
      const [exitCode] = (await closed) as [number | null]
      expect(exitCode, errors).toBe(0)
    } finally {
      server.kill('SIGKILL')
      await closed
    }
  })
})

/** The `url` of the log line that says the server listens; `null` if the output ends before. */
async function readUrl(output: NodeJS.ReadableStream): Promise<string | null> {
  for await (const line of createInterface({ input: output })) {
    const url = line.startsWith('{') ? (JSON.parse(line) as { url?: string }).url : undefined
    if (url === undefined) continue
    output.resume()
    return url
  }
  return null
}

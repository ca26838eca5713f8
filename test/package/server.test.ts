import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findImportedPackages, makeTemporaryFolder, packWorkspacePackage, runIn, unpack } from './packed.ts'

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
      'dist/connector.js',
      'dist/connector.d.ts',
      'dist/postgres-thread.js',
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

  it('lets a stranger write a connector and test it, with its types', () => {
    const project = join(temporary.path, 'project')
    mkdirSync(join(project, 'node_modules/@waybill'), { recursive: true })
    symlinkSync(packed.folder, join(project, 'node_modules/@waybill/server'))
    symlinkSync(join(root, 'server/node_modules/@types'), join(project, 'node_modules/@types'))
    writeFileSync(join(project, 'package.json'), '{"type":"module"}')
    writeFileSync(join(project, 'shop.ts'), CONNECTOR)
    writeFileSync(join(project, 'shop-test.ts'), CONNECTOR_TEST)
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node']
    runIn(project, join(root, 'node_modules/.bin/tsc'), [
      ...options,
      '--allowImportingTsExtensions',
      '--skipLibCheck',
      'shop-test.ts',
    ])
    const outcomes = JSON.parse(runIn(project, process.execPath, ['shop-test.ts'])) as unknown
    expect(outcomes).toMatchObject([
      { id: 'sku-1', status: 'succeeded', result: { stored: '{"price":1990}', authorization: 'Bearer ***' } },
      { id: 'sku-2', status: 'failed', code: 'http_422', detail: 'no price', retryable: false },
      { id: 'sku-3', status: 'retry_later', delayMs: 5000, holdsChannel: true },
      { id: 'sku-4', status: 'failed', code: 'permanent', retryable: false },
    ])
    // The entry for modules brings no server with it.
    const loaded = readFileSync(join(packed.folder, 'dist/connector.js'), 'utf8')
    expect([...findImportedPackages(loaded)]).toEqual([])
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

const CONNECTOR = `
import { defineConnector, PermanentError, throwForStatus } from '@waybill/server/connector'
export default defineConnector({
  async deliverItem(item, { fetch }) {
    if (item.id === 'sku-4') throw new PermanentError('unknown')
    const body = JSON.stringify(item.data)
    const url = process.env['SHOP_URL'] + '/' + item.id
    return throwForStatus(await fetch(url, { method: 'PUT', body, authorize: true })).json()
  },
})
`

const CONNECTOR_TEST = `
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { testConnector, type TestItem } from '@waybill/server'
import connector from './shop.ts'
const shop = createServer(async (request, response) => {
  let stored = ''
  for await (const chunk of request) stored += chunk
  if (request.url === '/sku-2') response.writeHead(422).end('no price')
  else if (request.url === '/sku-3') response.writeHead(503, { 'retry-after': '5' }).end()
  else response.end(JSON.stringify({ stored, authorization: request.headers.authorization }))
}).listen(0, '127.0.0.1')
await once(shop, 'listening')
process.env['SHOP_URL'] = 'http://127.0.0.1:' + (shop.address() as AddressInfo).port
const items: TestItem[] = [1, 2, 3, 4].map((n) => ({ id: 'sku-' + n, data: { price: 1990 } }))
const outcomes = await testConnector(connector, items, { credentials: { type: 'bearer', token: 'test-token' } })
for (const outcome of outcomes) if (outcome.status === 'failed') outcome.retryable satisfies boolean
console.log(JSON.stringify(outcomes))
shop.close()
`

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

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, expect, test } from 'vitest'
import { type DocBlock, readBlocks } from '../../scripts/doc-blocks.ts'

/*
 * docs/connect-your-api.md, block by block as a newcomer follows it, with an API that checks requests in place of `https://shop.example`.
 */

const root = join(import.meta.dirname, '../..')
const JOB_ID = /job_[0-9a-f]{32}/g

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

test('the guide connects an API, and shows what its commands print', { timeout: 120_000 }, async () => {
  const page = await readFile(join(root, 'docs/connect-your-api.md'), 'utf8')
  const api = await startApi()
  const folder = await mkdtemp(join(tmpdir(), 'waybill-guide-'))
  cleanups.push(() => rm(folder, { recursive: true }))
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    WAYBILL_PORT: '0',
    NO_COLOR: '1',
  }
  env['PATH'] = [await commandFolder(folder), process.env['PATH']].join(delimiter)
  let jobId = ''
  let printed = ''
  const done: string[] = []
  for (const block of readBlocks(page)) {
    const text = block.text.replaceAll('https://shop.example', api.origin)
    const file = block.marks.find((mark) => mark.startsWith('file:'))?.slice('file:'.length)
    if (file !== undefined) await writeFile(join(folder, file), text)
    else if (block.marks.includes('server')) env['WAYBILL_URL'] = await startServer(text, { folder, env })
    else if (block.marks.includes('guide')) {
      const ended = await run(text.replaceAll(JOB_ID, jobId), { folder, env })
      expect(ended, text).toMatchObject({ code: block.marks.includes('exit-1') ? 1 : 0 })
      printed = ended.output
      jobId = JOB_ID.exec(printed)?.[0] ?? jobId
      JOB_ID.lastIndex = 0
    } else if (block.marks.includes('output')) expect(comparable(printed)).toBe(comparable(block.text))
    else continue
    done.push(nameOf(block))
  }
  expect(done).toContain('server')
  expect(done.filter((name) => name === 'output')).toHaveLength(5)
  expect(api.strange).toEqual([])
  expect(Object.fromEntries(api.products)).toEqual({ 'sku-1001': 129, 'sku/1003': 39, 'sku-1002': 249 })
})

/** Which kind of block it is. */
function nameOf({ marks }: DocBlock): string {
  return ['server', 'output', 'guide'].find((name) => marks.includes(name)) ?? 'file'
}

/** Text without what differs from run to run. */
function comparable(text: string): string {
  return text
    .replaceAll(JOB_ID, 'job_')
    .replace(/in [\d.]+ m?s/g, 'in 1 s')
    .replace(/00-[0-9a-f]{32}-[0-9a-f]{16}-/g, '00-0-0-')
    .replace(/^date: .+$/gim, 'date:')
    .replace(/^Waybill-Timeout-Ms: \d+$/gm, 'Waybill-Timeout-Ms: 0')
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, 'https://shop.example')
    .replace(/ +$/gm, '')
}

/** The API of the page. */
async function startApi() {
  const products = new Map<string, number>()
  const strange: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const answer = (status: number, body: unknown): void =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      const [, sku] = /^\/api\/products\/([^/]+)$/.exec(request.url!) ?? []
      const { authorization, 'content-type': type } = request.headers
      if (
        sku === undefined ||
        request.method !== 'PUT' ||
        authorization !== 'Bearer shop-token' ||
        type !== 'application/json'
      ) {
        strange.push(`${request.method} ${request.url} ${authorization} ${type}`)
        answer(400, { errors: [{ code: 'strange', field: '', message: 'not as the page has it' }] })
        return
      }
      const { price } = JSON.parse(Buffer.concat(chunks).toString()) as { price: number }
      if (!(price > 0))
        answer(422, { errors: [{ code: 'price_invalid', field: 'price', message: 'must be positive' }] })
      else {
        products.set(decodeURIComponent(sku), price)
        answer(200, { version: 12 })
      }
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  cleanups.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, products, strange }
}

/** A folder for PATH with both commands, as they are built. */
async function commandFolder(into: string): Promise<string> {
  const folder = join(into, 'bin')
  await mkdir(folder)
  for (const [name, main] of [
    ['waybill', 'sdk/dist/cli/main.js'],
    ['waybill-server', 'server/dist/main.js'],
  ] as const) {
    await chmod(join(root, main), 0o755)
    await symlink(join(root, main), join(folder, name))
  }
  return folder
}

interface Place {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
}

/** Starts the server of a block. @returns its address */
async function startServer(text: string, { folder, env }: Place): Promise<string> {
  const server = spawn('bash', ['-c', text.replace('waybill-server', 'exec waybill-server')], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  cleanups.push(async () => {
    if (server.exitCode !== null) return
    const ended = once(server, 'exit')
    server.kill('SIGTERM')
    await ended
  })
  let errors = ''
  server.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  for await (const line of createInterface({ input: server.stdout })) {
    const { url } = JSON.parse(line) as { url?: string }
    if (url === undefined) continue
    server.stdout.resume()
    return url
  }
  throw new Error(`The server of the guide did not start: ${errors}`)
}

/** Runs a block to its end. */
function run(text: string, { folder, env }: Place): Promise<{ code: number; output: string; errors: string }> {
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['-euo', 'pipefail', '-c', text],
      { cwd: folder, env, timeout: 60_000 },
      (error, output, errors) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), output, errors })
      },
    )
  })
}

import type { Channel, Item } from '@waybill/spec'
import { rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getPriority } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { ServerProcess } from '../support/server-process.ts'
import { getJob, submit, untilDone } from '../support/submit.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function serverWith(module: string): Promise<ServerProcess> {
  const server = await ServerProcess.create({
    args: ['--threads', '1'],
    config: { channels: { shop: { connector: { type: 'module', path: './shop.mjs' }, concurrency: 4 } } },
  })
  cleanups.push(() => server.remove())
  await writeFile(join(server.folder, 'shop.mjs'), module)
  return server
}

test.each([
  ['throws', 'throw new Error("no database")', 'no database'],
  ['is no connector', 'export default {}', 'deliverItem'],
])('a server whose module %s does not start, and names channel, file and reason', async (_, module, reason) => {
  const server = await serverWith(module)
  await expect(server.start()).rejects.toThrow('ended with code 2')
  expect(server.output).toMatch(/^Cannot start as the module of channel shop must load: .*shop\.mjs: /m)
  expect(server.output).toContain(reason)
  expect(server.output).not.toContain('    at ')
})

test('a module that cannot be loaded any more holds its channel, which says so, and no item fails for it', async () => {
  // Whether its database is there; and an item that ends its thread, so that the module is loaded anew.
  const module = `
    import { existsSync } from 'node:fs'
    const database = new URL('./database', import.meta.url)
    if (!existsSync(database)) throw new Error('no database')
    export default { deliverItem: ({ data, attempt }) => { if (data === 'crash' && attempt === 1) process.exit(1) } }`
  const server = await serverWith(module)
  const database = join(server.folder, 'database')
  await writeFile(database, '')
  await server.start()
  await rm(database)
  const items = Array.from({ length: 2000 }, (_, n) => ({ id: `sku-${n}`, ...(n === 3 && { data: 'crash' }) }))
  const job = await submit(server, { channel: 'shop' }, items)
  const held = async () =>
    (await getJob(server, job.id)).waiting.find((line) => line.reason === 'connector_unavailable')
  while ((await held()) === undefined) await new Promise((resolve) => setTimeout(resolve, 20))
  const { state } = (await (await server.fetch('/v1/channels/shop')).json()) as Channel
  expect(state.lastError).toMatchObject({ code: 'connector_unavailable', status: null, detail: 'no database' })
  expect(state.lastError!.until).not.toBeNull()
  expect((await getJob(server, job.id)).counts.failed).toBe(0)
  expect(server.output).toContain('Connector cannot be loaded')

  await writeFile(database, '')
  expect(await untilDone(server, job.id)).toMatchObject({
    outcome: 'succeeded',
    counts: { failed: 0, succeeded: 2000 },
  })
})

// Elsewhere the priority is the whole process's.
test.runIf(process.platform === 'linux')(
  'code of a module yields its processor to the threads of the server',
  async () => {
    const server = await serverWith(`
    import { getPriority } from 'node:os'
    export default { deliverItem: () => ({ nice: getPriority(0) }) }`)
    await server.start()
    const nice = getPriority(server.pid)
    for (let n = 0; n < 2; n++) {
      const { id } = await submit(server, { channel: 'shop' }, [{ id: 'a' }])
      await untilDone(server, id)
      const item = (await (await server.fetch(`/v1/jobs/${id}/items/0`)).json()) as Item
      expect(item.result).toEqual({ nice: Math.min(nice + 5, 19) })
    }
    expect(getPriority(server.pid)).toBe(nice)
  },
)

/** The entry for modules, as it is built. */
const CONNECTOR = new URL('../../server/dist/connector.js', import.meta.url).href

test('a 429 that a module throws holds its channel, a 4xx fails, a 5xx is retried, and secrets stay out', async () => {
  const calls: string[] = []
  let open = 0
  const shop = createServer((request, response) => {
    const id = request.url!.slice(1)
    const before = calls.filter((call) => call === id).length
    calls.push(id)
    if (id === 'busy' && before === 0) {
      open = Date.now() + 1000
      response.writeHead(429, { 'retry-after': '1' }).end()
    } else if (id === 'refused') response.writeHead(422).end(`no ${request.headers.authorization}`)
    else if (id === 'broken' && before === 0) response.writeHead(500).end()
    else response.end(JSON.stringify({ early: Date.now() < open - 20 }))
  })
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => new Promise((resolve) => shop.close(() => resolve())))
  const { port } = shop.address() as AddressInfo
  const server = await ServerProcess.create({
    args: ['--threads', '1'],
    config: {
      channels: {
        shop: {
          connector: { type: 'module', path: './shop.mjs', allowPrivateAddresses: true },
          ...{ concurrency: 1, retry: { backoff: { initialMs: 10 } } },
          credentials: { default: { type: 'bearer', token: 's3cret-token' } },
        },
      },
    },
  })
  cleanups.push(() => server.remove())
  await writeFile(
    join(server.folder, 'shop.mjs'),
    `import { throwForStatus } from ${JSON.stringify(CONNECTOR)}
     export default {
       deliverItem: async ({ id }, { fetch }) =>
         throwForStatus(await fetch('http://127.0.0.1:${port}/' + id, { authorize: true })).json(),
     }`,
  )
  await server.start()
  const ids = ['busy', 'refused', 'broken', 'fine']
  const job = await submit(
    server,
    { channel: 'shop' },
    ids.map((id) => ({ id })),
  )
  expect(await untilDone(server, job.id)).toMatchObject({ counts: { succeeded: 3, failed: 1 } })
  const items = await Promise.all(
    ids.map(async (_, n) => (await (await server.fetch(`/v1/jobs/${job.id}/items/${n}`)).json()) as Item),
  )
  expect(items).toMatchObject([
    { status: 'succeeded', result: { early: false }, log: [{ verdict: 'throttled', code: 'http_429' }, {}] },
    { status: 'failed', attempts: 1, error: { code: 'http_422', status: 422, detail: 'no Bearer ***' } },
    { status: 'succeeded', result: { early: false }, log: [{ verdict: 'retry', code: 'http_500' }, {}] },
    { status: 'succeeded', result: { early: false } },
  ])
  expect(server.output).not.toContain('s3cret')
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Operation, operations } from '@waybill/spec'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createServer, waybillPlugin } from './app.ts'
import { readCommand } from './config.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-app-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

function config(env: Record<string, string> = {}) {
  const command = readCommand(['--store', 'memory', '--data', folder, '--dev', '--threads', '1'], env)
  if (command.action !== 'serve') throw new Error('not serve')
  return command.config
}

const item = { channel: 'sandbox', objectType: 'product', action: 'update', item: { id: 'a' } }

const openJob = { channel: 'sandbox', objectType: 'product', action: 'update', open: true }
const payloads: Record<string, object> = {
  submitJob: openJob,
  deliverItem: item,
  appendItems: [{ id: 'a' }],
  sealJob: { itemCount: 1 },
  createExecution: { id: 'run 1', stages: [{ name: 'a', jobs: [openJob] }] },
  putChannel: { connector: { type: 'http', url: 'https://shop.example/' } },
}

interface Job {
  readonly id: string
  readonly links: Readonly<Record<string, string>> & { readonly self: string }
}

/** The paths that an answer names: its links, and of problems `type` and `instance`. */
function pathsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith('/') ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => (key === 'pointer' ? [] : pathsIn(member)))
}

describe('createServer', () => {
  it('gives an instance that delivers, and stops', async () => {
    const app = await createServer(config())
    const answer = await app.inject({ method: 'POST', url: '/v1/items', headers: { prefer: 'wait=8' }, payload: item })
    expect(answer.json()).toMatchObject({ done: true, item: { status: 'succeeded' } })
    await app.close()
  })
})

describe('waybillPlugin', () => {
  it('adds the server to an instance that keeps its own ways', async () => {
    const host = Fastify({ pluginTimeout: 0 })
    host.setErrorHandler((_, _request, reply) => reply.code(418).send('mine'))
    host.post('/own', async (request) => ({ parsed: request.body }))
    host.get('/broken', async () => {
      throw new Error('own')
    })
    await host.register(waybillPlugin, { config: config() })

    const answer = await host.inject({ method: 'POST', url: '/v1/items', headers: { prefer: 'wait=8' }, payload: item })
    expect(answer.json()).toMatchObject({ done: true })
    expect((await host.inject({ url: '/v1/jobs/nope' })).json()).toMatchObject({ code: 'job_not_found' })
    expect((await host.inject({ url: '/v1/jobs', headers: { host: 'evil.example' } })).statusCode).toBe(403)

    expect((await host.inject({ method: 'POST', url: '/own', payload: { a: 1 } })).json()).toEqual({ parsed: { a: 1 } })
    expect((await host.inject({ url: '/broken', headers: { host: 'evil.example' } })).statusCode).toBe(418)
    expect((await host.inject({ url: '/nowhere' })).json()).toMatchObject({ error: 'Not Found' })
    await host.close()
  })

  it('has every operation below its prefix, and names only paths there, below its public URL', async () => {
    const host = Fastify({ pluginTimeout: 0 })
    await host.register(
      async (scope) => {
        await scope.register(waybillPlugin, { config: { ...config(), publicUrl: '/shop' }, prefix: '/bulk/' })
      },
      { prefix: '/apps' },
    )
    const { id } = (await host.inject({ method: 'POST', url: '/apps/bulk/v1/jobs', payload: openJob })).json<Job>()
    const given: Record<string, string> = {
      ':jobId': id,
      ':executionId': 'run 1',
      ':index': '0',
      ':channel': 'sandbox',
      ':tokenId': `tok_${'0'.repeat(32)}`,
    }
    let linked = 0
    for (const operation of Object.values<Operation>(operations)) {
      if (operation.operationId === 'streamEvents' || operation.operationId === 'streamUpdates') continue // its answer does not end
      const path = operation.path.replaceAll(/:[A-Za-z]+/g, (name) => encodeURIComponent(given[name] ?? name))
      expect((await host.inject({ method: operation.method, url: path })).json()).toMatchObject({ error: 'Not Found' })
      const answer = await host.inject({
        method: operation.method,
        url: `/apps/bulk${path}`,
        ...(operation.requestBody !== null && { payload: payloads[operation.operationId] ?? {} }),
      })
      const { location } = answer.headers
      const body = answer.headers['content-type']?.includes('json') === true ? answer.json<unknown>() : null
      if (operation.operationId === 'getOpenapi') {
        expect(body).toMatchObject({ servers: [{ url: '/shop/apps/bulk/' }] })
        continue
      }
      expect(body).not.toMatchObject({ error: 'Not Found' })
      expect(answer.statusCode, operation.operationId).toBeLessThan(500)
      for (const named of [...pathsIn(body), ...(location === undefined ? [] : [location])]) {
        linked++
        expect(named, operation.operationId).toMatch(/^\/shop\/apps\/bulk\/(v1|docs)\//)
      }
    }
    expect(linked).toBeGreaterThan(50)
    await host.close()
  })

  it('answers the repeat of a request with links of today, though it was first answered below another prefix or URL', async () => {
    const headers = { 'idempotency-key': 'once' }
    const metadata = { self: '/v1/jobs/mine' }
    const stage = { name: 'a', jobs: [{ ...openJob, metadata }] }
    const ask = async (host: FastifyInstance, prefix: string) => {
      const post = (path: string, payload: object) =>
        host.inject({ method: 'POST', url: `${prefix}/v1${path}`, headers, payload })
      return [await post('/jobs', { ...openJob, metadata }), await post('/executions', { id: 'run', stages: [stage] })]
    }
    let rounds = 0
    const mounted = [
      ['', null],
      ['/bulk', null],
      ['/bulk', 'https://api.example/shop'],
      ['/v1/jobs', null],
    ] as const
    for (const [prefix, publicUrl] of mounted) {
      const host = Fastify({ pluginTimeout: 0 })
      await host.register(waybillPlugin, { config: { ...config(), store: 'disk', publicUrl }, prefix })
      const base = publicUrl ?? ''
      const answers = await ask(host, prefix)
      rounds++
      for (const [n, answer] of answers.entries()) {
        expect(answer.headers['idempotent-replayed']).toBe(rounds === 1 ? undefined : 'true')
        const { links } = answer.json<Job>()
        expect(answer.headers.location).toBe(links.self)
        expect(links.self).toMatch(
          n === 0 ? new RegExp(`^${base}${prefix}/v1/jobs/job_`) : `${base}${prefix}/v1/executions/run`,
        )
        expect((await host.inject({ url: links.self.slice(base.length) })).statusCode).toBe(200)
        expect(answer.payload).toContain('"metadata":{"self":"/v1/jobs/mine"}')
      }
      await host.close()
    }
  })

  it.each(['/:tenant', '/a*', '/a b', '/ä'])(
    'refuses the prefix %j, as links could not begin with it',
    async (prefix) => {
      const host = Fastify({ pluginTimeout: 0 })
      await expect(host.register(waybillPlugin, { config: config(), prefix })).rejects.toThrow(
        `prefix must be a path of letters, digits and -._~ without parameters: it is ${JSON.stringify(prefix)}`,
      )
    },
  )
})

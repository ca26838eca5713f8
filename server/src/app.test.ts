import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
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
})

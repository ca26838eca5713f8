import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { Job, ParkedItemPage } from '@waybill/spec'
import { createServerOver } from '../../server/src/app.ts'
import { readCommand } from '../../server/src/config.ts'
import type { Answer, CallInit } from '../support/persistent-client.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { AbsentStore } from './absent-store.ts'
import { answerOf, parkingRules, type ScriptedClient, ScriptedLoad } from './scripted-load.ts'

/** Within so many rounds of the load each call must have been made while the store was there. */
const MAX_ROUNDS = 8
const TIMEOUT_MS = 240_000

/**
 * Calls that are made at the start and the end of a server, or by timers of minutes, or only when an endpoint is removed at the right moment; those of a
 * runtime that adopts a channel at another time.
 */
const NOT_MADE: ReadonlySet<string> = new Set([
  ...['countWebhookBacklogs', 'listExpiredJobs', 'purgeAudit', 'purgeWebhookEvents', 'forwardWebhookEvents'],
  ...['recoverChannel', 'releaseChannels'],
])

const folder = mkdtempSync(join(tmpdir(), 'waybill-absent-'))
const connector = new RecordingConnector({ answer: () => ({ kind: 'items', delayMs: 2, answer: answerOf }) })
const absent = new AbsentStore()
const fatal: unknown[] = []
const badAnswers: unknown[] = []
let refusedRequests = 0
const desk = new RecordingConnector({ answer: () => ({ kind: 'items', answer: answerOf }) })
const hook = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(204).end())
})
let app: FastifyInstance
let url: string
let channel: object

beforeAll(async () => {
  await connector.start()
  await desk.start()
  await once(hook.listen(0, '127.0.0.1'), 'listening')
  channel = {
    connector: { type: 'http', url: connector.url, batchSize: 5 },
    concurrency: 8,
    // So slow that its TAT is written ahead, and nobody waits for it.
    rateLimit: { limit: 200_000, periodMs: 20_000, burst: 200_000, unit: 'items' },
    retry: { maxAttempts: 100, backoff: { initialMs: 5, factor: 1, maxMs: 5 }, rules: parkingRules },
  }
  const file = join(folder, 'waybill.yaml')
  writeFileSync(
    file,
    stringify({ channels: { shop: channel, desk: { ...channel, connector: { type: 'http', url: desk.url } } } }),
  )
  const args = ['--store', 'memory', '--data', join(folder, 'data'), '--dev', '--threads', '1', '--config', file]
  const command = readCommand(args, {})
  if (command.action !== 'serve') throw new Error(command.action)
  app = await createServerOver((store) => absent.wrap(store), command.config, { onFatal: (error) => fatal.push(error) })
  url = await app.listen({ port: 0, host: '127.0.0.1' })
})

afterAll(async () => {
  await app.close()
  await connector.stop()
  await desk.stop()
  hook.close()
  rmSync(folder, { recursive: true })
})

/** Asks again while the store is away, as the SDK does. */
async function call(method: string, path: string, { json, lines, key, token }: CallInit = {}): Promise<Answer> {
  const headers: Record<string, string> = {
    ...(json !== undefined && { 'content-type': 'application/json' }),
    ...(lines !== undefined && { 'content-type': 'application/x-ndjson' }),
    ...(key !== undefined && { 'idempotency-key': key }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
  const texts = lines?.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
  const body = json === undefined ? texts?.join('\n') : JSON.stringify(json)
  for (;;) {
    const response = await fetch(url + path, { method, headers, ...(body !== undefined && { body }) })
    const text = await response.text()
    const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '')
    const answer: Answer = {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text,
    }
    if (response.status < 500) return answer
    refusedRequests++
    const { code } = answer.body as { code?: string }
    if (
      response.status !== 503 ||
      code !== 'store_unavailable' ||
      !(Number(response.headers.get('retry-after')) >= 1)
    ) {
      badAnswers.push([method, path, response.status, answer.body])
      return answer
    }
    await sleep(20)
  }
}

const client: ScriptedClient = { call, armed: null, stop: () => Promise.resolve() }

/** Requests that the load does not make, of another subscription. */
class Extras {
  #token = ''
  #endpoint = ''
  #count = 0

  async start(): Promise<void> {
    const scopes = [
      'jobs:read',
      'jobs:write',
      'items:read',
      'dead-letters:read',
      'dead-letters:write',
      'webhooks:write',
    ]
    this.#token = (
      await this.#call<{ token: string }>('POST', '/v1/tokens', { name: 'desk', subscription: 'desk', scopes }, null)
    ).token
    const { port } = hook.address() as AddressInfo
    const endpoint = { url: `http://127.0.0.1:${port}/`, eventTypes: ['job.ended', 'item.parked'] }
    this.#endpoint = (await this.#call<{ id: string }>('POST', '/v1/webhook-endpoints', endpoint)).id
  }

  async round(): Promise<void> {
    const items = ['park', 'fail', 'ok'].map((fate) => ({ id: fate, partitionKey: fate, data: { fate } }))
    const job = { channel: 'desk', objectType: 'product', action: 'update', items }
    const { id } = await this.#call<Job>('POST', '/v1/jobs', job)
    await this.#until<ParkedItemPage>(`/v1/parked?jobId=${id}`, ({ parked }) => parked.length === 1)
    await this.#call('GET', `/v1/jobs/${id}/map`)
    const decision = { items: [{ jobId: id, index: 0 }], decision: 'replace', data: { fate: 'ok', text: 'new' } }
    await this.#call('POST', '/v1/parked/resolve', decision)
    await this.#until<Job>(`/v1/jobs/${id}`, ({ done }) => done)
    expect(await this.#call('GET', `/v1/jobs/${id}/items/0`)).toMatchObject({
      status: 'succeeded',
      data: decision.data,
    })
    await this.#call('POST', `/v1/jobs/${id}/retry`, { status: ['failed'] })
    const execution = { id: `run-${++this.#count}`, stages: [{ name: 'one', jobs: [{ ...job, items: [items[2]] }] }] }
    await this.#call('POST', '/v1/executions', execution)
    await this.#call('GET', `/v1/executions/${execution.id}`)
    for (const path of [
      '/v1/search?q=park',
      '/v1/executions',
      '/v1/dead-letters',
      '/v1/dead-letters/groups',
      '/v1/webhook-deliveries',
    ])
      await this.#call('GET', path)
    await this.#call('PATCH', `/v1/webhook-endpoints/${this.#endpoint}`, { description: `round ${this.#count}` })
    await this.#call('POST', `/v1/webhook-endpoints/${this.#endpoint}/test`)
    await this.#call('POST', `/v1/webhook-endpoints/${this.#endpoint}/replay`, { since: '2026-01-01T00:00:00Z' })
    await this.#call('GET', '/v1/audit', undefined, null)
  }

  async #until<Body>(path: string, holds: (body: Body) => boolean): Promise<void> {
    const untilMs = performance.now() + 30_000
    for (;;) {
      const body = await this.#call<Body>('GET', path)
      if (holds(body)) return
      if (performance.now() > untilMs) throw new Error(`Cannot wait for ${path}: ${JSON.stringify(body)}`)
      await sleep(20)
    }
  }

  async #call<Body>(method: string, path: string, json?: object, token: string | null = this.#token): Promise<Body> {
    const { status, body } = await call(method, path, {
      ...(json !== undefined && { json }),
      ...(token !== null && { token }),
    })
    if (status >= 300) throw new Error(`Cannot ${method} ${path}: ${status} ${JSON.stringify(body)}`)
    return body as Body
  }
}

test(
  'REC-1 nothing is lost, and every request is answered in the end, when the store goes away at each of its calls',
  async () => {
    const load = new ScriptedLoad(client, channel)
    const extras = new Extras()
    await extras.start()
    await load.round()
    absent.watched = true
    const left = (): string[] => [...absent.names].filter((name) => !absent.wentAwayAt.has(name) && !NOT_MADE.has(name))
    for (let rounds = 0; rounds < MAX_ROUNDS && left().length > 0; rounds++) {
      await load.round()
      await extras.round()
    }
    absent.watched = false
    await load.round()
    await load.end()
    expect(fatal).toEqual([])
    expect(badAnswers).toEqual([])
    expect(await load.judge(connector.calls)).toEqual([])
    expect(left()).toEqual([])
    expect(refusedRequests).toBeGreaterThan(0)
  },
  TIMEOUT_MS,
)

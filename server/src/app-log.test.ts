import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createServer } from './app.ts'
import { readCommand } from './config.ts'
import type { Logger } from './runtime/logger.ts'

/** Fields that lines have wherever they belong to them. */
const shared = [
  ...['requestId', 'operation', 'status', 'durationMs', 'jobId', 'executionId', 'channel', 'subscription', 'epoch'],
  ...['traceId', 'reason', 'count'],
]
/** Fields of some lines alone. */
const special: Readonly<Record<string, readonly string[]>> = {
  'Request answered': ['method', 'path', 'address'],
  'Token refused': ['address'],
  'Job ended': ['outcome', 'succeeded', 'failed', 'cancelled'],
  'Items failed': ['items'],
  'Key ring made: keep a copy of it apart from backups': ['file'],
}
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const json = { 'content-type': 'application/json' }

let folder: string
let app: FastifyInstance
const lines: { readonly level: string; readonly message: string; readonly fields: Record<string, unknown> }[] = []

function collect(level: keyof Logger): Logger[keyof Logger] {
  return (fields, message) => lines.push({ level, message, fields: { ...fields } })
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-log-'))
  const command = readCommand(['--store', 'memory', '--data', folder, '--dev', '--threads', '1'], {})
  if (command.action !== 'serve') throw new Error('not serve')
  const logger = { debug() {}, info: collect('info'), warn: collect('warn'), error: collect('error') }
  app = await createServer(command.config, { logger })
})

afterAll(async () => {
  await app.close()
  rmSync(folder, { recursive: true })
})

async function submit(more: object, items: readonly object[], headers: object = {}): Promise<string> {
  const envelope = { channel: 'sandbox', objectType: 'product', action: 'update' }
  const payload = { ...envelope, ...more, items }
  const request = { method: 'POST', url: '/v1/jobs', headers: { ...json, ...headers }, payload } as const
  return (await app.inject(request)).json<{ id: string }>().id
}

async function post(url: string): Promise<void> {
  expect((await app.inject({ method: 'POST', url })).statusCode).toBeLessThan(300)
}

it('has a line for each change of a job and a channel, with the documented fields, and nothing that is secret', async () => {
  const traceparent = `00-${TRACE_ID}-00f067aa0ba902b7-01`
  const id = await submit({}, [{ id: 'planted-id', data: { planted: 'data', sandbox: { status: 422 } } }], {
    traceparent,
  })
  const isDone = async () =>
    (await app.inject({ url: `/v1/jobs/${id}`, headers: { prefer: 'wait=5' } })).json<{ done: boolean }>().done
  await expect.poll(isDone, { timeout: 30_000 }).toBe(true)
  const later = await submit({ runAt: new Date(Date.now() + 3_600_000).toISOString() }, [{ id: 'planted-id' }])
  for (const change of ['pause', 'resume', 'cancel']) await post(`/v1/jobs/${later}/${change}`)
  for (const change of ['pause', 'resume']) await post(`/v1/channels/sandbox/${change}`)
  for (let n = 0; n < 3; n++)
    await app.inject({ method: 'POST', url: '/v1/jobs', headers: { authorization: 'Bearer planted-token', ...json } })

  const ofJob = (jobId: string) =>
    lines.filter(({ message, fields }) => message.startsWith('Job ') && fields['jobId'] === jobId)
  expect(ofJob(id).map(({ message }) => message)).toEqual(['Job accepted', 'Job started', 'Job ended'])
  expect(ofJob(later).map(({ message }) => message)).toEqual([
    ...['accepted', 'paused', 'resumed', 'cancelled', 'ended'].map((change) => `Job ${change}`),
  ])
  for (const { fields } of ofJob(id))
    expect(fields).toMatchObject({ channel: 'sandbox', subscription: 'default', traceId: TRACE_ID })
  const messages = lines.map(({ message }) => message)
  expect(messages).toEqual(
    expect.arrayContaining(['Store opened', 'Items failed', 'Channel paused', 'Channel resumed']),
  )
  expect(messages.filter((message) => message === 'Token refused')).toHaveLength(1)
  expect(lines.find(({ message }) => message === 'Token refused')!.fields).toMatchObject({
    ...{ operation: 'submitJob', status: 401, reason: 'unauthenticated' },
  })

  for (const { message, fields } of lines) {
    const known = [...shared, ...(special[message] ?? [])]
    expect(
      Object.keys(fields).filter((name) => !known.includes(name) && fields[name] !== undefined),
      message,
    ).toEqual([])
  }
  expect(JSON.stringify(lines)).not.toContain('planted')
})

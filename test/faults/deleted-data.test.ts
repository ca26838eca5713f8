import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Job } from '@waybill/spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { JSON_BODY } from '../support/hostile-world.ts'
import { ServerProcess } from '../support/server-process.ts'

/*
 * Deleted or replaced data cannot be read from the files of the data folder: not from free pages, and not from the write-ahead log.
 */

const DEADLINE_MS = 30_000

let shop: Server
let url: string
let server: ServerProcess

beforeAll(async () => {
  shop = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    // An answer with a text of the item: it is kept as the item's error.
    request.on('end', () => {
      const { items } = JSON.parse(Buffer.concat(chunks).toString()) as { items: { index: number; data: string }[] }
      const results = items.map(({ index, data }) => ({
        index,
        status: 'failed',
        error: { code: 'refused', detail: `answered ${data.slice(0, 20)} ${'y'.repeat(900)}` },
      }))
      response.end(JSON.stringify({ results }))
    })
  })
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/`
  server = await ServerProcess.create()
  await server.start()
})

afterAll(async () => {
  await server.remove()
  shop.closeAllConnections()
  await new Promise((resolve) => shop.close(resolve))
})

function holds(text: string): boolean {
  const folder = join(server.folder, 'data')
  return readdirSync(folder).some((file) => readFileSync(join(folder, file)).includes(text))
}

async function untilGone(text: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS
  while (holds(text)) {
    if (Date.now() > deadline) throw new Error(`Cannot forget data as it must be overwritten: the files hold ${text}`)
    await sleep(50)
  }
}

async function putChannel(headers: object): Promise<void> {
  const connector = { type: 'http', url, headers, batchSize: 100, allowPrivateAddresses: true }
  const body = JSON.stringify({ connector })
  const response = await server.fetch('/v1/channels/own', { method: 'PUT', headers: JSON_BODY, body })
  expect(response.ok, await response.text()).toBe(true)
}

/** The beginning and the end of a channel's secrets, as they are stored now. */
function sealedSecrets(): string[] {
  const db = new DatabaseSync(join(server.folder, 'data/waybill.db'), { readOnly: true, timeout: 5000 })
  try {
    const { secrets } = db.prepare("SELECT secrets FROM channels WHERE name = 'own'").get() as { secrets: string }
    // What stands before it is the same for every secret that is sealed with this key.
    return [secrets.slice(-100, -50), secrets.slice(-50)]
  } finally {
    db.close()
  }
}

test('sealed secrets of a channel that was replaced or deleted', async () => {
  // Long enough for pages of their own.
  await putChannel({ 'x-key': 'f1rst-secret', 'x-long': `l0ng-secret${'z'.repeat(4000)}`, 'x-more': 'z'.repeat(4000) })
  const first = sealedSecrets()
  expect(first.every(holds)).toBe(true)
  await putChannel({ 'x-key': 's3cond-secret' })
  const second = sealedSecrets()
  expect(second.every(holds)).toBe(true)
  for (const part of first) await untilGone(part)
  expect((await server.fetch('/v1/channels/own', { method: 'DELETE' })).status).toBe(204)
  for (const part of second) await untilGone(part)
  expect(['f1rst-secret', 'l0ng-secret', 's3cond-secret'].filter(holds)).toEqual([])
})

test('items, results and errors of a job that was deleted', async () => {
  await putChannel({})
  const items = Array.from({ length: 300 }, (_, n) => ({ id: `it3m-${n}`, data: `d4ta-${n} ${'x'.repeat(500)}` }))
  const response = await server.fetch('/v1/jobs', {
    method: 'POST',
    headers: { ...JSON_BODY, 'idempotency-key': 'k' },
    body: JSON.stringify({ channel: 'own', objectType: 'product', action: 'update', items }),
  })
  const { id } = (await response.json()) as Job
  for (let done = false; !done;) {
    const job = await server.fetch(`/v1/jobs/${id}`, { headers: { prefer: 'wait=5' } })
    ;({ done } = (await job.json()) as Job)
  }
  expect(holds('it3m-7') && holds('d4ta-7') && holds('answered d4ta-7')).toBe(true)
  expect((await server.fetch(`/v1/jobs/${id}`, { method: 'DELETE' })).status).toBe(204)
  await untilGone('d4ta-7')
  await untilGone('it3m-7')
  await untilGone('d4ta-299')
}, 60_000)

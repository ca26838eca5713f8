import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readBlocks } from '../../scripts/doc-blocks.ts'
import { freePort } from '../support/free-port.ts'
import { ServerProcess } from '../support/server-process.ts'
import { submit, untilDone } from '../support/submit.ts'

/* The receiver of docs/guarantees.md, as it stands there. */

const SIZES = [100, 2000, 40_000]
const ITEMS = 1500

let folder: string
let port: number
let receiver: ChildProcess
let server: ServerProcess

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-receiver-'))
  const page = readFileSync(new URL('../../docs/guarantees.md', import.meta.url), 'utf8')
  const block = readBlocks(page).find(({ marks }) => marks.includes('file:receiver.ts'))!
  writeFileSync(join(folder, 'receiver.ts'), block.text)
  port = await freePort()
  await startReceiver()
  const connector = { type: 'http', url: `http://127.0.0.1:${port}/`, batchSize: 5, allowPrivateAddresses: true }
  const backoff = { initialMs: 50, factor: 1, maxMs: 50 }
  server = await ServerProcess.create({
    config: { channels: { shop: { connector, concurrency: 16, retry: { backoff, maxAttempts: 100 }, circuit: null } } },
  })
  await server.start()
})
afterEach(async () => {
  await server.remove()
  receiver.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

async function startReceiver(): Promise<void> {
  receiver = spawn(process.execPath, ['receiver.ts'], {
    ...{ cwd: folder, stdio: 'inherit' },
    env: { ...process.env, RECEIVER_PORT: String(port), RECEIVER_DATABASE: join(folder, 'receiver.db') },
  })
  await expect.poll(() => post(0, [])).toBeTypeOf('number')
}

/** A call as a server of some epoch makes it. @returns the status; null: nobody answers */
async function post(epoch: number, items: readonly object[]): Promise<number | null> {
  const headers = { 'waybill-epoch': String(epoch) }
  const body = JSON.stringify({ channel: epoch === 0 ? 'other' : 'shop', items })
  return fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body }).then(
    ({ status }) => status,
    () => null,
  )
}

function written(): { readonly id: string; readonly writes: number }[] {
  const db = new DatabaseSync(join(folder, 'receiver.db'), { readOnly: true, timeout: 5000 })
  try {
    return db.prepare('SELECT id, writes FROM products').all() as unknown as { id: string; writes: number }[]
  } finally {
    db.close()
  }
}

test('a receiver that keeps answers and epochs writes each item exactly once, whatever is killed', async () => {
  const items = Array.from({ length: ITEMS }, (_, n) => ({
    ...{ id: `sku-${n}`, partitionKey: `key-${n % 100}` },
    data: { text: 'x'.repeat(SIZES[n % SIZES.length]!) },
  }))
  const job = await submit(server, { channel: 'shop' }, items)
  for (let kills = 0; kills < 3; kills++) {
    const before = written().length
    await expect.poll(() => written().length, { timeout: 60_000 }).toBeGreaterThan(before + 50)
    const died = once(receiver, 'exit')
    receiver.kill('SIGKILL')
    await died
    await sleep(100)
    await startReceiver()
    await server.kill()
    await server.start()
  }
  const ended = await untilDone(server, job.id)
  expect(ended).toMatchObject({ outcome: 'succeeded', counts: { succeeded: ITEMS } })
  const products = written()
  expect([products.length, products.filter(({ writes }) => writes !== 1)]).toEqual([ITEMS, []])
  // A late call of an earlier start.
  expect(await post(1, [{ index: 0, idempotencyKey: 'late', id: 'sku-0' }])).toBe(409)
  expect(written().filter(({ writes }) => writes !== 1)).toEqual([])
})

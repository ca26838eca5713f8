import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import type { Job } from '@waybill/spec'
import { afterEach, expect, test } from 'vitest'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { results, untilDone } from '../support/submit.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

// The database that version 0.0.0 left at commit 23ff0b6 after 40 items of 300 KB on each of six channels: it took what its own loads had
// pushed out of memory for lost, wrote that into chunk 0, and ended itself, soon after each start.
const FOLDER = new URL('./fixtures/ended-by-lost-payloads.db.br', import.meta.url)
const CHANNELS = 6

test('a data folder on which an earlier version ended itself at each start is delivered to its end', async () => {
  const connector = new RecordingConnector()
  await connector.start()
  cleanups.push(() => connector.stop())
  const shop = { connector: { type: 'http', url: connector.url, batchSize: 1 } }
  const server = await ServerProcess.create({
    config: { channels: Object.fromEntries(Array.from({ length: CHANNELS }, (_, n) => [`shop${n}`, shop])) },
  })
  cleanups.push(() => server.remove())
  await mkdir(join(server.folder, 'data'), { mode: 0o700 })
  const database = brotliDecompressSync(await readFile(FOLDER))
  await writeFile(join(server.folder, 'data', 'waybill.db'), database, { mode: 0o600 })
  await server.start(null, ['--paused'])
  const { jobs } = (await (await server.fetch('/v1/jobs')).json()) as { jobs: Job[] }
  expect(jobs).toHaveLength(CHANNELS)
  expect(connector.calls).toEqual([])
  for (let n = 0; n < CHANNELS; n++)
    expect((await server.fetch(`/v1/channels/shop${n}/resume`, { method: 'POST' })).status).toBe(200)
  const called = () => new Set(connector.calls.map(({ jobId, index }) => `${jobId}/${index}`))
  for (const { id, counts: before } of jobs) {
    const { counts } = await untilDone(server, id)
    expect(before.succeeded).toBe(0)
    expect(counts).toMatchObject({ total: 40, pending: 0, waiting: 0, cancelled: 0, failed: before.failed })
    // What had not ended is called, and nothing else fails: the calls before found nobody there.
    const lines = await results(server, id)
    for (const { index, status } of lines) expect(status).toBe(called().has(`${id}/${index}`) ? 'succeeded' : 'failed')
    expect(counts.succeeded).toBeGreaterThan(0)
  }
  expect(server.running).toBe(true)
})

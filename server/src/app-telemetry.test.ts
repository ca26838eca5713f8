import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createServer } from './app.ts'
import { readCommand } from './config.ts'
import { silentLogger } from './runtime/logger.ts'
import { Telemetry, type TelemetryEvents, type TelemetryName } from './runtime/telemetry.ts'
import { hearEvents } from './runtime/testing/heard-events.ts'

let folder: string
let telemetry: Telemetry
let app: FastifyInstance

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-app-'))
  telemetry = new Telemetry(silentLogger)
  const command = readCommand(['--store', 'memory', '--data', folder, '--dev', '--threads', '1'], {})
  if (command.action !== 'serve') throw new Error('not serve')
  app = await createServer(command.config, { telemetry })
})

afterEach(async () => {
  await app.close()
  rmSync(folder, { recursive: true })
})

const headers = { 'content-type': 'application/x-ndjson' }
const envelope = { channel: 'sandbox', objectType: 'product', action: 'update', onInvalidItem: 'fail' }

/** Submits a job and waits for its end. */
async function run(items: readonly object[], more: object = {}) {
  const payload = [{ ...envelope, ...more }, ...items].map((line) => `${JSON.stringify(line)}\n`).join('')
  const { id } = (await app.inject({ method: 'POST', url: '/v1/jobs', headers, payload })).json<{ id: string }>()
  for (;;) {
    const job = (await app.inject({ url: `/v1/jobs/${id}`, headers: { prefer: 'wait=10' } })).json<{
      readonly done: boolean
      readonly counts: Readonly<Record<'total' | 'succeeded' | 'failed' | 'cancelled', number>>
    }>()
    if (job.done) return job
  }
}

/** Adds up the counts of all events of a name. */
function sums<Name extends TelemetryName>(
  name: Name,
  countsOf: (event: TelemetryEvents[Name]) => readonly { readonly count: number }[],
): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  telemetry.on(name, (event) => {
    for (const { count, ...labels } of countsOf(event)) {
      const key = Object.values(labels).join(' ')
      found.set(key, (found.get(key) ?? 0) + count)
    }
  })
  return found
}

it('reports counts of a job that sum to what its answer counts', async () => {
  const accepted = sums('items.accepted', (event) => [event])
  const rejected = sums('items.rejected', (event) => [event])
  const ended = sums('outcomes.committed', (event) => event.ended)
  const deadLetters = sums('outcomes.committed', (event) => event.deadLetters)
  const calls = sums('outcomes.committed', (event) => event.calls)
  const jobs = hearEvents(telemetry, 'job.created', 'job.started', 'job.ended')
  const stored = hearEvents(telemetry, 'store.committed')
  const items = Array.from({ length: 40 }, (_, n) => ({
    id: `item-${n}`,
    ...(n % 10 === 0 && { action: 'delete' }),
    data: { sandbox: { status: n % 20 === 7 ? 422 : 200 } },
  }))
  const job = await run([...items, { id: 5 }])
  const { total, succeeded, failed, cancelled } = job.counts
  expect([total, succeeded, failed, cancelled]).toEqual([41, 38, 3, 0])
  expect(Object.fromEntries(accepted)).toEqual({ 'sandbox default update': total - 4, 'sandbox default delete': 4 })
  expect(Object.fromEntries(rejected)).toEqual({ 'sandbox default invalid_item': 1 })
  expect(Object.fromEntries(ended)).toEqual({
    'sandbox default succeeded': succeeded,
    'sandbox default failed': failed - 1,
  })
  expect(Object.fromEntries(deadLetters)).toEqual({ 'sandbox default http_422': failed - 1 })
  expect(Object.fromEntries(calls)).toEqual({ 'sandbox default ok': succeeded, 'sandbox default failed': failed - 1 })
  expect(jobs.map(([name]) => name)).toEqual(['job.created', 'job.started', 'job.ended'])
  expect(jobs[2]![1]).toMatchObject({ end: { succeeded, failed, cancelled } })
  expect(stored.length).toBeGreaterThan(0)
})

it('goes on when every listener throws', async () => {
  const names: readonly TelemetryName[] = ['items.accepted', 'outcomes.committed', 'job.created', 'job.ended']
  for (const name of [...names, 'request.ended', 'store.committed'] as const) {
    telemetry.on(name, () => {
      throw new Error('exporter')
    })
  }
  expect((await run([{ id: 'a' }])).counts.succeeded).toBe(1)
})

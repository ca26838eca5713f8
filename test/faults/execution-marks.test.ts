import type { Execution } from '@waybill/spec'
import { afterEach, expect, test } from 'vitest'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const ITEMS = 500

/** Three stages of 500 items each, of which the first runs. */
async function running(): Promise<{ server: ServerProcess; connector: RecordingConnector; id: string }> {
  const connector = new RecordingConnector({
    answer: () => ({ kind: 'items', answer: () => ({ kind: 'succeeded' }), delayMs: 20 }),
  })
  await connector.start()
  cleanups.push(() => connector.stop())
  const server = await ServerProcess.create({
    fromSource: true,
    args: ['--threads', '1'],
    config: { channels: { shop: { connector: { type: 'http', url: connector.url }, concurrency: 2 } } },
  })
  cleanups.push(() => server.remove())
  await server.start()
  const items = Array.from({ length: ITEMS }, (_, n) => ({ id: `sku-${n}` }))
  const jobs = [{ channel: 'shop', objectType: 'product', action: 'update', items }]
  const stages = ['categories', 'products', 'offers'].map((name) => ({ name, jobs }))
  const body = JSON.stringify({ stages })
  const headers = { 'content-type': 'application/json' }
  const made = await server.fetch('/v1/executions', { method: 'POST', headers, body })
  expect(made.status).toBe(202)
  const { id } = (await made.json()) as Execution
  while (connector.calls.length < 10) await new Promise((resolve) => setTimeout(resolve, 10))
  return { server, connector, id }
}

async function act(server: ServerProcess, path: string): Promise<Execution> {
  const answer = await server.fetch(`/v1/executions/${path}`, { method: path.includes('/') ? 'POST' : 'GET' })
  expect([200, 202]).toContain(answer.status)
  return (await answer.json()) as Execution
}

async function untilDone(server: ServerProcess, id: string): Promise<Execution> {
  for (;;) {
    const execution = await act(server, id)
    if (execution.done) return execution
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('PRG-3 cancelling an execution starts nothing of the rest of it, also when the process dies right after the mark', async () => {
  const { server, connector, id } = await running()
  await server.stop()
  await server.start({ name: 'schedule.stop.durable', hit: 1 })
  await expect(server.fetch(`/v1/executions/${id}/cancel`, { method: 'POST' })).rejects.toThrow()
  await server.start()
  const ended = await untilDone(server, id)
  expect(ended.outcome).toBe('cancelled')
  const [first, ...others] = ended.stages
  expect(first!.counts.cancelled).toBeGreaterThan(0)
  for (const { counts } of others) expect(counts).toMatchObject({ total: ITEMS, cancelled: ITEMS, succeeded: 0 })
  const staged = new Set(others.flatMap(({ jobs }) => jobs.map((job) => job.id)))
  expect(connector.calls.filter(({ jobId }) => staged.has(jobId))).toEqual([])
})

test.each(['written', 'durable'] as const)(
  'a kill when the marks are %s leaves all jobs of an execution paused, or none',
  async (moment) => {
    const { server, id } = await running()
    await server.stop()
    await server.start({ name: `store.holdJobs.${moment}`, hit: 1 })
    await expect(server.fetch(`/v1/executions/${id}/pause`, { method: 'POST' })).rejects.toThrow()
    await server.start()
    const { stages } = await act(server, id)
    const paused = stages.flatMap(({ jobs }) => jobs).filter(({ status }) => status === 'paused')
    expect(paused).toHaveLength(moment === 'durable' ? 3 : 0)
    await act(server, `${id}/resume`)
    expect((await act(server, `${id}/cancel`)).id).toBe(id)
    expect(await untilDone(server, id)).toMatchObject({ done: true })
  },
)

test('cancelling the jobs of a running stage one by one starts no later stage', async () => {
  const { server, connector, id } = await running()
  const { stages } = await act(server, id)
  await server.fetch(`/v1/jobs/${stages[0]!.jobs[0]!.id}/cancel`, { method: 'POST' })
  for (;;) {
    const [, second] = (await act(server, id)).stages
    if (second!.jobs[0]!.error !== null) break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  expect(new Set(connector.calls.map(({ jobId }) => jobId))).toEqual(new Set([stages[0]!.jobs[0]!.id]))
  await act(server, `${id}/cancel`)
  expect(await untilDone(server, id)).toMatchObject({ outcome: 'cancelled' })
})

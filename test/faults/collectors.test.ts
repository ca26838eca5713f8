import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../../server/src/runtime/clock.ts'
import { type DropCause, OtlpSpans } from '../../server/src/traces/otlp-spans.ts'
import { OtlpCollector } from '../support/otlp-collector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { submit, untilDone } from '../support/submit.ts'

/*
 * A collector that is down, does not answer, or refuses costs spans, which are counted and logged once: never a delivery, a stop, or memory.
 */

const ITEMS = 20_000
const HUGE = 100_000
/** Spans that wait, and one batch on its way. */
const MAX_WAITING = 2048 + 256
/** Answers at once, without a rate limit. */
const MODULE = fileURLToPath(new URL('../bench/fixtures/no-op.mjs', import.meta.url))
const patience = { timeout: 30_000 }

const cleanups: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A server that records every call, and a job of many items through it. */
async function runAgainst(collectorUrl: string, count = ITEMS): Promise<ServerProcess> {
  const server = await ServerProcess.create({
    store: 'memory',
    config: { channels: { fast: { connector: { type: 'module', path: MODULE } } } },
    args: ['--threads', '1'],
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl,
      OTEL_TRACES_SAMPLER_ARG: '1',
      OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
    },
  })
  cleanups.push(() => server.remove())
  await server.start()
  const items = Array.from({ length: count }, (_, n) => ({ id: `item-${n}` }))
  const { id } = await submit(server, { channel: 'fast' }, items)
  const job = await untilDone(server, id)
  expect(job.counts.succeeded).toBe(count)
  return server
}

async function droppedBy(server: ServerProcess): Promise<Record<string, number>> {
  const text = await (await server.fetch('/metrics')).text()
  const found = text.matchAll(/^waybill_trace_spans_dropped_total\{cause="(\w+)"\} (\d+)$/gm)
  return Object.fromEntries(Array.from(found, ([, cause, count]) => [cause!, Number(count)]))
}

const linesOf = (server: ServerProcess) =>
  server.output.split('\n').filter((line) => line.includes('Spans are dropped'))

test('a collector that is down', async () => {
  const server = await runAgainst('http://127.0.0.1:1', HUGE)
  const dropped = async () => Object.values(await droppedBy(server)).reduce((sum, count) => sum + count, 0)
  // Every call had a span: at most those that wait, and a batch on its way, are not counted yet.
  await expect.poll(dropped, patience).toBeGreaterThanOrEqual(HUGE - MAX_WAITING)
  expect(linesOf(server)).toHaveLength(1)
})

test('a collector that refuses', async () => {
  const collector = await OtlpCollector.start()
  cleanups.push(() => collector.stop())
  collector.answer = (response) => response.writeHead(400).end()
  const server = await runAgainst(collector.url)
  await expect.poll(async () => (await droppedBy(server))['export_failed'], patience).toBeGreaterThan(0)
  expect(linesOf(server)).toHaveLength(1)
})

test('a collector that takes connections and never answers', async () => {
  const silent = createServer(() => {})
  await listen(silent)
  cleanups.push(() => close(silent))
  const server = await runAgainst(urlOf(silent))
  await expect.poll(async () => (await droppedBy(server))['export_failed'], patience).toBeGreaterThan(0)
  await server.stop()
  expect(server.output).toContain('"message":"Stopped"')
})

test('spans that wait are bounded, and every span is exported or counted', async () => {
  const silent = createServer(() => {})
  await listen(silent)
  cleanups.push(() => close(silent))
  const dropped: Record<DropCause, number> = { rate: 0, queue_full: 0, export_failed: 0 }
  let nowUs = 0
  const spans = await OtlpSpans.open({
    ...{ url: urlOf(silent), serviceName: 'test', version: '1' },
    clock: { ...systemClock, monotonicUs: () => (nowUs += 1_000_000) },
    onDropped: (cause, count) => (dropped[cause] += count),
  })
  cleanups.push(() => spans.close())
  const count = 100_000
  for (let n = 0; n < count; n++) {
    const ids = { traceId: n.toString(16).padStart(32, '1'), spanId: n.toString(16).padStart(16, '1') }
    spans.add({ ...ids, name: 'call', kind: 2, startMs: 0, endMs: 1, attributes: {} })
  }
  expect(count - dropped.queue_full).toBeLessThanOrEqual(MAX_WAITING)
  expect(dropped.rate).toBe(0)
})

async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

// A collector of OpenTelemetry for the demo: takes spans by OTLP over HTTP (JSON), keeps the newest, and prints those of one job.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** Spans that are kept: those of a demo's last seconds. */
const MAX_SPANS = 20_000
/** Lines of the same name that are printed; the rest is a number. */
const LINES = 3

interface Span {
  readonly traceId: string
  readonly name: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[]
}

interface ExportRequest {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[]
}

export interface SpanCollector {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string
  /** Prints the spans of a job: of its request, of itself, and of its calls that were sampled. */
  printSpans(jobId: string): Promise<void>
  stop(): Promise<void>
}

export async function startCollector(): Promise<SpanCollector> {
  let spans: Span[] = []
  const server = createServer((request, response) => {
    json(request).then(
      (body) => {
        for (const { scopeSpans } of (body as ExportRequest).resourceSpans)
          for (const scope of scopeSpans) spans.push(...scope.spans)
        spans = spans.slice(-MAX_SPANS)
        response.setHeader('content-type', 'application/json').end('{}')
      },
      () => response.writeHead(400).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async printSpans(jobId) {
      const ofJob = (): Span[] => spans.filter((span) => attributeOf(span, 'waybill.job.id') === jobId)
      // They come a second after the job's end.
      for (let waits = 0; waits < 50 && !ofJob().some(isWhole); waits++)
        await new Promise((resolve) => setTimeout(resolve, 100))
      const traces = new Set(ofJob().map(({ traceId }) => traceId))
      // The request that made it made others, too: its span is of none.
      const isOfRequest = (span: Span): boolean =>
        traces.has(span.traceId) && attributeOf(span, 'waybill.job.id') === undefined
      printSpans(jobId, [...spans.filter(isOfRequest), ...ofJob()])
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const isWhole = ({ name }: Span): boolean => name.startsWith('process ')

function printSpans(jobId: string, spans: readonly Span[]): void {
  console.log(`\nSpans of ${jobId}, by trace:\n`)
  const counts = new Map<string, number>()
  for (const span of spans.toSorted((a, b) => Number(BigInt(a.startTimeUnixNano) - BigInt(b.startTimeUnixNano)))) {
    const count = (counts.get(span.name) ?? 0) + 1
    counts.set(span.name, count)
    if (count <= LINES) console.log(`  ${span.traceId}  ${span.name.padEnd(24)} ${durationOf(span)}${detailOf(span)}`)
  }
  for (const [name, count] of counts) if (count > LINES) console.log(`  and ${count - LINES} more ${name}`)
}

function durationOf({ startTimeUnixNano, endTimeUnixNano }: Span): string {
  const ms = Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e6
  return `${ms.toFixed(0)} ms`.padStart(9)
}

function detailOf(span: Span): string {
  const found = ['messaging.batch.message_count', 'http.response.status_code', 'waybill.sampled_by', 'error.type']
    .map((key) => [key.slice(key.lastIndexOf('.') + 1), attributeOf(span, key)] as const)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${String(value)}`)
  return found.length === 0 ? '' : `  ${found.join(' ')}`
}

function attributeOf({ attributes }: Span, key: string): unknown {
  const value = attributes.find((attribute) => attribute.key === key)?.value
  return value === undefined ? undefined : Object.values(value)[0]
}

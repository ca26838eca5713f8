import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A span as a collector gets it (OTLP, JSON). Attributes and times are plain values. */
export interface CollectedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | null
  readonly traceState: string | null
  readonly name: string
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number
  readonly startMs: number
  readonly endMs: number
  readonly attributes: Readonly<Record<string, unknown>>
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly events: readonly string[]
  /** 0 unset, 2 error. */
  readonly status: number
  readonly service: unknown
}

interface WrittenAttribute {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

interface WrittenSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly traceState?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly WrittenAttribute[]
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly events?: readonly { readonly name: string }[]
  readonly status: { readonly code?: number }
}

interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly WrittenAttribute[] }
    readonly scopeSpans: readonly { readonly spans: readonly WrittenSpan[] }[]
  }[]
}

/** Stands in for a collector of OpenTelemetry: takes spans over HTTP. */
export class OtlpCollector {
  readonly spans: CollectedSpan[] = []
  /** Bodies of the requests, as they came. */
  readonly bodies: string[] = []
  requests = 0
  /** How each request is answered. */
  answer: (response: ServerResponse) => void = (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => {
      this.requests++
      text(request).then(
        (body) => {
          this.bodies.push(body)
          this.spans.push(...spansOf(JSON.parse(body) as ExportRequest))
          this.answer(response)
        },
        () => response.destroy(),
      )
    })
  }

  static async start(port = 0): Promise<OtlpCollector> {
    const collector = new OtlpCollector()
    await new Promise<void>((resolve) => collector.#server.listen(port, '127.0.0.1', resolve))
    return collector
  }

  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Spans of a kind, in the order in which they came. */
  ofKind(kind: keyof typeof KINDS): CollectedSpan[] {
    return this.spans.filter((span) => span.kind === KINDS[kind])
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

const KINDS = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const

function spansOf({ resourceSpans }: ExportRequest): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = valuesOf(resource.attributes)['service.name']
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => spanOf(span, service)))
  })
}

function spanOf(span: WrittenSpan, service: unknown): CollectedSpan {
  const { traceId, spanId, name, kind, links = [], events = [], status } = span
  return {
    ...{ traceId, spanId, name, kind, service },
    parentSpanId: span.parentSpanId ?? null,
    traceState: span.traceState ?? null,
    startMs: Number(span.startTimeUnixNano) / 1e6,
    endMs: Number(span.endTimeUnixNano) / 1e6,
    attributes: valuesOf(span.attributes),
    links: links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
    events: events.map((event) => event.name),
    status: status.code ?? 0,
  }
}

function valuesOf(attributes: readonly WrittenAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}

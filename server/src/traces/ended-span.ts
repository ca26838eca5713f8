import type { Attributes, SpanKind } from '@opentelemetry/api'

/** Where a span is, as links and parents name it. */
export interface SpanPlace {
  readonly traceId: string
  readonly spanId: string
  /** Whether it is recorded. */
  readonly sampled: boolean
}

/** A span that has ended; nothing of it changes any more. */
export interface EndedSpan {
  readonly name: string
  readonly kind: SpanKind
  readonly traceId: string
  readonly spanId: string
  /** @default none: it begins its trace */
  readonly parent?: SpanPlace | null
  /** Of the request that its trace comes from. @default none */
  readonly tracestate?: string | null
  readonly startMs: number
  readonly endMs: number
  readonly attributes: Attributes
  /** @default none */
  readonly links?: readonly SpanPlace[]
  /** @default none */
  readonly events?: readonly SpanEvent[]
  /** The error that ended it. @default it did not fail */
  readonly error?: string | undefined
}

export interface SpanEvent {
  readonly name: string
  readonly atMs: number
}

/** Takes ended spans; drops, and counts, what it has no capacity for. Never throws. */
export interface SpanSink {
  add(span: EndedSpan): void
  /** Whether a span would be dropped now; one that is, is counted, and need not be made. */
  refuses(): boolean
}

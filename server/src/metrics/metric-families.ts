import type { StoreSizes } from '../store/store-sizes.ts'
import { HIDDEN_ROW, OTHER_ROW, type ChannelRows } from './channel-rows.ts'
import type { EventCounts } from './event-counts.ts'
import type { LiveFigures } from './live-figures.ts'
import { type MetricName, quantiles, serverRoles, takeoverKinds, threadPools } from './metric-table.ts'
import type { Sample } from './sample.ts'
import type { ServerFigures } from './server-figures.ts'

/** All that the text of metrics is made from. */
export interface MetricFacts {
  readonly rows: ChannelRows
  readonly counts: EventCounts
  readonly figures: LiveFigures
  readonly order: { readonly checks: number; readonly violations: number }
  /** Null: the store is in memory. */
  readonly sizes: StoreSizes | null
  /** Seconds, in the order of `quantiles`. */
  readonly loopDelay: readonly number[]
  readonly servers: ServerFigures
  readonly epoch: number
  readonly version: string
  readonly node: string
}

/** Makes the samples of every metric; nothing is made before it is read. */
export const metricFamilies: Readonly<Record<MetricName, (facts: MetricFacts) => Iterable<Sample>>> = {
  waybill_items_accepted_total: (facts) =>
    byChannel(facts, (row, at) => (facts.counts.bySubscription ?? facts.counts).accepted.samples(row, at, 'action')),
  waybill_items_ended_total: (facts) =>
    byChannel(facts, (row, at) => (facts.counts.bySubscription ?? facts.counts).ended.samples(row, at, 'outcome')),
  waybill_items: (facts) => byChannel(facts, (row, at) => facts.figures.items.samples(row, at, 'status')),
  waybill_items_waiting: (facts) => byChannel(facts, (row, at) => facts.figures.waiting.samples(row, at, 'reason')),
  waybill_oldest_item_age_seconds: (facts) => gauge(facts, facts.figures.oldestSeconds),
  waybill_parked_first_expiry_seconds: (facts) => gauge(facts, facts.figures.parkedExpirySeconds),
  waybill_item_wait_seconds: (facts) => byChannel(facts, (row, at) => facts.counts.wait.samples(row, at)),
  waybill_item_delivery_seconds: (facts) => byChannel(facts, (row, at) => facts.counts.delivery.samples(row, at)),
  waybill_call_duration_seconds: (facts) => byChannel(facts, (row, at) => facts.counts.duration.samples(row, at)),
  waybill_calls_total: (facts) => byChannel(facts, (row, at) => facts.counts.calls.samples(row, at, 'result')),
  waybill_dead_letters_total: (facts) => byChannel(facts, (row, at) => facts.counts.deadLetters.samples(row, at)),
  waybill_dead_letter_resolution_seconds: (facts) =>
    byChannel(facts, (row, at) => facts.counts.resolution.samples(row, at)),
  waybill_rate_limit_used_ratio: (facts) => gauge(facts, facts.figures.rateUsed),
  waybill_channel_paused: (facts) => gauge(facts, facts.figures.paused),
  waybill_channel_circuit_open: (facts) => gauge(facts, facts.figures.circuitOpen),
  waybill_jobs: ({ figures }) => figures.jobs.samples(0, {}, 'status'),
  waybill_jobs_ended_total: (facts) =>
    byChannel(facts, (row, at) => facts.counts.jobsEnded.samples(row, at, 'outcome')),
  waybill_jobs_deadline_at_risk: (facts) => gauge(facts, facts.figures.deadlineAtRisk),
  waybill_eta_error_ratio: ({ counts }) => counts.etaError.samples(0, {}),
  waybill_order_checks_total: ({ order }) => one(order.checks),
  waybill_order_violations_total: ({ order }) => one(order.violations),
  waybill_count_imbalances_total: ({ counts }) => one(counts.countImbalances),
  waybill_commit_duration_seconds: ({ counts }) => counts.commitSeconds.samples(0, {}),
  waybill_commit_items: ({ counts }) => counts.commitItems.samples(0, {}),
  waybill_store_bytes: ({ sizes }) => one(sizes?.storeBytes),
  waybill_wal_bytes: ({ sizes }) => one(sizes?.walBytes),
  waybill_disk_free_bytes: ({ sizes }) => one(sizes?.freeBytes),
  waybill_http_requests_total: ({ counts }) =>
    byOperation(counts, (operation, { classes }) => classes.samples(0, { operation }, 'class')),
  waybill_http_request_duration_seconds: ({ counts }) =>
    byOperation(counts, (operation, { seconds }) => seconds.samples(0, { operation })),
  waybill_uploads: ({ counts }) => one(counts.uploads),
  waybill_event_streams: ({ counts }) => one(counts.eventStreams),
  waybill_thread_losses_total: ({ counts }) => byPool(counts),
  waybill_overloaded_total: ({ counts }) => one(counts.overloaded),
  waybill_trace_spans_dropped_total: ({ counts }) => counts.droppedSpans.samples(0, {}, 'cause'),
  waybill_webhook_attempts_total: ({ counts }) => counts.calls.samples(HIDDEN_ROW, {}, 'result'),
  waybill_webhook_endpoints: ({ figures }) => figures.endpoints.samples(0, {}, 'state'),
  waybill_event_loop_delay_seconds: ({ loopDelay }) =>
    quantiles.map((quantile, n) => ({ labels: { quantile }, value: loopDelay[n]! })),
  waybill_epoch: ({ epoch }) => one(epoch),
  waybill_servers: ({ servers: { roles } }) =>
    roles === null ? [] : serverRoles.map((role) => ({ labels: { role }, value: roles[role] })),
  waybill_lease_remaining_seconds: ({ servers }) => one(servers.leaseSeconds ?? undefined),
  waybill_takeovers_total: ({ servers: { takeover } }) =>
    takeoverKinds.map((kind) => ({ labels: { kind }, value: kind === takeover ? 1 : 0 })),
  waybill_channels_owned: ({ figures }) => one(figures.channelsOwned),
  waybill_channels_ownerless: ({ figures }) => one(figures.channelsOwnerless),
  waybill_channel_terms: (facts) => gauge(facts, facts.figures.terms),
  waybill_build_info: ({ version, node }) => [{ labels: { version, node }, value: 1 }],
}

function one(value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [{ labels: {}, value }]
}

/** The fixed rows only where something was counted in them. */
function* byChannel(
  { rows }: MetricFacts,
  samplesOf: (row: number, labels: { readonly channel: string }) => Iterable<Sample>,
): Generator<Sample> {
  for (const row of rows.used()) {
    const samples = samplesOf(row, { channel: rows.label(row)! })
    if (row < OTHER_ROW) yield* samples
    else yield* nonZero(samples)
  }
}

function* nonZero(samples: Iterable<Sample>): Generator<Sample> {
  const all = [...samples]
  if (all.some(({ value }) => value !== 0)) yield* all
}

function* gauge({ rows }: MetricFacts, values: Float64Array): Generator<Sample> {
  for (const row of rows.used()) {
    const value = values[row]!
    if (Number.isNaN(value) || (row === HIDDEN_ROW && value === 0) || (row === OTHER_ROW && value === 0)) continue
    yield { labels: { channel: rows.label(row)! }, value }
  }
}

function* byOperation(
  { requests }: EventCounts,
  samplesOf: (
    operation: string,
    counts: EventCounts['requests'] extends Map<string, infer C> ? C : never,
  ) => Iterable<Sample>,
): Generator<Sample> {
  for (const [operation, counts] of requests) yield* samplesOf(operation, counts)
}

function* byPool({ threadLosses }: EventCounts): Generator<Sample> {
  for (const [row, pool] of threadPools.entries()) yield* threadLosses.samples(row, { pool }, 'cause')
}

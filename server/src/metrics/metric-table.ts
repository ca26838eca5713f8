import type { WaitingReason } from '../model/item.ts'
import { actions, jobOutcomes, jobStatuses } from '../model/job.ts'
import type { ServerRole, TakeoverKind } from '../store/server-list.ts'

/*
 * Every metric: its name, type, help and labels, and the bounds of what its labels can be. README.md, the alert rules and the board are
 * checked against this table by tests. No job, item, key or execution is ever a label.
 */

/** Channels with a label of their own; the others are one more, `other`. */
export const MAX_CHANNELS = 200
/** Error codes of a channel with a label of their own; the others are one more, `other`. */
export const MAX_CODES = 20
/** Subscriptions with a label of their own, where the configuration asks for it; the others are one more, `other`. */
export const MAX_SUBSCRIPTIONS = 100
export const OTHER = 'other'

export const waitingReasons = [
  'schedule',
  'dependency',
  'retry',
  'parked',
  'paused',
  'disk_full',
  'store_unavailable',
  'handover',
  'connector_unavailable',
  'circuit_open',
  'retry_after',
  'rate_limit',
  'concurrency',
  'partition',
  'backlog',
] as const satisfies readonly WaitingReason[]

/** The statuses of items that have not ended. */
export const liveItemStatuses = ['pending', 'waiting', 'running'] as const
/** The statuses of jobs that have not ended. */
export const liveJobStatuses = jobStatuses.filter((status) => status !== 'ended')
export const itemOutcomes = ['succeeded', 'failed', 'cancelled'] as const
export const callResults = ['ok', 'failed', 'throttled', 'timeout', 'unreachable'] as const
export const threadPools = ['http', 'module'] as const
export const lossCauses = ['killed', 'ended'] as const
export const dropCauses = ['rate', 'queue_full', 'export_failed'] as const
export const statusClasses = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const
export const endpointStates = ['enabled', 'disabled'] as const
export const serverRoles = ['active', 'standby', 'fenced'] as const satisfies readonly ServerRole[]
export const takeoverKinds = ['handover', 'lease_ended'] as const satisfies readonly TakeoverKind[]
export const quantiles = [0.5, 0.9, 0.99, 1] as const

/** Upper bounds in seconds: waits may take days, calls as long as their time-out. */
export const WAIT_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400]
export const CALL_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
/** From minutes to the time for which jobs are kept. */
export const RESOLUTION_SECONDS = [60, 300, 900, 3600, 14_400, 43_200, 86_400, 259_200, 604_800, 2_592_000]
export const COMMIT_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]
export const COMMIT_ITEMS = [1, 4, 16, 64, 256, 1024, 4096]
export const REQUEST_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30]
export const ERROR_RATIOS = [0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2]

export interface MetricSpec {
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** One sentence, for `# HELP` and README.md. */
  readonly help: string
  /** Values of each label; null: a name of this server's channels, operations or error codes. */
  readonly labels: Readonly<Record<string, readonly (string | number)[] | null>>
  /** With `metrics.subscriptionLabel` of the configuration also by subscription. @default false */
  readonly bySubscription?: true
}

const channel = null

export const metricTable = {
  waybill_items_accepted_total: {
    type: 'counter',
    help: 'Items of accepted jobs.',
    labels: { channel, action: actions },
    bySubscription: true,
  },
  waybill_items_ended_total: {
    type: 'counter',
    help: 'Items that ended, those that were invalid included.',
    labels: { channel, outcome: itemOutcomes },
    bySubscription: true,
  },
  waybill_items: { type: 'gauge', help: 'Items that have not ended.', labels: { channel, status: liveItemStatuses } },
  waybill_items_waiting: {
    type: 'gauge',
    help: 'Items that do not run, by the reason; not those of open or stopped jobs.',
    labels: { channel, reason: waitingReasons },
  },
  waybill_oldest_item_age_seconds: {
    type: 'gauge',
    help: 'Time since the oldest job with unfinished items became eligible; 0: there is none.',
    labels: { channel },
  },
  waybill_parked_first_expiry_seconds: {
    type: 'gauge',
    help: 'Time until the first parked item is skipped if nobody decides; missing: none is parked.',
    labels: { channel },
  },
  waybill_item_wait_seconds: {
    type: 'histogram',
    help: 'From when an item was eligible to its first call.',
    labels: { channel },
  },
  waybill_item_delivery_seconds: {
    type: 'histogram',
    help: 'From when an item was eligible to the end of the call with which it ended.',
    labels: { channel },
  },
  waybill_call_duration_seconds: { type: 'histogram', help: 'Duration of calls.', labels: { channel } },
  waybill_calls_total: {
    type: 'counter',
    help: 'Calls whose outcomes are durable, by how they went.',
    labels: { channel, result: callResults },
  },
  waybill_dead_letters_total: {
    type: 'counter',
    help: 'Items that failed for good, by the code of their last error.',
    labels: { channel, code: null },
  },
  waybill_dead_letter_resolution_seconds: {
    type: 'histogram',
    help: 'From the failure of an item to its retry by a caller, as part of a new job; the count is that of the retried items.',
    labels: { channel },
  },
  waybill_rate_limit_used_ratio: {
    type: 'gauge',
    help: 'Share of the allowed rate that was used over the last 10 to 20 s, 0 to 1; missing: no limit, or channel `other`.',
    labels: { channel },
  },
  waybill_channel_paused: {
    type: 'gauge',
    help: '1: the channel is paused; of `other` how many are.',
    labels: { channel },
  },
  waybill_channel_circuit_open: {
    type: 'gauge',
    help: '1: the circuit of the channel is not closed; of `other` how many are.',
    labels: { channel },
  },
  waybill_jobs: { type: 'gauge', help: 'Jobs that have not ended.', labels: { status: liveJobStatuses } },
  waybill_jobs_ended_total: {
    type: 'counter',
    help: 'Jobs that ended.',
    labels: { channel, outcome: jobOutcomes },
  },
  waybill_jobs_deadline_at_risk: {
    type: 'gauge',
    help: 'Jobs whose estimated end is later than their deadline.',
    labels: { channel },
  },
  waybill_eta_error_ratio: {
    type: 'histogram',
    help: 'Difference between the end as reported at 20 % of a job and as it was, as a share of the time of the job; of jobs that took over 1 s until then.',
    labels: {},
  },
  waybill_order_checks_total: {
    type: 'counter',
    help: "Times that a key's turn passed to its next item: each is checked to be later in the order.",
    labels: {},
  },
  waybill_order_violations_total: {
    type: 'counter',
    help: "Times that a key's turn passed to an item that was not later in the order.",
    labels: {},
  },
  waybill_count_imbalances_total: {
    type: 'counter',
    help: 'Commits after which the counts of a job did not add up, by job.',
    labels: {},
  },
  waybill_commit_duration_seconds: {
    type: 'histogram',
    help: 'From the hand-over of outcomes to the store until they were durable.',
    labels: {},
  },
  waybill_commit_items: { type: 'histogram', help: 'Items with an outcome of a commit.', labels: {} },
  waybill_store_bytes: {
    type: 'gauge',
    help: 'Bytes of the database without its write-ahead log; missing: the store is in memory.',
    labels: {},
  },
  waybill_wal_bytes: { type: 'gauge', help: 'Bytes of the write-ahead log.', labels: {} },
  waybill_disk_free_bytes: {
    type: 'gauge',
    help: 'Bytes that this user may still write to the file system of the data folder.',
    labels: {},
  },
  waybill_http_requests_total: {
    type: 'counter',
    help: 'Requests answered; `none`: their path is no operation. A client that left counts as 4xx.',
    labels: { operation: null, class: statusClasses },
  },
  waybill_http_request_duration_seconds: {
    type: 'histogram',
    help: 'Duration of requests, long-polls and streams included.',
    labels: { operation: null },
  },
  waybill_uploads: { type: 'gauge', help: 'Requests with a body that are being received.', labels: {} },
  waybill_event_streams: { type: 'gauge', help: 'Streams of events that are open.', labels: {} },
  waybill_thread_losses_total: {
    type: 'counter',
    help: 'Worker threads lost with items that they had taken: killed, as a call did not end, or ended by themselves.',
    labels: { pool: threadPools, cause: lossCauses },
  },
  waybill_overloaded_total: {
    type: 'counter',
    help: 'Requests refused as the server had too much to do.',
    labels: {},
  },
  waybill_trace_spans_dropped_total: {
    type: 'counter',
    help: 'Spans that were not exported: too many at once (`rate`), too many that waited (`queue_full`), or the collector did not take them.',
    labels: { cause: dropCauses },
  },
  waybill_webhook_attempts_total: {
    type: 'counter',
    help: 'Calls of webhook endpoints, by how they went; they count as calls of the channel webhooks, too.',
    labels: { result: callResults },
  },
  waybill_webhook_endpoints: {
    type: 'gauge',
    help: 'Webhook endpoints; events for a disabled one wait.',
    labels: { state: endpointStates },
  },
  waybill_event_loop_delay_seconds: {
    type: 'gauge',
    help: 'Delay of the main event loop over the last 10 to 20 s, sampled every 20 ms; quantile 1: the longest.',
    labels: { quantile: quantiles },
  },
  waybill_epoch: { type: 'gauge', help: 'Number of this start of the data folder.', labels: {} },
  waybill_servers: {
    type: 'gauge',
    help: 'Servers that share the store, by role; missing: the store could not be asked.',
    labels: { role: serverRoles },
  },
  waybill_lease_remaining_seconds: {
    type: 'gauge',
    help: 'Time for which this server may act without another sign of life in the database; missing: its store is its own.',
    labels: {},
  },
  waybill_takeovers_total: {
    type: 'counter',
    help: 'Times that this process took the store over from another server, by how that one ended; once in its life at most.',
    labels: { kind: takeoverKinds },
  },
  waybill_channels_owned: { type: 'gauge', help: 'Channels that this server owns.', labels: {} },
  waybill_channels_ownerless: {
    type: 'gauge',
    help: 'Channels of this server that nobody runs: their items wait, and their unfinished jobs cannot be read.',
    labels: {},
  },
  waybill_channel_terms: {
    type: 'gauge',
    help: 'Term of the channel, sent as Waybill-Epoch; it grows whenever a server adopts the channel. Missing: channel `other`.',
    labels: { channel },
  },
  waybill_build_info: { type: 'gauge', help: 'Always 1.', labels: { version: null, node: null } },
} as const satisfies Readonly<Record<string, MetricSpec>>

export type MetricName = keyof typeof metricTable

// waybill-grafana.json: the board for Grafana. Import it there, or provision it; its one variable beside the data source is the channel.
//
//   node server/observability/write-board.ts        writes it (a part of `npm run generate`)

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  DashboardBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries'

const FILE = join(import.meta.dirname, 'waybill-grafana.json')
/** Of the columns of a row, which has 24. */
const [STAT_WIDTH, STAT_HEIGHT, WIDTH, HEIGHT] = [4, 4, 8, 8]

/** An expression, and how its lines are named. */
type Query = readonly [expr: string, legend: string]

interface Graph {
  readonly title: string
  readonly unit: string
  readonly queries: readonly Query[]
}

const ON_CHANNEL = 'channel=~"$channel"'
const RATE = '[$__rate_interval]'

/** A quantile of a histogram by channel. */
function quantile(q: number, metric: string): Query {
  const legend = `{{channel}} p${q * 100}`
  return [`histogram_quantile(${q}, sum by (channel, le) (rate(${metric}_bucket{${ON_CHANNEL}}${RATE})))`, legend]
}

const stats: readonly Graph[] = [
  { title: 'Items that have not ended', unit: 'short', queries: [['sum(waybill_items)', 'items']] },
  { title: 'Items a second', unit: 'short', queries: [[`sum(rate(waybill_items_ended_total${RATE}))`, 'items/s']] },
  { title: 'Circuits open', unit: 'short', queries: [['sum(waybill_channel_circuit_open)', 'channels']] },
  { title: 'Deadlines at risk', unit: 'short', queries: [['sum(waybill_jobs_deadline_at_risk)', 'jobs']] },
  { title: 'First decision due', unit: 's', queries: [['min(waybill_parked_first_expiry_seconds)', 'in']] },
  { title: 'Order violations', unit: 'short', queries: [['sum(waybill_order_violations_total)', 'violations']] },
]

const rows: Readonly<Record<string, readonly Graph[]>> = {
  Delivery: [
    {
      title: 'Items ended a second',
      unit: 'short',
      queries: [
        [
          `sum by (channel, outcome) (rate(waybill_items_ended_total{${ON_CHANNEL}}${RATE}))`,
          '{{channel}} {{outcome}}',
        ],
      ],
    },
    {
      title: 'Items waiting, by reason',
      unit: 'short',
      queries: [[`sum by (reason) (waybill_items_waiting{${ON_CHANNEL}})`, '{{reason}}']],
    },
    {
      title: 'Items, by status',
      unit: 'short',
      queries: [[`sum by (status) (waybill_items{${ON_CHANNEL}})`, '{{status}}']],
    },
    {
      title: 'Calls a second, by result',
      unit: 'short',
      queries: [[`sum by (result) (rate(waybill_calls_total{${ON_CHANNEL}}${RATE}))`, '{{result}}']],
    },
    {
      title: 'Duration of calls',
      unit: 's',
      queries: [quantile(0.5, 'waybill_call_duration_seconds'), quantile(0.99, 'waybill_call_duration_seconds')],
    },
    {
      title: 'From eligible to the first call',
      unit: 's',
      queries: [quantile(0.5, 'waybill_item_wait_seconds'), quantile(0.99, 'waybill_item_wait_seconds')],
    },
    {
      title: 'From eligible to the end',
      unit: 's',
      queries: [quantile(0.5, 'waybill_item_delivery_seconds'), quantile(0.99, 'waybill_item_delivery_seconds')],
    },
    {
      title: 'Dead letters a second, by code',
      unit: 'short',
      queries: [
        [`sum by (channel, code) (rate(waybill_dead_letters_total{${ON_CHANNEL}}${RATE}))`, '{{channel}} {{code}}'],
      ],
    },
    {
      title: 'Rate limit used',
      unit: 'percentunit',
      queries: [[`waybill_rate_limit_used_ratio{${ON_CHANNEL}}`, '{{channel}}']],
    },
    {
      title: 'Age of the oldest unfinished items',
      unit: 's',
      queries: [[`waybill_oldest_item_age_seconds{${ON_CHANNEL}}`, '{{channel}}']],
    },
    {
      title: 'Channels paused, circuits open',
      unit: 'short',
      queries: [
        [`waybill_channel_paused{${ON_CHANNEL}}`, '{{channel}} paused'],
        [`waybill_channel_circuit_open{${ON_CHANNEL}}`, '{{channel}} circuit open'],
      ],
    },
    {
      title: 'Items accepted a second',
      unit: 'short',
      queries: [[`sum by (channel) (rate(waybill_items_accepted_total{${ON_CHANNEL}}${RATE}))`, '{{channel}}']],
    },
  ],
  Jobs: [
    { title: 'Jobs, by status', unit: 'short', queries: [['sum by (status) (waybill_jobs)', '{{status}}']] },
    {
      title: 'Jobs ended a second',
      unit: 'short',
      queries: [[`sum by (outcome) (rate(waybill_jobs_ended_total{${ON_CHANNEL}}${RATE}))`, '{{outcome}}']],
    },
    {
      title: 'Error of the time left, at 20 %',
      unit: 'percentunit',
      queries: [[`histogram_quantile(0.9, sum by (le) (rate(waybill_eta_error_ratio_bucket[1h])))`, 'p90']],
    },
  ],
  Servers: [
    {
      title: 'Servers, by role',
      unit: 'short',
      // Each of them reports all.
      queries: [['max by (role) (waybill_servers)', '{{role}}']],
    },
    {
      title: 'Time left of the lease',
      unit: 's',
      queries: [['waybill_lease_remaining_seconds', '{{instance}}']],
    },
    {
      title: 'Takeovers, by how the server before ended',
      unit: 'short',
      queries: [['sum by (kind) (waybill_takeovers_total)', '{{kind}}']],
    },
    {
      title: 'Channels',
      unit: 'short',
      queries: [
        ['waybill_channels_owned', '{{instance}} owned'],
        ['waybill_channels_ownerless', '{{instance}} run by nobody'],
      ],
    },
    {
      title: 'Terms of channels',
      unit: 'short',
      queries: [[`max by (channel) (waybill_channel_terms{${ON_CHANNEL}})`, '{{channel}}']],
    },
  ],
  Server: [
    {
      title: 'Duration of commits',
      unit: 's',
      queries: [0.5, 0.99].map((q) => [
        `histogram_quantile(${q}, sum by (instance, le) (rate(waybill_commit_duration_seconds_bucket${RATE})))`,
        `{{instance}} p${q * 100}`,
      ]),
    },
    {
      title: 'Items a commit',
      unit: 'short',
      queries: [[`rate(waybill_commit_items_sum${RATE}) / rate(waybill_commit_items_count${RATE})`, '{{instance}}']],
    },
    {
      title: 'Bytes',
      unit: 'bytes',
      queries: [
        ['waybill_store_bytes', '{{instance}} database'],
        ['waybill_wal_bytes', '{{instance}} log'],
        ['waybill_disk_free_bytes', '{{instance}} free'],
      ],
    },
    {
      title: 'Requests a second, by class',
      unit: 'reqps',
      queries: [[`sum by (class) (rate(waybill_http_requests_total${RATE}))`, '{{class}}']],
    },
    {
      title: 'Duration of requests, p99',
      unit: 's',
      queries: [
        [
          `histogram_quantile(0.99, sum by (operation, le) (rate(waybill_http_request_duration_seconds_bucket${RATE})))`,
          '{{operation}}',
        ],
      ],
    },
    {
      title: 'Uploads, event streams',
      unit: 'short',
      queries: [
        ['waybill_uploads', '{{instance}} uploads'],
        ['waybill_event_streams', '{{instance}} event streams'],
      ],
    },
    {
      title: 'Delay of the event loop',
      unit: 's',
      queries: [['waybill_event_loop_delay_seconds', '{{instance}} {{quantile}}']],
    },
    {
      title: 'Threads lost, requests refused',
      unit: 'short',
      queries: [
        [`sum by (pool, cause) (rate(waybill_thread_losses_total${RATE}))`, '{{pool}} {{cause}}'],
        [`rate(waybill_overloaded_total${RATE})`, '{{instance}} overloaded'],
      ],
    },
    {
      title: 'Webhooks: attempts, endpoints',
      unit: 'short',
      queries: [
        [`sum by (result) (rate(waybill_webhook_attempts_total${RATE}))`, '{{result}}'],
        ['sum by (state) (waybill_webhook_endpoints)', 'endpoints {{state}}'],
      ],
    },
    {
      title: 'Order and counts: checks, faults',
      unit: 'short',
      queries: [
        [`rate(waybill_order_checks_total${RATE})`, 'order checked'],
        [`rate(waybill_order_violations_total${RATE})`, 'order violated'],
        [`rate(waybill_count_imbalances_total${RATE})`, 'counts unbalanced'],
      ],
    },
    {
      title: 'Starts and versions',
      unit: 'short',
      queries: [
        ['waybill_epoch', '{{instance}} epoch'],
        ['count by (version, node) (waybill_build_info)', '{{version}} on Node {{node}}'],
      ],
    },
  ],
}

function queryOf([expr, legend]: Query): DataqueryBuilder {
  return new DataqueryBuilder().expr(expr).legendFormat(legend)
}

/** The board as JSON. */
export function boardOf(): string {
  const source = { type: 'prometheus', uid: '$datasource' }
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- boards of the second version are only for Grafana 12 and later
  const board = new DashboardBuilder('Waybill')
    .uid('waybill')
    .tags(['waybill'])
    .refresh('30s')
    .time({ from: 'now-3h', to: 'now' })
    .withVariable(new DatasourceVariableBuilder('datasource').type('prometheus'))
    .withVariable(
      new QueryVariableBuilder('channel')
        .datasource(source)
        .query('label_values(waybill_items, channel)')
        .multi(true)
        .includeAll(true),
    )
  for (const { title, unit, queries } of stats) {
    const panel = new StatBuilder().title(title).unit(unit).datasource(source).span(STAT_WIDTH).height(STAT_HEIGHT)
    for (const query of queries) panel.withTarget(queryOf(query))
    board.withPanel(panel)
  }
  for (const [name, graphs] of Object.entries(rows)) {
    board.withRow(new RowBuilder(name))
    for (const { title, unit, queries } of graphs) {
      const panel = new PanelBuilder().title(title).unit(unit).datasource(source).span(WIDTH).height(HEIGHT)
      for (const query of queries) panel.withTarget(queryOf(query))
      board.withPanel(panel)
    }
  }
  return `${JSON.stringify(board.build(), null, 2)}\n`
}

if (import.meta.main) writeFileSync(FILE, boardOf())

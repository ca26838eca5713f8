// The table of metrics in server/README.md, as server/src/metrics/metric-table.ts declares them.
//
//   node scripts/metrics-table.ts        writes the table (a part of `npm run generate`)

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type MetricSpec, metricTable } from '../server/src/metrics/metric-table.ts'
import { withWrittenTable } from './written-table.ts'

const PAGE = join(import.meta.dirname, '../server/README.md')

/** The page with the table between its marks. @throws Error when a mark is missing */
export function withMetrics(page: string, table: Readonly<Record<string, MetricSpec>> = metricTable): string {
  const rows = Object.entries(table).map(([name, { type, help, labels, bySubscription }]) => {
    const names = [...Object.keys(labels), ...(bySubscription === true ? ['(subscription)'] : [])]
    return `| \`${name}\` | ${type} | ${names.join(', ')} | ${help} |`
  })
  const head = ['| metric | type | labels | |', '|---|---|---|---|']
  return withWrittenTable(page, 'scripts/metrics-table.ts', [...head, ...rows])
}

if (import.meta.main) writeFileSync(PAGE, withMetrics(readFileSync(PAGE, 'utf8')))

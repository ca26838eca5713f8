import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import { type MetricSpec, metricTable } from '../metric-table.ts'

/** Labels that every metric has in Prometheus, and of every histogram's buckets. */
const OF_PROMETHEUS = ['instance', 'job']

const specs: Readonly<Record<string, MetricSpec>> = metricTable

/** A recorded metric, and its labels. */
export type Recorded = ReadonlyMap<string, readonly string[]>

/** The labels of a metric as it is scraped, with their values (null: any); null: there is no such metric. */
function labelsOf(name: string, recorded: Recorded): ReadonlyMap<string, readonly string[] | null> | null {
  if (name === 'up') return new Map(OF_PROMETHEUS.map((label) => [label, null]))
  const known = recorded.get(name)
  if (known !== undefined) return new Map(known.map((label) => [label, null]))
  const [metric, suffix] = /^(.*?)(_bucket|_sum|_count)?$/.exec(name)!.slice(1) as [string, string | undefined]
  const spec = specs[name] ?? (specs[metric]?.type === 'histogram' && suffix !== undefined ? specs[metric] : undefined)
  if (spec === undefined || (spec.type === 'histogram' && suffix === undefined)) return null
  const labels = Object.entries(spec.labels).map(([label, values]) => [label, values?.map(String) ?? null] as const)
  const all = new Map<string, readonly string[] | null>(labels)
  for (const label of OF_PROMETHEUS) all.set(label, null)
  if (suffix === '_bucket') all.set('le', null)
  return all
}

/** Everything wrong with an expression: it cannot be parsed, or names a metric, a label or a value that there is not. */
export function promqlFaults(expression: string, recorded: Recorded = new Map()): string[] {
  const faults: string[] = []
  const text = ({ from, to }: { from: number; to: number }) => expression.slice(from, to)
  const used = new Set<string>()
  const grouped = new Set<string>()
  parser.parse(expression).iterate({
    enter(node) {
      if (node.type.isError) faults.push(`Cannot parse ${expression} at ${node.from}`)
      if (node.name === 'GroupingLabels') for (const label of childrenOf(node.node)) grouped.add(text(label))
      if (node.name !== 'VectorSelector') return
      const name = text(node.node.getChild('Identifier') ?? { from: 0, to: 0 })
      const labels = labelsOf(name, recorded)
      if (labels === null) {
        faults.push(`Cannot find the metric ${name}`)
        return
      }
      for (const label of labels.keys()) used.add(label)
      const matchers = node.node.getChild('LabelMatchers')
      for (const matcher of matchers === null ? [] : childrenOf(matchers)) {
        const [label, , value] = childrenOf(matcher).map(text)
        faults.push(...matcherFaults({ name, label: label!, value: value!.slice(1, -1) }, labels))
      }
    },
  })
  for (const label of grouped) if (!used.has(label)) faults.push(`Cannot group by ${label}: no metric has it`)
  return faults
}

function matcherFaults(
  { name, label, value }: { readonly name: string; readonly label: string; readonly value: string },
  labels: ReadonlyMap<string, readonly string[] | null>,
): string[] {
  const allowed = labels.get(label)
  if (allowed === undefined) return [`Cannot find the label ${label} of ${name}`]
  if (allowed === null || value.startsWith('$')) return []
  const unknown = value.split('|').filter((one) => !allowed.includes(one))
  return unknown.map((one) => `Cannot find the value ${one} of ${name}{${label}}`)
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child)
  return children
}

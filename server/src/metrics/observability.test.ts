import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { boardOf } from '../../observability/write-board.ts'
import { promqlFaults } from './testing/promql-faults.ts'

interface Rule {
  readonly alert?: string
  readonly record?: string
  readonly expr: string
  readonly annotations?: { readonly summary: string; readonly runbook_url: string }
}

interface Panel {
  readonly title: string
  readonly panels?: readonly Panel[]
  readonly targets?: readonly { readonly expr: string }[]
}

const root = join(import.meta.dirname, '../../..')
const folder = join(root, 'server/observability')
const read = (...path: string[]) => readFileSync(join(...path), 'utf8')
const { groups } = parse(read(folder, 'waybill-alerts.yml')) as { groups: { rules: Rule[] }[] }
const rules = groups.flatMap((group) => group.rules)
const alerts = rules.filter((rule) => rule.alert !== undefined)
const recorded = new Map(rules.filter(({ record }) => record).map(({ record }) => [record!, ['instance', 'channel']]))

describe('an expression', () => {
  it.each([
    ['rate(waybill_calls_total{result="ok"}[5m]', 'Cannot parse'],
    ['waybill_calls', 'Cannot find the metric waybill_calls'],
    ['waybill_call_duration_seconds', 'Cannot find the metric'],
    ['waybill_calls_total{status="ok"}', 'Cannot find the label status of waybill_calls_total'],
    ['waybill_calls_total{result=~"ok|lost"}', 'Cannot find the value lost of waybill_calls_total{result}'],
    ['sum by (code) (waybill_items)', 'Cannot group by code'],
  ])('%s is refused', (expression, fault) => {
    expect(promqlFaults(expression).join()).toContain(fault)
  })

  it('may name histograms by their parts, what Prometheus adds, and what is recorded', () => {
    const sum = 'sum by (le, instance) (rate(waybill_call_duration_seconds_bucket{channel="x"}[5m]))'
    expect(promqlFaults(`${sum} and on (instance) up{job="waybill"} == 1 and a:b{channel="x"}`)).toEqual([
      'Cannot find the metric a:b',
    ])
    expect(promqlFaults('a:b{channel="x"}', new Map([['a:b', ['channel']]]))).toEqual([])
  })
})

describe('the alert rules', () => {
  it.each(rules.map((rule) => [rule.alert ?? rule.record!, rule.expr]))('%s names what there is', (_, expr) => {
    expect(promqlFaults(expr, recorded)).toEqual([])
  })

  it('each have a section in the runbooks, which say what to do', () => {
    const page = read(root, 'docs/runbooks.md')
    const sections = new Map(page.split('\n## ').map((section) => [section.split('\n')[0]!, section]))
    for (const { alert, annotations } of alerts) {
      expect(annotations!.runbook_url).toBe(`docs/runbooks.md#${alert!.toLowerCase()}`)
      for (const part of ['**Means.**', '**Find the cause.**', '**Do.**']) expect(sections.get(alert!)).toContain(part)
    }
    const known = new Set(alerts.map(({ alert }) => alert!))
    expect([...sections.keys()].filter((name) => name.startsWith('Waybill') && !known.has(name))).toEqual([])
  })

  it('are tested, each in a case where it fires', () => {
    const { tests } = parse(read(folder, 'waybill-alerts.test.yml')) as {
      tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[]
    }
    const fires = tests.flatMap((one) => one.alert_rule_test).filter(({ exp_alerts }) => exp_alerts.length > 0)
    expect(new Set(fires.map(({ alertname }) => alertname))).toEqual(new Set(alerts.map(({ alert }) => alert)))
  })

  const promtool = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((path) => join(path, 'promtool'))
    .find(existsSync)
  it.skipIf(promtool === undefined)('pass their tests in promtool', () => {
    const output = execFileSync(promtool!, ['test', 'rules', 'waybill-alerts.test.yml'], { cwd: folder })
    expect(String(output)).toContain('SUCCESS')
  })
})

describe('the board', () => {
  const board = JSON.parse(read(folder, 'waybill-grafana.json')) as { panels: Panel[] }

  it('is as `npm run generate` writes it', () => {
    expect(read(folder, 'waybill-grafana.json')).toBe(boardOf())
  })

  it('names only what there is', () => {
    const panels = board.panels.flatMap((panel) => [panel, ...(panel.panels ?? [])])
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
    expect(expressions.length).toBeGreaterThan(20)
    for (const expr of expressions) {
      const plain = expr.replaceAll('$__rate_interval', '5m')
      expect([expr, promqlFaults(plain)]).toEqual([expr, []])
    }
  })
})

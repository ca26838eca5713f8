import { setImmediate } from 'node:timers'
import { describe, expect, it } from 'vitest'
import { sandboxChannelConfig } from '../connectors/sandbox-connector.ts'
import { Verdict } from '../model/outcome-batch.ts'
import { MAX_CHANNELS, MAX_CODES, MAX_SUBSCRIPTIONS, type MetricSpec, metricTable } from './metric-table.ts'
import { FakeWorld, readSamples, recordsOf } from './testing/fake-world.ts'

const specs: Readonly<Record<string, MetricSpec>> = metricTable

/** The metric of a sample's name, and the labels that its lines have. */
function specOf(name: string): { readonly metric: string; readonly labels: readonly string[] } {
  const metric = name in specs ? name : name.replace(/_(bucket|sum|count)$/, '')
  const labels = Object.keys(specs[metric]?.labels ?? {})
  return { metric, labels: name.endsWith('_bucket') ? [...labels, 'le'] : labels }
}

/** Something of every kind has happened. */
function busyWorld(): FakeWorld {
  const world = new FakeWorld(['shop'])
  const { telemetry, clock } = world
  const job = world.addJob('shop', 10)
  Object.assign(job, { succeeded: 2, inFlight: 3, parked: 1 })
  world.atRisk.add(job)
  world.waiting.set('shop', [{ reason: 'parked', items: 1, untilMs: null }])
  world.parkedExpiryMs.set('shop', clock.nowMs() + 60_000)
  telemetry.emit('items.accepted', { channel: 'shop', subscription: 'a', action: 'update', count: 10 })
  telemetry.emit('items.rejected', { channel: 'shop', subscription: 'a', code: 'invalid_item', count: 1 })
  telemetry.emit('dead_letters.retried', { channel: 'shop', counts: new Map([[90_000, 2]]) })
  world.commit('shop', 2)
  telemetry.emit('job.estimate_checked', { channel: 'shop', estimatedMs: 700, actualMs: 800, jobMs: 1000 })
  telemetry.emit('thread.lost', { pool: 'module', cause: 'killed', channel: 'shop', items: 1 })
  telemetry.emit('request.ended', {
    ...{ route: 'POST /v1/jobs', subscription: 'acme', made: [], trace: null },
    ...{ operation: 'getJob', requestId: 'r', status: 200, statusClass: '2xx', durationMs: 3 },
  })
  telemetry.emit('request.overloaded', { operation: 'getJob' })
  telemetry.emit('upload.started', { operation: 'submitJob' })
  telemetry.emit('event_stream.opened', { open: 2 })
  world.terms.set('shop', 3)
  world.leaseMs = 6000
  world.channel('shop').gate.configure({ limit: 10, periodMs: 1000, burst: 1, unit: 'calls' }, clock.monotonicUs())
  return world
}

describe('the metrics', () => {
  it('have exactly the labels of their table, each label a value that it allows', async () => {
    const world = busyWorld()
    await world.samples() // the use of a rate is known from the second look on
    const samples = await world.samples()
    const shown = new Set<string>()
    for (const [name, lines] of samples) {
      const { metric, labels } = specOf(name)
      shown.add(metric)
      for (const line of lines) {
        expect([name, Object.keys(line.labels).sort()]).toEqual([name, [...labels].sort()])
        for (const [label, allowed] of Object.entries(specs[metric]!.labels))
          if (allowed !== null) expect(allowed.map(String)).toContain(line.labels[label])
      }
    }
    expect([...shown].sort()).toEqual(Object.keys(specs).sort())
  })

  it('have no name that could be of a job, an item, a key or an execution', () => {
    const labels = new Set(Object.values(specs).flatMap((spec) => Object.keys(spec.labels)))
    expect([...labels].sort()).toEqual(
      ['action', 'cause', 'channel', 'class', 'code', 'kind', 'node', 'operation', 'outcome', 'pool', 'quantile']
        .concat(['reason', 'result', 'role', 'state', 'status', 'version'])
        .sort(),
    )
  })

  it('show what is live: items, jobs, ages, expiries, deadlines', async () => {
    const world = busyWorld()
    world.clock.advance(2000)
    world.channel('shop').gate.pause()
    const samples = await world.samples()
    const valueOf = (name: string, labels: object) =>
      samples.get(name)!.find((line) => JSON.stringify(line.labels) === JSON.stringify(labels))!.value
    const channel = 'shop'
    expect(valueOf('waybill_items', { channel, status: 'running' })).toBe(3)
    expect(valueOf('waybill_items', { channel, status: 'waiting' })).toBe(1)
    expect(valueOf('waybill_items', { channel, status: 'pending' })).toBe(4)
    expect(valueOf('waybill_items_waiting', { channel, reason: 'parked' })).toBe(1)
    expect(valueOf('waybill_jobs', { status: 'running' })).toBe(1)
    expect(valueOf('waybill_oldest_item_age_seconds', { channel })).toBe(3)
    expect(valueOf('waybill_parked_first_expiry_seconds', { channel })).toBe(57)
    expect(valueOf('waybill_jobs_deadline_at_risk', { channel })).toBe(1)
    expect(valueOf('waybill_channel_paused', { channel })).toBe(1)
    expect(valueOf('waybill_items_ended_total', { channel, outcome: 'failed' })).toBe(1)
    expect(valueOf('waybill_eta_error_ratio_sum', {})).toBeCloseTo(0.1)
    expect(valueOf('waybill_dead_letter_resolution_seconds_sum', { channel })).toBe(180)
    expect(valueOf('waybill_dead_letter_resolution_seconds_bucket', { channel, le: '60' })).toBe(0)
    expect(valueOf('waybill_dead_letter_resolution_seconds_bucket', { channel, le: '300' })).toBe(2)
  })

  it('count calls of webhook endpoints apart, and the endpoints by state', async () => {
    const world = new FakeWorld(['shop'])
    world.commit('shop', 5)
    world.commit('~whe_1', 3)
    for (const [name, paused] of [
      ['~whe_1', false],
      ['~whe_2', true],
      ['~whe_3', true],
    ] as const)
      world.channels.putWebhook(name, sandboxChannelConfig, { paused })
    const samples = await world.samples()
    const shown = (name: string) => samples.get(name)!.map(({ labels, value }) => [...Object.values(labels), value])
    expect(shown('waybill_webhook_attempts_total')).toContainEqual(['ok', 3])
    expect(shown('waybill_webhook_endpoints')).toEqual([
      ['enabled', 1],
      ['disabled', 2],
    ])
    expect(shown('waybill_calls_total')).toContainEqual(['webhooks', 'ok', 3])
  })

  it('show the channels that this server owns, their terms, and those that nobody runs', async () => {
    const world = new FakeWorld(['shop', 'cafe', 'kiosk', 'other'])
    for (const [name, term] of Object.entries({ shop: 3, cafe: 12, other: 4 })) world.terms.set(name, term)
    world.liveJobs.setRuns('kiosk', false)
    const samples = await world.samples()
    const shown = (name: string) => samples.get(name)!.map(({ labels, value }) => [...Object.values(labels), value])
    expect(shown('waybill_channel_terms')).toEqual([
      ['shop', 3],
      ['cafe', 12],
    ])
    expect(shown('waybill_channels_owned')).toEqual([[3]])
    expect(shown('waybill_channels_ownerless')).toEqual([[1]])
    expect(samples.has('waybill_lease_remaining_seconds')).toBe(false)
    expect(shown('waybill_takeovers_total')).toEqual([
      ['handover', 0],
      ['lease_ended', 0],
    ])
  })

  it('observe waits, deliveries and calls from the records of a commit', async () => {
    const world = new FakeWorld(['shop'])
    const at = world.clock.nowMs()
    const records = recordsOf([
      { ref: 1, index: 0, startedAtMs: at + 40, endedAtMs: at + 60 },
      { ref: 1, index: 1, startedAtMs: at + 40, endedAtMs: at + 60 }, // the same call
      { ref: 1, index: 2, startedAtMs: at + 40, endedAtMs: at + 60 }, // was not called
      { ref: 2, index: 0, attempt: 2, verdict: Verdict.retry, startedAtMs: at + 200, endedAtMs: at + 3200 },
    ])
    const called = { channel: 'shop', itemsPerCall: 2, count: 4, records, details: null, uncalled: new Set([2]) }
    const eligibleAtMs = new Map([
      [1, at],
      [2, null],
    ])
    world.commit('shop', 3, { called: [called], eligibleAtMs })
    const samples = await world.samples()
    const histogram = (name: string) => [
      samples.get(`waybill_${name}_count`)![0]!.value,
      Math.round(samples.get(`waybill_${name}_sum`)![0]!.value * 1000),
    ]
    expect(histogram('item_wait_seconds')).toEqual([2, 80])
    expect(histogram('item_delivery_seconds')).toEqual([2, 120])
    expect(histogram('call_duration_seconds')).toEqual([2, 3020])
  })

  it('have the label subscription on the two counters of items where it is asked for: 100 values, then other', async () => {
    const world = new FakeWorld(['shop', 'cafe'], { subscriptionLabel: true })
    const ended = (subscription: string) => ({ channel: 'shop', subscription, outcome: 'succeeded' as const, count: 1 })
    const names = Array.from({ length: 120 }, (_, n) => `tenant-${n}`)
    for (const subscription of [...names, 'other', '~webhooks']) {
      world.telemetry.emit('items.accepted', { channel: 'shop', subscription, action: 'update', count: 2 })
      world.commit('shop', 1, { ended: [ended(subscription)], calls: [] })
    }
    world.telemetry.emit('items.rejected', {
      channel: 'cafe',
      subscription: 'tenant-0',
      code: 'invalid_item',
      count: 3,
    })
    const samples = await world.samples()
    for (const [name, label, kept, shared] of [
      ['waybill_items_accepted_total', 'action', 2, 44],
      ['waybill_items_ended_total', 'outcome', 1, 22],
    ] as const) {
      const lines = samples.get(name)!
      for (const { labels } of lines)
        expect(Object.keys(labels).sort()).toEqual([label, 'channel', 'subscription'].sort())
      const shown = lines.filter(({ labels, value }) => labels['channel'] === 'shop' && value > 0)
      const values = new Map(shown.map(({ labels, value }) => [labels['subscription'], value]))
      expect(shown).toHaveLength(values.size)
      expect(values.size).toBe(MAX_SUBSCRIPTIONS + 1)
      expect([values.get('tenant-99'), values.get('tenant-100'), values.get('other')]).toEqual([
        kept,
        undefined,
        shared,
      ])
    }
    const cafe = samples
      .get('waybill_items_ended_total')!
      .filter(({ labels, value }) => labels['channel'] === 'cafe' && value > 0)
    expect(cafe).toEqual([{ labels: { channel: 'cafe', subscription: 'tenant-0', outcome: 'failed' }, value: 3 }])
    const others = [...samples].filter(
      ([name]) => !name.startsWith('waybill_items_accepted') && !name.startsWith('waybill_items_ended'),
    )
    for (const [, lines] of others) for (const { labels } of lines) expect(labels).not.toHaveProperty('subscription')
  })

  it('are the same samples as OpenMetrics, which ends with its mark', async () => {
    const world = busyWorld()
    const [plain, open] = await Promise.all([world.metrics.read('prometheus'), world.metrics.read('openmetrics')])
    expect(plain.contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(open.contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
    const [plainText, openText] = [plain.body.toString(), open.body.toString()]
    expect(openText).toMatch(/\n# EOF\n$/)
    expect(openText).toContain('# TYPE waybill_items_ended counter\nwaybill_items_ended_total{')
    const names = (text: string) => [...readSamples(text).keys()]
    expect(names(openText)).toEqual(names(plainText))
  })

  it('are made once for all who ask within a second', async () => {
    const world = busyWorld()
    const [one, other] = await Promise.all([world.metrics.read('prometheus'), world.metrics.read('prometheus')])
    expect(other).toBe(one)
    world.clock.advance(1000)
    expect(await world.metrics.read('prometheus')).not.toBe(one)
  })

  it('have 200 channels and 20 codes at most, and give the loop back in between, with 10,000 channels', async () => {
    const names = Array.from({ length: 10_000 }, (_, n) => `channel-${n}`)
    const world = new FakeWorld(names)
    for (const name of names) {
      world.addJob(name, 2)
      world.commit(name, 1)
    }
    for (let n = 0; n < 30; n++)
      world.telemetry.emit('items.rejected', { channel: 'channel-0', subscription: 'a', code: `code-${n}`, count: 1 })
    world.clock.advance(1000)
    let turns = 0
    let done = false
    const turn = (): void => {
      turns++
      if (!done) setImmediate(turn)
    }
    setImmediate(turn)
    const text = await world.text()
    done = true
    const samples = readSamples(text)
    const channels = new Set([...samples.values()].flat().flatMap(({ labels }) => labels['channel'] ?? []))
    expect(channels.size).toBe(MAX_CHANNELS + 1)
    expect(channels).toContain('other')
    const items = samples.get('waybill_items')!.reduce((sum, { value }) => sum + value, 0)
    expect(items).toBe(20_000)
    const codes = new Set(samples.get('waybill_dead_letters_total')!.map(({ labels }) => labels['code']))
    expect(codes.size).toBe(MAX_CODES + 1)
    // All of it takes some 50 ms of this thread, in slices of 2 ms; what a slice takes depends on the machine.
    expect(turns).toBeGreaterThan(8)
    expect([...samples.values()].flat().length).toBeLessThan(20_000)
  })
})

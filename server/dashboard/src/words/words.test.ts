import type { Channel, Item, Job } from '@waybill/sdk'
import { describe, expect, it } from 'vitest'
import { busiestOf, explainStanding, limitUsedText } from './channel-state.ts'
import { jobSentence } from './job-sentence.ts'
import { formatBytes, formatCount, formatItems, formatPercent, formatRate } from './numbers.ts'
import { explainCount, explainItem } from './reasons.ts'
import { channelHref, executionHref, itemHref, jobHref, listHref, parseRoute } from './route.ts'
import { orderSentence, roleWord, takeoverSentence } from './servers.ts'
import { formatDuration, formatLeft, formatRelative } from './times.ts'

const NOW = Date.parse('2026-11-30T14:00:00.000Z')

describe('numbers', () => {
  it('are grouped, and rounded so that no end is claimed too early', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567')
    expect(formatItems(1)).toBe('1 item')
    expect([0.001, 0.5, 48, 1234.6].map(formatRate)).toEqual(['0/s', '0.5/s', '48/s', '1,235/s'])
    expect([0, 0.0001, 0.999, 1].map(formatPercent)).toEqual(['0 %', '< 1 %', '99 %', '100 %'])
    expect([12, 1400, 2_500_000_000].map(formatBytes)).toEqual(['12 B', '1.4 kB', '2.5 GB'])
  })
})

describe('servers', () => {
  const at = '2026-11-30T13:58:00.000Z'
  const active = (takeover: object) => ({
    name: 'north',
    role: 'active',
    takeover: { at, quietUntil: null, ...takeover },
  })
  const standby = (draining = false) => ({ name: 'south', role: 'standby', draining, takeover: null })
  const say = (...servers: object[]) => takeoverSentence(servers as never, NOW)

  it('are said to work since when, and how many could take over', () => {
    expect(say(active({ kind: 'none' }), standby(), standby())).toBe('north does the work. 2 on standby.')
    expect(say(active({ kind: 'handover' }), standby(true))).toBe(
      'north took over 2 min ago, as the server before it stopped. No other server could take its place.',
    )
    expect(say(active({ kind: 'lease_ended', quietUntil: '2026-11-30T14:00:30.000Z' }), standby())).toBe(
      'north took over 2 min ago, as the server before it gave no more sign of life. Calls start in 30 s, as some of that server may still run. 1 on standby.',
    )
    expect(say(active({ kind: 'lease_ended', quietUntil: '2026-11-30T13:59:59.000Z' }))).not.toContain('Calls start')
    expect(say(standby())).toBe('No server is active. 1 on standby.')
  })

  it('show the evidence of order, and what contradicts it', () => {
    expect(orderSentence({ checks: 184_230, violations: 0 })).toBe(
      'The turn of a key passed on 184,230 times, each time to a later item.',
    )
    expect(orderSentence({ checks: 1, violations: 1 })).toBe(
      'The turn of a key passed on 1 time, 1 of them not to a later item.',
    )
  })

  it('have a word for their role, also for one that these pages do not know', () => {
    expect(roleWord({ role: 'active', draining: false })).toBe('Active')
    expect(roleWord({ role: 'standby', draining: true })).toBe('Standby, stopping')
    expect(roleWord({ role: 'witness' as never, draining: false })).toBe('witness')
  })
})

describe('times', () => {
  it.each([
    [0, '0 ms'],
    [320, '320 ms'],
    [2500, '2.5 s'],
    [59_400, '59 s'],
    [319_000, '5 min 19 s'],
    [3_600_000, '1 h'],
    [10_920_000, '3 h 2 min'],
    [360_000_000, '4 d 4 h'],
  ])('%d ms are %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  it('are said from now', () => {
    expect(formatRelative('2026-11-30T13:59:48.000Z', NOW)).toBe('12 s ago')
    expect(formatRelative('2026-11-30T14:04:30.000Z', NOW)).toBe('in 4 min')
    expect(formatRelative('2026-11-30T14:00:01.000Z', NOW)).toBe('just now')
    expect(formatLeft('2026-11-30T13:00:00.000Z', NOW)).toBe('0 ms')
  })
})

describe('addresses', () => {
  it('are read as they are written, whatever is in them', () => {
    const odd = '<img src=x>/?#%\u05d0'
    expect(parseRoute(jobHref(odd))).toMatchObject({ page: 'job', jobId: odd })
    expect(parseRoute(itemHref(odd, 12))).toMatchObject({ page: 'item', jobId: odd, index: 12 })
    expect(parseRoute(channelHref(odd))).toMatchObject({ page: 'channel', name: odd })
    expect(parseRoute(executionHref(odd))).toMatchObject({ page: 'execution', executionId: odd })
    const { query } = parseRoute(listHref('jobs', { status: ['open', 'running'], source: odd, channel: [''] }))
    expect([query.getAll('status'), query.get('source'), query.has('channel')]).toEqual([
      ['open', 'running'],
      odd,
      false,
    ])
  })

  it.each(['', '#', '#/'])('%j is the first page', (hash) => {
    expect(parseRoute(hash).page).toBe('now')
  })

  it.each(['#/nowhere', '#/jobs/a/items/x', '#/jobs/a/b', '#/jobs/%E0', '#/jobs/a/items/12/more'])(
    '%s leads nowhere',
    (hash) => {
      expect(parseRoute(hash).page).toBe('missing')
    },
  )
})

describe('reasons', () => {
  it('say how many wait, for what and how long', () => {
    const until = '2026-11-30T14:00:03.000Z'
    expect(explainCount({ reason: 'retry', items: 1204, until }, NOW)).toBe(
      '1,204 items wait for their next attempt, the first for 3.0 s more'.replace('3.0', '3'),
    )
    expect(explainCount({ reason: 'partition', items: 1, until: null }, NOW)).toBe(
      '1 item waits behind others of its key',
    )
  })

  it.each<[Partial<Item>, string]>([
    [{ status: 'running', attempts: 1 }, 'Attempt 2 is running.'],
    [
      { status: 'waiting', waiting: { reason: 'partition', since: null, until: null, position: 3, behind: null } },
      'It waits behind 2 items of its key.',
    ],
    [
      { status: 'waiting', waiting: { reason: 'rate_limit', since: null, until: null, position: null, behind: null } },
      'It waits for the rate limit.',
    ],
    [
      {
        status: 'pending',
        waiting: { reason: 'rate_limit', since: null, until: '2026-11-30T14:05:00.000Z', position: 4, behind: null },
      },
      'It waits for the rate limit, behind 4 others, for 5 min more.',
    ],
    [{ status: 'cancelled', attempts: 0 }, 'It was cancelled before its first call.'],
  ])('explain %j', (item, sentence) => {
    expect(explainItem({ attempts: 0, error: null, waiting: null, endedAt: null, ...item } as Item, NOW)).toBe(sentence)
  })
})

describe('channels', () => {
  const channel = (state: object): Channel =>
    ({
      connector: { timeoutMs: 30_000 },
      state: {
        ...{ paused: false, blockedUntil: null, circuit: null, lastError: null, itemsPerSecond: 0 },
        ...{ counts: { pending: 0, waiting: 0, running: 0 }, waiting: [] },
        ...state,
      },
    }) as unknown as Channel
  const counts = { pending: 9, waiting: 1, running: 2 }
  const parked = { reason: 'parked', items: 1, until: '2026-12-01T14:00:00.000Z' }
  const behind = { reason: 'partition', items: 9, until: null }

  it.each<[object, string]>([
    [{}, 'Nothing waits for it.'],
    [
      { waiting: [{ reason: 'disk_full', items: 9, until: null }] },
      'The disk of the server is full: no call starts until there is space.',
    ],
    [
      {
        waiting: [{ reason: 'connector_unavailable', items: 9, until: null }],
        lastError: { until: '2026-11-30T14:00:20.000Z' },
      },
      'Its connector does not load: tried again in 20 s.',
    ],
    [
      { counts: { ...counts, running: 0 }, waiting: [behind, parked] },
      '1 item waits for a decision, for 1 d more. 9 items wait behind others of their key.',
    ],
    [{ counts }, '2 items are being delivered, and none has ended lately: a call ends within 30 s.'],
    [{ counts, itemsPerSecond: 5, waiting: [behind] }, 'It delivers. 9 items wait behind others of their key.'],
  ])('with %j say why and until when', (state, sentence) => {
    expect(explainStanding(channel(state), NOW)).toBe(sentence)
  })

  it('says how much of a rate limit its calls used, where its figures reach as far as the period', () => {
    const figures = (steps: number, ok: readonly number[]) =>
      ({ steps, stepSeconds: 10, channels: [{ channel: 'shop-eu', calls: { ok, failed: ok.map(() => 1) } }] }) as never
    const limited = (rateLimit: object | null, batchSize = 1) =>
      ({ name: 'shop-eu', rateLimit, connector: { batchSize } }) as unknown as Channel
    const each = { limit: 5, periodMs: 1000, unit: 'calls' }
    const steps = [500, 48, 48, 48, 48, 48, 48]
    expect(limitUsedText(limited(each), figures(7, steps))).toBe(
      ' Your calls used 98 % of its rate limit in the last 1 min.',
    )
    expect(limitUsedText(limited({ ...each, limit: 1 }), figures(7, steps))).toContain(' 100 % ')
    expect(limitUsedText({ ...limited(each), name: 'shop-us' }, figures(7, steps))).toContain(' 0 % ')
    for (const none of [limited(null), limited({ ...each, unit: 'items' }, 10), limited({ ...each, periodMs: 80_000 })])
      expect(limitUsedText(none, figures(7, steps))).toBe('')
  })

  it('come first when they are in trouble, then when they deliver nothing', () => {
    const named = (name: string, state: object): Channel => ({ ...channel(state), name })
    const channels = [
      named('idle', {}),
      named('fast', { counts, itemsPerSecond: 5 }),
      named('still', { counts }),
      named('paused', { paused: true }),
    ]
    expect(busiestOf(channels, NOW).map(({ name }) => name)).toEqual(['paused', 'still', 'fast'])
  })
})

describe('jobs', () => {
  const counts = { total: 16_000, pending: 15_936, waiting: 0, running: 0, succeeded: 64, failed: 0, cancelled: 0 }
  const running = { status: 'running', done: false, counts } as unknown as Job

  it('say when they are over, or that it cannot be said', () => {
    const progress = { ratio: 0.1, itemsPerSecond: 49, etaSeconds: 319, estimatedEndAt: null }
    const said = (decidedBy: object | null): string =>
      jobSentence({ ...running, channel: 'shop-eu', progress: { ...progress, decidedBy } } as Job, NOW)
    const limit = { constraint: 'rate_limit', items: 15_936, itemsPerSecond: 50, until: null, reason: null }
    expect(said(null)).toBe('About 5 min 19 s: 15,936 items left at 49/s.')
    expect(said(limit)).toBe("About 5 min 19 s: 15,936 items at shop-eu's 50/s decide.")
    const still = { ...limit, constraint: 'standstill', itemsPerSecond: null, items: 1, reason: 'circuit_open' }
    expect(said(still)).toBe('About 5 min 19 s: 1 item waits until the target answers again.')
    expect(jobSentence({ ...running, progress: null }, NOW)).toContain('cannot be said yet')
  })

  it('say how they ended', () => {
    const ended = { ...running, done: true, status: 'ended', startedAt: null, createdAt: '2026-11-30T14:00:00Z' } as Job
    const two = { ...counts, total: 3, pending: 0, succeeded: 1, failed: 1, cancelled: 1 }
    const sentence = jobSentence({ ...ended, outcome: 'partial', counts: two, endedAt: '2026-11-30T14:00:04Z' }, NOW)
    expect(sentence).toBe('Of 3 items, 1 succeeded, 1 failed and 1 were cancelled in 4 s.')
  })
})

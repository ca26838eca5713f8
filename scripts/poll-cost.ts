// The cost of waiting: how many requests, and how long after the end it is seen, for our delays and for those of others. Computed
// with the SDK's own function. Prints the table of sdk/README.md; with --write it puts it there.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nextPoll, startPolling } from '../sdk/src/follow/poll.ts'

/** How a client asks about a job that takes so long, from its submission on. Requests take no time here. */
type Follow = (durationMs: number, random: () => number) => Cost

interface Cost {
  readonly requests: number
  /** How long after the end it was seen. */
  readonly lateMs: number
}

const readme = join(import.meta.dirname, '../sdk/README.md')
const begin = '<!-- made by: node scripts/poll-cost.ts --write -->'
const end = '<!-- end -->'

const lengths = [
  ['10 s', 10_000],
  ['10 min', 600_000],
  ['1 h', 3_600_000],
] as const
/** Jobs of each length: enough that the mean stands still. */
const samples = 2_000
/** How far a job's length is from the round number, to either side: else all jobs would end just as the fifth poll comes. */
const spread = 0.1
const longPollMs = 25_000
/** The longest `Retry-After` of the server for a job that is not done, and its part of the time that is left. */
const serverMaxSeconds = 30
const serverPart = 1 / 4

const policies: readonly (readonly [name: string, follow: Follow])[] = [
  ['Waybill, long-poll (`auto`)', (durationMs) => ({ requests: Math.ceil(durationMs / longPollMs), lateMs: 0 })],
  ['Waybill, poll, the server knows how long it takes', pollAsWaybill(true)],
  ['Waybill, poll, it does not know', pollAsWaybill(false)],
  // 5000 ms unless the answer has `openai-poll-after-ms` (openai 6.49, resources/vector-stores/file-batches).
  ['openai-node: every 5 s', pollAfter(() => 5_000)],
  // POLL_INTERVAL_IN_MS (@azure/core-lro 3.3).
  ['core-lro: every 2 s', pollAfter(() => 2_000)],
  // Chosen at random between 2 s and twice the maximum before, then 120 s (@smithy/core 3.41, util-waiter).
  [
    'AWS waiters: 2 s to 120 s',
    pollAfter((polls, random) =>
      polls > Math.log2(60) + 1 ? 120_000 : 2_000 + random() * (2_000 * 2 ** (polls - 1) - 2_000),
    ),
  ],
]

function pollAsWaybill(isEstimated: boolean): Follow {
  return (durationMs, random) => {
    let state = startPolling()
    return pollAfter((_, chance, nowMs) => {
      const retryAfter = Math.min(serverMaxSeconds, Math.ceil(((durationMs - nowMs) / 1000) * serverPart))
      const headers = new Headers(isEstimated ? { 'Retry-After': String(retryAfter) } : {})
      const step = nextPoll(state, 'answer', headers, { nowMs, random: chance() })
      state = step.state
      return step.delayMs
    })(durationMs, random)
  }
}

/** Asks at once, then after each of these delays. @param delayAfter gets the number of polls so far */
function pollAfter(delayAfter: (polls: number, random: () => number, nowMs: number) => number): Follow {
  return (durationMs, random) => {
    let nowMs = 0
    let polls = 1
    while (nowMs < durationMs) nowMs += delayAfter(polls++, random, nowMs)
    return { requests: polls, lateMs: nowMs - durationMs }
  }
}

/** The table as Markdown. The same on every machine. */
export function renderPollCost(): string {
  const head = lengths.map(([name]) => `job of ${name}`)
  const lines = policies.map(([name, follow]) => {
    const cells = lengths.map(([, lengthMs]) => {
      const random = createRandom(1)
      const costs = Array.from({ length: samples }, (_, n) =>
        follow(lengthMs * (1 + spread * ((2 * n) / (samples - 1) - 1)), random),
      )
      const mean = (of: (cost: Cost) => number): number => costs.reduce((sum, cost) => sum + of(cost), 0) / samples
      const worstMs = Math.max(...costs.map(({ lateMs }) => lateMs))
      const requests = Math.round(mean((cost) => cost.requests))
      const late =
        worstMs === 0 ? 'at once' : `${toSeconds(mean((cost) => cost.lateMs))}, at worst ${toSeconds(worstMs)}`
      return `${requests}; ${late}`
    })
    return [name, ...cells]
  })
  const rows = [['requests; seen after the end', ...head], head.map(() => '---').concat('---'), ...lines]
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** The table that stands in the README. */
export function readPollCost(): string {
  const text = readFileSync(readme, 'utf8')
  return text.slice(text.indexOf(begin) + begin.length, text.indexOf(end)).trim()
}

function writePollCost(table: string): void {
  const text = readFileSync(readme, 'utf8')
  const at = text.indexOf(begin)
  if (at === -1) throw new Error(`Cannot write the table as sdk/README.md must have a line ${begin}: it has none`)
  writeFileSync(readme, `${text.slice(0, at + begin.length)}\n\n${table}\n\n${text.slice(text.indexOf(end, at))}`)
}

function toSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`
}

/** Numbers that look random and are the same each time (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

if (import.meta.main) {
  const table = renderPollCost()
  if (process.argv.includes('--write')) writePollCost(table)
  console.log(table)
}

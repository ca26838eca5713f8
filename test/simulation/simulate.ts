import type { Gap } from '../../server/src/cluster/ownership/testing/cluster-record.ts'
import { FakeCluster } from '../../server/src/cluster/ownership/testing/fake-cluster.ts'
import { percentile } from '../bench/figures.ts'
import type { Scenario } from './scenarios.ts'

export interface Size {
  readonly servers: number
  readonly channels: number
}

/** Times without an owner, in seconds of the simulated time. */
export interface Without {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export interface SimulationRow extends Size {
  readonly scenario: string
  readonly seed: number
  readonly simulatedSeconds: number
  /** Channels that were claimed after a server that was fenced. */
  readonly takeovers: number
  /** Channels that changed their server: in all, and in the busiest minute. */
  readonly moves: number
  readonly movesInBusiestMinute: number
  /** Statements at the database, a second: on average, and in the busiest second. */
  readonly statements: number
  readonly statementsInBusiestSecond: number
  readonly claimsInBusiestSecond: number
  /** Claims that another server was quicker for. */
  readonly refusedClaims: number
  /** Channels that were without an owner for a time, once for each time. */
  readonly gaps: number
  /** Until an owner answers for the channel, and until it may call; null: no channel was without one. */
  readonly unreadable: Without | null
  readonly uncalled: Without | null
  /** At the end: channels without an owner, and channels of the fullest server by those of the mean one. */
  readonly ownerless: number
  readonly balance: number
}

const WARM_MS = 20_000

/** Runs a scenario on a virtual clock: the same seed gives the same row. */
export function simulate(
  { name, maxDelayMs = 1, run }: Scenario,
  { servers, channels }: Size,
  seed: number,
): SimulationRow {
  const names = new Set(Array.from({ length: channels }, (_, n) => `channel-${n}`))
  const cluster = new FakeCluster({ seed, maxDelayMs })
  for (let n = 0; n < servers; n++) cluster.join(`http://10.0.${n >> 8}.${n & 255}:7071`, names)
  cluster.warm()
  cluster.run(WARM_MS)
  const { record, tables } = cluster
  const fromSecond = Math.floor(cluster.nowMs / 1000)
  const before = { takeovers: tables.takeovers, refused: tables.refusedClaims, gaps: record.gaps.length }
  const fromMs = cluster.nowMs
  run(cluster)
  const simulatedSeconds = (cluster.nowMs - fromMs) / 1000
  const broken = [...cluster.broken, ...tables.broken]
  if (broken.length > 0) throw new Error(`Cannot accept the simulation of ${name} as it broke a promise: ${broken[0]}`)
  const gaps = record.gaps.slice(before.gaps)
  const statements = record.statements.slice(fromSecond)
  const moves = record.moves.slice(fromSecond)
  const loads = cluster.loads()
  return {
    ...{ scenario: name, servers, channels, seed, simulatedSeconds },
    takeovers: tables.takeovers - before.takeovers,
    moves: total(moves),
    movesInBusiestMinute: busiest(moves, 60),
    statements: Math.round(total(statements) / simulatedSeconds),
    statementsInBusiestSecond: busiest(statements, 1),
    claimsInBusiestSecond: busiest(record.claims.slice(fromSecond), 1),
    refusedClaims: tables.refusedClaims - before.refused,
    gaps: gaps.reduce((sum, gap) => sum + gap.channels, 0),
    unreadable: without(gaps, (gap) => gap.readableMs),
    uncalled: without(gaps, (gap) => gap.callableMs),
    ownerless: cluster.ownerless(names).length,
    balance: Number(((Math.max(...loads) * loads.length) / channels).toFixed(2)),
  }
}

function without(gaps: readonly Gap[], msOf: (gap: Gap) => number): Without | null {
  if (gaps.length === 0) return null
  const all = gaps.flatMap((gap) => Array.from({ length: gap.channels }, () => msOf(gap)))
  const seconds = (ms: number): number => Number((ms / 1000).toFixed(1))
  return {
    p50: seconds(percentile(all, 0.5)),
    p99: seconds(percentile(all, 0.99)),
    max: seconds(percentile(all, 1)),
  }
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

/** The most in so many seconds in a row. */
function busiest(counts: readonly number[], seconds: number): number {
  let sum = 0
  let most = 0
  for (const [at, count] of counts.entries()) {
    sum += count - (counts[at - seconds] ?? 0)
    most = Math.max(most, sum)
  }
  return most
}

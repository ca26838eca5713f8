// Reads options that are more than text, so that an invalid one is reported before anything is sent.

import { type Command, InvalidArgumentError, Option } from 'commander'
import type { FollowJobOptions } from './follow-job.ts'
import { type ColumnType, columnTypes } from './input/read-cell.ts'

const unitsMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `90s`, `10m`, `2h`, `500ms`, `1d`; a bare number is seconds. In milliseconds. */
export function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text) ?? []
  if (amount === undefined) throw new InvalidArgumentError('It must be a duration such as 90s, 10m or 2h.')
  return Math.round(Number(amount) * unitsMs[unit ?? 's']!)
}

/** A time with its zone, as the server takes it: what is 02:00 for you may be noon for the server. */
export function parseTime(text: string): string {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text)
  if (!isTime || Number.isNaN(Date.parse(text))) {
    throw new InvalidArgumentError(
      'It must be a time with its zone such as 2026-01-16T02:00:00Z or 2026-01-16T02:00:00+01:00.',
    )
  }
  return new Date(text).toISOString()
}

export function parseCount(text: string): number {
  const count = Number(text)
  if (text.trim() === '' || !Number.isSafeInteger(count) || count < 0) {
    throw new InvalidArgumentError('It must be a whole number from 0 on.')
  }
  return count
}

/** A whole number of a range. */
export function parseBounded(min: number, max: number): (text: string) => number {
  return (text) => {
    const count = parseCount(text)
    if (count >= min && count <= max) return count
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
  }
}

/** An option that may be repeated: `--status failed --status cancelled`, or with commas. */
export function collectList(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...parseList(text)]
}

/** `price,stock`. */
export function parseList(text: string): readonly string[] {
  const entries = text.split(',').map((entry) => entry.trim())
  if (entries.some((entry) => entry === ''))
    throw new InvalidArgumentError('It must be names with commas between them.')
  return entries
}

/** `--metadata run=nightly-42`, repeated. */
export function collectPairs(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It must be a pair such as run=nightly-42.')
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
}

/** `--types price=number,active=boolean`. */
export function collectTypes(
  text: string,
  before: ReadonlyMap<string, ColumnType> = new Map(),
): ReadonlyMap<string, ColumnType> {
  const types = new Map(before)
  for (const entry of parseList(text)) {
    const at = entry.lastIndexOf('=')
    const type = columnTypes.find((name) => name === entry.slice(at + 1))
    if (at < 1 || type === undefined) {
      throw new InvalidArgumentError(
        `It must be columns and their types (${columnTypes.join(', ')}) such as price=number,active=boolean.`,
      )
    }
    types.set(entry.slice(0, at), type)
  }
  return types
}

/** `--delimiter ';'`, or `tab`. */
export function parseDelimiter(text: string): string {
  if (text === 'tab' || text === '\\t') return '\t'
  if (text.length === 1 && text !== '"') return text
  throw new InvalidArgumentError("It must be one character such as ';', or tab.")
}

/** The options of every command that submits something and waits for its job. */
export function addWaitOptions(command: Command): Command {
  command
    .addOption(new Option('--wait', 'wait until the job is done (this is the default)').conflicts('detach'))
    .option('-d, --detach', 'do not wait: print the id of the job and exit')
  return addFollowOptions(command)
}

/** The options of every command that waits for a job. */
export function addFollowOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--timeout <duration>', 'stop waiting after this time (90s, 10m, 2h); the job continues').argParser(
        parseDuration,
      ),
    )
    .option('--fail-on-parked', 'stop waiting with exit code 5 when only parked items are left')
}

export interface FollowFlags {
  readonly timeout?: number
  readonly failOnParked?: boolean
}

export interface WaitFlags extends FollowFlags {
  readonly detach?: boolean
}

/** How the flags want a job to be followed. */
export function toFollowOptions({ timeout, failOnParked }: FollowFlags): FollowJobOptions {
  return { timeoutMs: timeout, failOnParked }
}

/** Filters of the lists of jobs and executions. */
export interface ListFilter<Status> {
  readonly status?: Status[]
  readonly channel?: string[]
  readonly source?: string[]
  readonly createdAfter?: string
  readonly createdBefore?: string
  readonly limit?: number
}

/** The options of every command that lists jobs or executions. @param whose how an entry belongs to a channel or source */
export function addListOptions(command: Command, whose: { channel: string; source: string }): Command {
  return command
    .option('--status <status>', 'open, scheduled, blocked, pending, running, paused, cancelling, ended', collectList)
    .option('-c, --channel <name>', whose.channel, collectList)
    .option('--source <name>', whose.source, collectList)
    .option('--created-after <time>', 'created at this time or later', parseTime)
    .option('--created-before <time>', 'created before this time', parseTime)
    .option('--limit <n>', 'how many at most, 0 for all (default: 20, with --json all)', parseCount)
}

import type { ChannelStats } from '@waybill/spec'
import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { countOf, formatCount, formatSeconds } from '../output/printable.ts'
import { formatTable } from '../output/table.ts'
import { parseBounded } from '../read-options.ts'

const help = `
Examples:
  $ waybill stats
  $ waybill stats shop-eu --window 3600
  $ waybill stats shop-eu --window 600 --step 60 --json | jq '.channels[0].ended'`

interface StatsCommandOptions {
  readonly window: number
  readonly step?: number
  readonly all?: boolean
}

export function addStatsCommand(program: Command, cli: Cli): void {
  program
    .command('stats')
    .summary('show calls, ended items and waiting items of the last minutes')
    .description(
      'Shows calls and ended items of channels over the last minutes, and what waited at their end. Requires the scope channels:read.',
    )
    .argument('[channel]', 'only this channel')
    .option('--window <seconds>', 'how far to look back, 10 to 3600', parseBounded(10, 3600), 600)
    .option(
      '--step <seconds>',
      'with --json the length of a step, a multiple of 10 (default: 10)',
      parseBounded(10, 3600),
    )
    .option('--all', 'of all subscriptions together: requires the scope admin')
    .addHelpText('after', help)
    .action(async (channel: string | undefined, { window, step, all }: StatsCommandOptions) => {
      const waybill = await cli.connect()
      const stats = await waybill.live.stats({
        ...{ channel, windowSeconds: window, stepSeconds: step, signal: cli.interrupt },
        subscriptions: all === true ? 'all' : 'own',
      })
      await cli.print(stats, () =>
        formatTable(
          [
            'CHANNEL',
            'OK',
            'FAILED',
            'THROTTLED',
            'TIMEOUT',
            'UNREACHABLE',
            'SUCCEEDED',
            'FAILED ITEMS',
            'ITEMS/S',
            'WAITS FOR',
          ],
          stats.channels.map((one) => row(one, stats.steps * stats.stepSeconds)),
        ),
      )
      const seconds = (Date.parse(stats.to) - Date.parse(stats.from)) / 1000
      cli.say(
        stats.channels.length === 0
          ? 'Nothing moved or waited'
          : `${countOf(stats.channels.length, 'channel')}, over ${formatSeconds(seconds)}`,
      )
      if (!stats.complete) cli.say('More channels were busy than are counted: some may be missing')
    })
}

function row({ channel, calls, ended, waiting }: ChannelStats, seconds: number): string[] {
  const kinds = [calls.ok, calls.failed, calls.throttled, calls.timeout, calls.unreachable]
  const all = sum(ended.succeeded) + sum(ended.failed) + sum(ended.cancelled)
  const waits = waiting
    .map(({ reason, items }) => ({ reason, count: items.at(-1) ?? 0 }))
    .filter(({ count }) => count > 0)
  return [
    ...[channel, ...kinds.map(countIn), countIn(ended.succeeded), countIn(ended.failed)],
    seconds === 0 ? '' : (all / seconds).toFixed(1),
    waits.map(({ reason, count }) => `${reason} ${formatCount(count)}`).join(', '),
  ]
}

function countIn(counts: readonly number[]): string {
  return formatCount(sum(counts))
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0)
}

import type { JobStatus } from '@waybill/spec'
import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { formatPercent } from '../output/describe-job.ts'
import { printList } from '../output/print-list.ts'
import { formatCount } from '../output/printable.ts'
import { collectList, parseCount, parseTime } from '../read-options.ts'

const help = `
Examples:
  $ waybill list
  $ waybill list --channel shop-eu --status running,paused
  $ waybill list --created-after 2026-01-15T00:00:00Z --json | jq -r 'select(.outcome == "failed") | .id'

With --json it prints one job per line, all of them unless --limit is given.`

interface ListOptions {
  readonly status?: JobStatus[]
  readonly channel?: string[]
  readonly source?: string[]
  readonly createdAfter?: string
  readonly createdBefore?: string
  readonly limit?: number
}

export function addListCommand(program: Command, cli: Cli): void {
  program
    .command('list')
    .summary('list jobs, newest first')
    .description('Lists jobs, newest first.')
    .option('--status <status>', 'open, scheduled, blocked, pending, running, paused, cancelling, ended', collectList)
    .option('-c, --channel <name>', 'only of this channel', collectList)
    .option('--source <name>', 'only from this source', collectList)
    .option('--created-after <time>', 'made at this time or later', parseTime)
    .option('--created-before <time>', 'made before this time', parseTime)
    .option('--limit <n>', 'how many at most, 0 for all (default: 20, with --json all)', parseCount)
    .addHelpText('after', help)
    .action(async ({ limit, ...filter }: ListOptions) => {
      const waybill = await cli.connect({ patient: true })
      await printList(cli, waybill.jobs.list({ ...filter, signal: cli.interrupt }), {
        header: ['JOB', 'STATUS', 'DONE', 'ITEMS', 'FAILED', 'CHANNEL', 'WHAT', 'CREATED'],
        toRow: (job) => [
          job.id,
          job.outcome ?? job.status,
          formatPercent(job),
          formatCount(job.counts.total),
          formatCount(job.counts.failed),
          job.channel,
          `${job.action} ${job.objectType}`,
          job.createdAt,
        ],
        limit,
        none: 'There are no such jobs',
      })
    })
}

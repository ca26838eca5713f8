import type { JobStatus } from '@waybill/spec'
import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { formatPercent } from '../output/describe-job.ts'
import { printList } from '../output/print-list.ts'
import { formatCount } from '../output/printable.ts'
import { addListOptions, type ListFilter } from '../read-options.ts'

const help = `
Examples:
  $ waybill list
  $ waybill list --channel shop-eu --status running,paused
  $ waybill list --deadline-at-risk
  $ waybill list --created-after 2026-01-15T00:00:00Z --json | jq -r 'select(.outcome == "failed") | .id'

With --json it prints one job per line, all of them unless --limit is given.`

export function addListCommand(program: Command, cli: Cli): void {
  const list = program.command('list').summary('list jobs, newest first').description('Lists jobs, newest first.')
  addListOptions(list, { channel: 'only of this channel', source: 'only from this source' })
    .option('--deadline-at-risk', 'only jobs that are expected to end after their deadline')
    .addHelpText('after', help)
    .action(async ({ limit, ...filter }: ListFilter<JobStatus> & { readonly deadlineAtRisk?: boolean }) => {
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

import type { AuditEntry } from '@waybill/spec'
import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { printList } from '../output/print-list.ts'
import { shorten } from '../output/printable.ts'
import { parseCount, parseTime } from '../read-options.ts'

const help = `
Examples:
  $ waybill audit --job job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
  $ waybill audit --action cancelJob --created-after 2026-01-15T00:00:00Z
  $ waybill audit --json | jq -r 'select(.status == 401) | .address' | sort | uniq -c

Reads and refused requests are counted: an entry may stand for several.`

interface AuditOptions {
  readonly actor?: string
  readonly action?: string
  readonly job?: string
  readonly channel?: string
  readonly createdAfter?: string
  readonly createdBefore?: string
  readonly limit?: number
}

export function addAuditCommand(program: Command, cli: Cli): void {
  program
    .command('audit')
    .summary('show who did what')
    .description('Lists who did what, newest first: changes, reads of data, and refused requests.')
    .option('--actor <id>', 'only of this access token, tok_...; or admin, dev, anonymous, command')
    .option('--action <operation>', 'only of this operation, such as cancelJob')
    .option('--job <id>', 'only what concerned this job')
    .option('-c, --channel <name>', 'only what concerned this channel')
    .option('--created-after <time>', 'only at or after this time', parseTime)
    .option('--created-before <time>', 'only before this time', parseTime)
    .option('--limit <n>', 'how many at most, 0 for all (default: 20, with --json all)', parseCount)
    .addHelpText('after', help)
    .action(async ({ limit, job, ...filter }: AuditOptions) => {
      const waybill = await cli.connect()
      await printList(cli, waybill.audit.list({ ...filter, jobId: job, signal: cli.interrupt }), {
        header: ['AT', 'WHO', 'ACTION', 'ON', 'FROM', 'STATUS', 'TIMES'],
        toRow: (entry) => [
          entry.at,
          shorten(entry.actor.tokenName ?? entry.actor.kind, 40),
          entry.action ?? '',
          shorten(concerned(entry), 50),
          entry.address ?? '',
          entry.code === null ? String(entry.status) : `${entry.status} ${entry.code}`,
          String(entry.count),
        ],
        limit,
        none: 'There are no such entries',
      })
    })
}

function concerned({ resource: { job, channel, token, execution } }: AuditEntry): string {
  return job ?? token ?? execution ?? channel ?? ''
}

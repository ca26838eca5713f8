import type { ItemStatus } from '@waybill/spec'
import type { Command } from 'commander'
import type { JobItem } from '../../job-handle.ts'
import type { Cli } from '../cli.ts'
import { printList } from '../output/print-list.ts'
import { shorten } from '../output/printable.ts'
import { collectList, parseCount } from '../read-options.ts'

const help = `
Examples:
  $ waybill items job_0198c2f04b7e7c3fa1d2b3c4d5e6f708 --status waiting
  $ waybill items job_0198c2f04b7e7c3fa1d2b3c4d5e6f708 --id sku-1001 --log --json

With --json it prints one item per line, all of them unless --limit is given.`

interface ItemsCommandOptions {
  readonly status?: ItemStatus[]
  readonly partitionKey?: string
  readonly id?: string
  readonly withData?: boolean
  readonly log?: boolean
  readonly limit?: number
}

export function addItemsCommand(program: Command, cli: Cli): void {
  program
    .command('items')
    .summary('list the items of a job')
    .description('Lists the items of a job in their order, ended or not, and why unfinished ones are not progressing.')
    .argument('<job>', 'the id of the job')
    .option('--status <status>', 'pending, waiting, running, succeeded, failed, cancelled', collectList)
    .option('--partition-key <key>', 'only items that run under this key')
    .option('--id <id>', 'only items with this id')
    .option('--with-data', 'with --json: the data of each item')
    .option('--log', 'with --json: the attempts of each item')
    .option('--limit <n>', 'how many at most, 0 for all (default: 20, with --json all)', parseCount)
    .addHelpText('after', help)
    .action(async (jobId: string, { limit, withData, log, ...filter }: ItemsCommandOptions) => {
      const waybill = await cli.connect()
      const include = [...(withData === true ? ['data' as const] : []), ...(log === true ? ['log' as const] : [])]
      const items = cli.attach(waybill, jobId).items({ ...filter, include, signal: cli.interrupt })
      await printList(cli, items, {
        header: ['INDEX', 'ID', 'STATUS', 'ATTEMPTS', 'WHY'],
        toRow: (item) => [
          String(item.index),
          shorten(item.id, 40),
          item.status,
          String(item.attempts),
          shorten(describeItem(item), 100),
        ],
        limit,
        none: 'There are no such items',
      })
    })
}

/** Why it failed, or why it does not move. */
function describeItem({ error, waiting, retriedAs }: JobItem): string {
  const waits =
    waiting === null
      ? null
      : [
          waiting.reason,
          waiting.until === null ? null : `until ${waiting.until}`,
          waiting.behind === null ? null : `behind item ${waiting.behind.index} of ${waiting.behind.jobId}`,
        ]
          .filter((part) => part !== null)
          .join(' ')
  const failed = error === null ? null : `${error.code}: ${error.detail ?? error.title}`
  return [waits, failed, retriedAs === null ? null : `retried as ${retriedAs}`]
    .filter((part) => part !== null)
    .join('; ')
}

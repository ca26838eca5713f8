import { Readable } from 'node:stream'
import type { DeadLetterGroup } from '@waybill/spec'
import type { Command } from 'commander'
import type { DeadLetterSelection } from '../../resources/dead-letters.ts'
import type { Cli } from '../cli.ts'
import { UsageError } from '../cli-errors.ts'
import { printList } from '../output/print-list.ts'
import { countOf, formatCount, shorten } from '../output/printable.ts'
import { collectList, parseCount } from '../read-options.ts'

const help = `
Examples:
  $ waybill dead-letters --channel shop-eu --not-retried
  $ waybill dead-letters groups --channel shop-eu
  $ waybill dead-letters retry --channel shop-eu --code http_503
  $ waybill dead-letters retry --channel shop-eu --group dlg_0a1b2c3d4e5f6`

interface SelectionOptions {
  readonly channel?: string[]
  readonly job?: string[]
  readonly code?: string[]
  readonly group?: string[]
  readonly key?: string
}

interface ListOptions extends SelectionOptions {
  readonly notRetried?: boolean
  readonly limit?: number
}

interface RetryOptions extends SelectionOptions {
  readonly all?: boolean
  readonly allowStale?: boolean
  readonly idempotencyKey?: string
}

export function addDeadLettersCommand(program: Command, cli: Cli): void {
  const deadLetters = program
    .command('dead-letters')
    .summary('list what failed across jobs, and retry it')
    .description('Lists items that failed for good, of all jobs, newest first, and what to do about them.')
    .addHelpText('after', help)
  addSelectionOptions(deadLetters.command('list', { isDefault: true }).description('Lists failed items of all jobs.'))
    .option('--not-retried', 'leave out what was already retried')
    .option('--limit <n>', 'how many at most, 0 for all (default: 20, with --json all)', parseCount)
    .action(async (options: ListOptions) => {
      const waybill = await cli.connect()
      const retried = options.notRetried === true ? false : undefined
      const found = waybill.deadLetters.list({ ...toSelection(options), retried, signal: cli.interrupt })
      await printList(cli, found, {
        header: ['FAILED AT', 'CHANNEL', 'JOB', 'INDEX', 'ID', 'CODE', 'DETAIL'],
        toRow: ({ failedAt, channel, code, item }) => [
          failedAt,
          channel,
          item.jobId,
          String(item.index),
          shorten(item.id, 40),
          code,
          shorten(item.error?.detail ?? item.error?.title ?? '', 60),
        ],
        limit: options.limit,
        none: 'There are no such failed items',
      })
    })
  addSelectionOptions(
    deadLetters
      .command('groups')
      .description('Counts failed items by channel and error, and says what to do about each.'),
  )
    .option('--not-retried', 'leave out what was already retried')
    .action((options: ListOptions) => printGroups(cli, options))
  addSelectionOptions(
    deadLetters
      .command('retry')
      .description('Retries failed items: creates a new job for each job that they come from.'),
  )
    .option('--all', 'all failed items, if no other option selects some')
    .option(
      '--allow-stale',
      'also if newer items of the same id were submitted since: the old data is delivered after the new',
    )
    .option('--idempotency-key <key>', 'identifies this retry for 24 hours: the same key never creates second jobs')
    .action(async (options: RetryOptions) => {
      const selection = toSelection(options)
      const isEverything = Object.values(selection).every((filter) => filter === undefined)
      if (isEverything && options.all !== true) {
        throw new UsageError(
          'Cannot retry dead letters as a selection is required: give --channel, --job, --code, --group, or --all',
        )
      }
      const waybill = await cli.connect()
      const { allowStale, idempotencyKey } = options
      const jobs = await waybill.deadLetters.retry(selection, { allowStale, idempotencyKey, signal: cli.interrupt })
      for (const job of jobs) {
        cli.say(`Accepted ${job.id} with ${countOf(job.last?.counts.total ?? 0, 'item')}`)
        await cli.print(job.last, () => [job.id])
      }
    })
}

async function printGroups(cli: Cli, options: ListOptions): Promise<void> {
  const waybill = await cli.connect()
  const retried = options.notRetried === true ? false : undefined
  const { groups, complete } = await waybill.deadLetters.groups({
    ...toSelection(options),
    ...{ retried, signal: cli.interrupt },
  })
  await printList(cli, Readable.from(groups) as AsyncIterable<DeadLetterGroup>, {
    header: ['ITEMS', 'RETRIED', 'CHANNEL', 'CODE', 'DETAIL', 'LAST FAILED', 'GROUP', 'WHAT TO DO'],
    toRow: (group) => [
      ...[formatCount(group.count), formatCount(group.retried), group.channel, group.code],
      ...[shorten(group.detail ?? '', 60), group.lastFailedAt, group.id, group.advice],
    ],
    limit: 0,
    none: 'There are no such failed items',
  })
  if (!complete) cli.say('Only the newest failed items were counted: there are more')
}

function addSelectionOptions(command: Command): Command {
  return command
    .option('-c, --channel <name>', 'only for this channel; may be repeated', collectList)
    .option('--job <id>', 'only of this job; may be repeated', collectList)
    .option('--code <code>', 'only with this error code, such as http_422; may be repeated', collectList)
    .option('--group <id>', 'only of this group (dead-letters groups); may be repeated', collectList)
    .option('--key <key>', 'only under this partition key; requires one --channel')
}

function toSelection({ channel, job, code, group, key }: SelectionOptions): DeadLetterSelection {
  return { channel, jobId: job, code, group, partitionKey: key }
}

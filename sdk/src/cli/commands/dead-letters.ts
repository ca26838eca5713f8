import type { Command } from 'commander'
import type { DeadLetterSelection } from '../../resources/dead-letters.ts'
import type { Cli } from '../cli.ts'
import { UsageError } from '../cli-errors.ts'
import { printList } from '../output/print-list.ts'
import { countOf, shorten } from '../output/printable.ts'
import { collectList, parseCount } from '../read-options.ts'

const help = `
Examples:
  $ waybill dead-letters --channel shop-eu --not-retried
  $ waybill dead-letters --json | jq -r .code | sort | uniq -c
  $ waybill dead-letters retry --channel shop-eu --code http_503`

interface SelectionOptions {
  readonly channel?: string[]
  readonly job?: string[]
  readonly code?: string[]
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
          'Cannot retry dead letters as a selection is required: give --channel, --job, --code, or --all',
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

function addSelectionOptions(command: Command): Command {
  return command
    .option('-c, --channel <name>', 'only for this channel; may be repeated', collectList)
    .option('--job <id>', 'only of this job; may be repeated', collectList)
    .option('--code <code>', 'only with this error code, such as http_422; may be repeated', collectList)
    .option('--key <key>', 'only under this partition key; requires one --channel')
}

function toSelection({ channel, job, code, key }: SelectionOptions): DeadLetterSelection {
  return { channel, jobId: job, code, partitionKey: key }
}

import type { Command } from 'commander'
import type { JobHandle, JobItem } from '../../job-handle.ts'
import type { Cli } from '../cli.ts'
import { UsageError } from '../cli-errors.ts'
import { findInputColumns, formatInputRow, type InputCsvOptions } from '../output/format-input.ts'
import { printList } from '../output/print-list.ts'
import { shorten } from '../output/printable.ts'
import { openSink } from '../output/sink.ts'
import { parseCount, parseDelimiter } from '../read-options.ts'

const help = `
Examples:
  $ waybill failures job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
  $ waybill failures job_0198c2f04b7e7c3fa1d2b3c4d5e6f708 --json | jq -r .error.code | sort | uniq -c
  $ waybill failures job_0198c2f04b7e7c3fa1d2b3c4d5e6f708 --as-input > fix.ndjson   # correct them, then: waybill submit fix.ndjson ...
  $ waybill failures job_0198c2f04b7e7c3fa1d2b3c4d5e6f708 --as-input --csv --id sku > fix.csv   # then: waybill submit fix.csv --id sku ...

With --csv the columns are those of the submitted file, if --id, --partition-key and --action-column are those of the submission; without
them the columns are id, partitionKey and action, which submit reads by itself. Give submit the same --types.

Without a correction they are retried with: waybill retry`

interface FailuresOptions extends InputCsvOptions {
  readonly limit?: number
  readonly asInput?: boolean
  readonly csv?: boolean
}

export function addFailuresCommand(program: Command, cli: Cli): void {
  program
    .command('failures')
    .summary('list what failed of a job, and why')
    .description('Lists the items of a job that failed for good, and why, also while the job is running.')
    .argument('<job>', 'the id of the job')
    .option('--as-input', 'print them as they were submitted, as NDJSON: to be corrected and submitted again')
    .option('--csv', 'with --as-input: as CSV with a header line')
    .option('--id <column>', 'with --csv: the column of the id (default: id)')
    .option(
      '--partition-key <column>',
      'with --csv: the column of the partition key (default: partitionKey, if it is not the id)',
    )
    .option(
      '--action-column <column>',
      'with --csv: the column of the action (default: action, if it is not that of the job)',
    )
    .option(
      '--delimiter <character>',
      "with --csv: what separates columns, such as ';' or tab (default: ,)",
      parseDelimiter,
    )
    .option('--decimal-comma', 'with --csv: numbers are written 12,5')
    .option('--limit <n>', 'how many at most, 0 for all (default: 20, with --json all)', parseCount)
    .addHelpText('after', help)
    .action(async (jobId: string, options: FailuresOptions) => {
      const { limit, asInput, csv } = options
      if (csv === true && asInput !== true) {
        throw new UsageError(
          'Cannot use --csv as it requires --as-input: how items ended is printed by waybill results --status failed --csv',
        )
      }
      const waybill = await cli.connect()
      const job = cli.attach(waybill, jobId)
      if (csv === true) return await printAsCsv(cli, job, options)
      if (asInput === true) return await printAsInput(cli, failedOf(cli, job, true))
      await printList(cli, failedOf(cli, job, false), {
        header: ['INDEX', 'ID', 'CODE', 'ATTEMPTS', 'DETAIL', 'RETRIED AS'],
        toRow: ({ index, id, error, attempts, retriedAs }) => [
          String(index),
          shorten(id, 40),
          error?.code ?? '',
          String(attempts),
          shorten(error?.detail ?? error?.title ?? '', 80),
          retriedAs ?? '',
        ],
        limit,
        none: 'No item of this job failed',
      })
    })
}

/** @throws {UsageError} with data: what was not shown would be submitted in place of what it was */
async function* failedOf(cli: Cli, job: JobHandle, withData: boolean): AsyncGenerator<JobItem> {
  const items = job.items({ status: 'failed', include: withData ? ['data'] : [], signal: cli.interrupt })
  for await (const item of items) {
    if (withData && JSON.stringify(item.data ?? null).includes('"[redacted]"')) {
      throw new UsageError(
        `Cannot print item ${item.index} as input as all of its data must be shown: the channel redacts values, which only a token with the scope admin sees; waybill retry ${job.id} delivers it as it is`,
      )
    }
    yield item
  }
}

/** Reads the items twice: every column must be known before the first line, and they may be more than the memory holds. */
async function printAsCsv(cli: Cli, job: JobHandle, options: FailuresOptions): Promise<void> {
  const { action } = await job.get({ signal: cli.interrupt })
  const { names, cellsOf } = await findInputColumns(failedOf(cli, job, true), options, action)
  const sink = openSink(cli.terminal, null)
  try {
    await sink.write(formatInputRow(names, options))
    for await (const item of failedOf(cli, job, true)) await sink.write(formatInputRow(cellsOf(item), options))
  } finally {
    await sink.discard()
  }
}

/** Only what can be submitted: the outcome is left out. */
async function printAsInput(cli: Cli, items: AsyncIterable<JobItem>): Promise<void> {
  const sink = openSink(cli.terminal, null)
  try {
    for await (const { id, partitionKey, action, data } of items) {
      await sink.write(`${JSON.stringify({ id, partitionKey: partitionKey ?? undefined, action, data })}\n`)
    }
  } finally {
    await sink.discard()
  }
}

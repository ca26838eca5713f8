import type { Command } from 'commander'
import type { JobItem } from '../../job-handle.ts'
import type { Cli } from '../cli.ts'
import { printList } from '../output/print-list.ts'
import { shorten } from '../output/printable.ts'
import { openSink } from '../output/sink.ts'
import { parseCount } from '../read-options.ts'

const help = `
Examples:
  $ waybill failures job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
  $ waybill failures job_0198c2f04b7e7c3fa1d2b3c4d5e6f708 --json | jq -r .error.code | sort | uniq -c
  $ waybill failures job_0198c2f04b7e7c3fa1d2b3c4d5e6f708 --as-input > fix.ndjson   # correct them, then: waybill submit fix.ndjson ...

As they are, they are tried again with: waybill retry`

export function addFailuresCommand(program: Command, cli: Cli): void {
  program
    .command('failures')
    .summary('list what failed of a job, and why')
    .description('Lists the items of a job that failed for good, and why. Also while the job goes on.')
    .argument('<job>', 'the id of the job')
    .option('--as-input', 'print them as they were submitted, as NDJSON: to be corrected and submitted again')
    .option('--limit <n>', 'how many at most, 0 for all (default: 20, with --json all)', parseCount)
    .addHelpText('after', help)
    .action(async (jobId: string, { limit, asInput }: { limit?: number; asInput?: boolean }) => {
      const waybill = await cli.connect()
      const include = asInput === true ? (['data'] as const) : []
      const items = cli.attach(waybill, jobId).items({ status: 'failed', include, signal: cli.interrupt })
      if (asInput === true) return await printAsInput(cli, items)
      await printList(cli, items, {
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

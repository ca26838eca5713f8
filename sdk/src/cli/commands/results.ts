import type { EndedItemStatus } from '@waybill/spec'
import type { Command } from 'commander'
import type { ResultItem } from '../../job-handle.ts'
import type { Cli } from '../cli.ts'
import { StoppedError } from '../cli-errors.ts'
import { waitForJob } from '../follow-job.ts'
import { formatCsvHeader, formatCsvRow } from '../output/format-result.ts'
import { countOf } from '../output/printable.ts'
import { openSink } from '../output/sink.ts'
import { collectList, parseCount, parseDuration } from '../read-options.ts'

const help = `
One line per item, in the order of the submission: index is its place there. Number and checksum are verified, and a broken connection
is resumed where it broke. With --out the file gets its name only when it is complete.

Examples:
  $ waybill results job_0198c2f04b7e7c3fa1d2b3c4d5e6f708 > results.ndjson
  $ waybill results job_0198c2f04b7e7c3fa1d2b3c4d5e6f708 --csv --out results.csv
  $ waybill results job_0198c2f04b7e7c3fa1d2b3c4d5e6f708 --status failed | jq -r '[.id, .error.code] | @tsv'
  $ waybill results job_0198c2f04b7e7c3fa1d2b3c4d5e6f708 --partial --from 5000    # what has ended so far, from item 5000 on`

interface ResultsCommandOptions {
  readonly status?: EndedItemStatus[]
  readonly from?: number
  readonly partial?: boolean
  readonly csv?: boolean
  readonly out?: string
  readonly timeout?: number
}

export function addResultsCommand(program: Command, cli: Cli): void {
  program
    .command('results')
    .summary('print how every item ended')
    .description('Prints how every item of a job ended, as NDJSON or CSV; waits until the job is done.')
    .argument('<job>', 'the id of the job')
    .option('--status <status>', 'succeeded, failed, cancelled', collectList)
    .option('--from <index>', 'the first item, counted from 0', parseCount)
    .option('--partial', 'do not wait: print what has ended so far')
    .option('--csv', 'as CSV with a header line, for people and spreadsheets')
    .option('--out <file>', 'into this file instead of stdout')
    .option('--timeout <duration>', 'stop waiting for the job after this time (90s, 10m, 2h)', parseDuration)
    .addHelpText('after', help)
    .action((jobId: string, options: ResultsCommandOptions) => printResults(cli, jobId, options))
}

async function printResults(cli: Cli, jobId: string, options: ResultsCommandOptions): Promise<void> {
  const { status, from, partial, out } = options
  const waybill = await cli.connect({ patient: true })
  const job = cli.attach(waybill, jobId)
  const snapshot = await job.get({ signal: cli.interrupt })
  if (partial !== true && !snapshot.done) await waitForJob(cli, job, { timeoutMs: options.timeout })

  const results = job.results({ status, from, partial: true, signal: cli.interrupt })
  const format = options.csv === true ? formatCsvRow : (item: ResultItem) => `${JSON.stringify(item)}\n`
  const sink = openSink(cli.terminal, out ?? null)
  let count = 0
  try {
    if (options.csv === true) await sink.write(formatCsvHeader())
    for await (const item of results) {
      await sink.write(format(item))
      count++
    }
    await sink.finish()
  } catch (error) {
    if (!cli.interrupt.aborted) throw error
    throw new StoppedError(
      `Stopped after ${countOf(count, 'item')}${out === undefined ? '' : `: ${out} was not written`}`,
    )
  } finally {
    await sink.discard()
  }
  if (out !== undefined) cli.say(`Wrote ${countOf(count, 'item')} to ${out}`)
  if (results.end?.complete === false) {
    cli.say(`The job continues: read the rest with --partial --from ${results.end.nextIndex}`)
  }
}

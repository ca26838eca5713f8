import type { Command } from 'commander'
import type { Waybill } from '../../create-client.ts'
import type { Cli } from '../cli.ts'
import { LiveTable } from '../output/live-table.ts'
import { parseCount } from '../read-options.ts'
import type { JobStatus, JobSummary } from '@waybill/spec'

const help = `
Examples:
  $ waybill top
  $ waybill top --once
  $ waybill top --json | jq -c 'select(.event == "jobs") | .data.jobs[] | [.id, .status]'

Ctrl-C ends it. Where nobody watches, the table is printed anew every 10 seconds; with --json each update is a line as it comes.`

/** In a log: often enough to see that it continues, seldom enough to read. */
const PERIOD_MS = 10_000
const DEFAULT_JOBS = 20
const UNFINISHED: readonly JobStatus[] = ['open', 'scheduled', 'blocked', 'pending', 'running', 'paused', 'cancelling']
/** Goes to the first line of the terminal and clears what is below. */
const CLEAR = '\u001B[H\u001B[2J\u001B[3J'

interface TopOptions {
  readonly once?: boolean
  readonly jobs: number
}

export function addTopCommand(program: Command, cli: Cli): void {
  program
    .command('top')
    .summary('watch channels and unfinished jobs')
    .description(
      'Shows channels and jobs as they are now, and follows them. Requires the scopes jobs:read and channels:read.',
    )
    .option('--once', 'print them once, and end')
    .option('--jobs <number>', 'how many jobs to show', parseCount, DEFAULT_JOBS)
    .addHelpText('after', help)
    .action(async ({ once = false, jobs }: TopOptions) => {
      const waybill = await cli.connect()
      const table = new LiveTable(jobs)
      if (once) {
        const read = await readAll(cli, waybill, jobs)
        table.reset(read.channels, read.jobs)
        await cli.print({ channels: read.channels.map(({ name, state }) => ({ name, state })), jobs: read.jobs }, () =>
          table.lines(),
        )
        return
      }
      try {
        await follow(cli, waybill, { table, jobs })
      } catch (error) {
        // Ctrl-C is how it ends.
        if (!cli.interrupt.aborted) throw error
      }
    })
}

async function follow(cli: Cli, waybill: Waybill, { table, jobs }: { table: LiveTable; jobs: number }): Promise<void> {
  const isDrawn = cli.terminal.isWatched
  let printedAtMs = Number.NEGATIVE_INFINITY
  for await (const update of waybill.live.follow({ signal: cli.interrupt })) {
    if (cli.json) {
      await cli.terminal.print(JSON.stringify(update))
      continue
    }
    if (update.event === 'resync') {
      const read = await readAll(cli, waybill, jobs)
      table.reset(read.channels, read.jobs)
    } else table.apply(update)
    if (!isDrawn && Date.now() - printedAtMs < PERIOD_MS) continue
    printedAtMs = Date.now()
    await cli.terminal.write(`${isDrawn ? CLEAR : ''}${table.lines().join('\n')}\n`)
  }
}

/** The channels, and the newest unfinished jobs. */
async function readAll(cli: Cli, waybill: Waybill, limit: number) {
  const options = { signal: cli.interrupt }
  const channels = await waybill.channels.list(options)
  const jobs: JobSummary[] = []
  for await (const job of waybill.jobs.list({
    ...options,
    status: UNFINISHED,
    pageSize: Math.min(Math.max(1, limit), 1000),
  })) {
    if (jobs.length === limit) break
    jobs.push(job)
  }
  return { channels, jobs }
}

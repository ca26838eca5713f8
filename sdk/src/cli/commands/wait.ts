import { type Command, Option } from 'commander'
import type { Cli } from '../cli.ts'
import { followJob } from '../follow-job.ts'
import { parseDuration } from '../read-options.ts'

const help = `
Failed items are an ordinary result: the exit code tells of them. Leaving with Ctrl-C leaves the job as it is.

Examples:
  $ waybill wait job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
  $ waybill wait job_0198c2f04b7e7c3fa1d2b3c4d5e6f708 --timeout 30m
  $ waybill wait $(waybill submit a.csv --detach ...) $(waybill submit b.csv --detach ...)

Exit code: 0 all items of all jobs succeeded, 1 some did not, 3 refused or unreachable, 4 stopped by --timeout or Ctrl-C.`

export function addWaitCommand(program: Command, cli: Cli): void {
  program
    .command('wait')
    .summary('wait until jobs are done')
    .description('Waits until jobs are done, one after another, and shows how far they are.')
    .argument('<job...>', 'ids of jobs')
    .addOption(
      new Option('--timeout <duration>', 'stop waiting for a job after so long (90s, 10m, 2h)').argParser(
        parseDuration,
      ),
    )
    .addHelpText('after', help)
    .action(async (ids: readonly string[], options: { timeout?: number }) => {
      const waybill = await cli.connect({ patient: true })
      const jobs = ids.map((id) => waybill.jobs.attach(id))
      // A job that does not exist is reported before the first one is waited for.
      for (const job of jobs) {
        cli.jobId = job.id
        await job.get({ signal: cli.interrupt })
      }
      for (const job of jobs) await followJob(cli, job, { timeoutMs: options.timeout })
    })
}

import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { followJob } from '../follow-job.ts'
import { addFollowOptions, type FollowFlags, toFollowOptions } from '../read-options.ts'

const help = `
Failed items are an ordinary result: the exit code reports them. Ctrl-C leaves the job as it is. Parked items wait for a decision: after a
minute of nothing else the command says how to decide, with --fail-on-parked it exits at once.

Examples:
  $ waybill wait job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
  $ waybill wait job_0198c2f04b7e7c3fa1d2b3c4d5e6f708 --timeout 30m --fail-on-parked
  $ waybill wait $(waybill submit a.csv --detach ...) $(waybill submit b.csv --detach ...)

Exit code: 0 all items of all jobs succeeded, 1 some did not, 3 refused or unreachable, 4 stopped by --timeout or Ctrl-C, 5 only parked
items are left (--fail-on-parked).`

export function addWaitCommand(program: Command, cli: Cli): void {
  const command = program
    .command('wait')
    .summary('wait until jobs are done')
    .description('Waits until jobs are done, one after another, and shows how far they are.')
    .argument('<job...>', 'ids of jobs')
  addFollowOptions(command)
    .addHelpText('after', help)
    .action(async (ids: readonly string[], options: FollowFlags) => {
      const waybill = await cli.connect({ patient: true })
      const jobs = ids.map((id) => waybill.jobs.attach(id))
      // A job that does not exist is reported before the first one is waited for.
      for (const job of jobs) {
        cli.jobId = job.id
        await job.get({ signal: cli.interrupt })
      }
      for (const job of jobs) await followJob(cli, job, toFollowOptions(options))
    })
}

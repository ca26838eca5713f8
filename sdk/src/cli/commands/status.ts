import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { formatJob } from '../output/describe-job.ts'

const help = `
Examples:
  $ waybill status job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
  $ waybill status job_0198c2f04b7e7c3fa1d2b3c4d5e6f708 --json | jq .counts`

export function addStatusCommand(program: Command, cli: Cli): void {
  program
    .command('status')
    .summary('show a job as it is now')
    .description('Shows a job as it is now: its progress, its rate, and what its items wait for.')
    .argument('<job>', 'the id of the job')
    .addHelpText('after', help)
    .action(async (id: string) => {
      const waybill = await cli.connect()
      const job = await cli.attach(waybill, id).get({ signal: cli.interrupt })
      await cli.print(job, () => formatJob(job))
    })
}

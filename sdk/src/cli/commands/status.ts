import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { formatJob } from '../output/describe-job.ts'
import { readChannel } from '../read-channel.ts'

const help = `
Examples:
  $ waybill status job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
  $ waybill status job_0198c2f04b7e7c3fa1d2b3c4d5e6f708 --json | jq .counts`

export function addStatusCommand(program: Command, cli: Cli): void {
  program
    .command('status')
    .summary('show a job as it is now')
    .description(
      'Shows a job as it is now: its progress, its rate, what its items wait for, and the last error of its channel.',
    )
    .argument('<job>', 'the id of the job')
    .addHelpText('after', help)
    .action(async (id: string) => {
      const waybill = await cli.connect()
      const job = await cli.attach(waybill, id).get({ signal: cli.interrupt })
      // What is known of the job is shown, also where its channel cannot be read now.
      const passOver = (error: unknown): null => {
        if (cli.interrupt.aborted) throw error
        return null
      }
      const channel = job.done || cli.json ? null : await readChannel(waybill, job.channel, cli).catch(passOver)
      await cli.print(job, () => formatJob(job, channel))
    })
}

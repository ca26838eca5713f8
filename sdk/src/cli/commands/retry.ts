import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { followJob } from '../follow-job.ts'
import { countOf } from '../output/printable.ts'
import { addWaitOptions, collectList, toFollowOptions, type WaitFlags } from '../read-options.ts'

const help = `
A new job is created from the server's copy of the items; the old one stays as it is. Items that were already retried are left out.
Nothing is retried when newer items of the same id were submitted since, unless --allow-stale is given.

Examples:
  $ waybill retry job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
  $ waybill retry job_0198c2f04b7e7c3fa1d2b3c4d5e6f708 --status failed,cancelled --detach

Exit code: that of waybill wait, for the new job.`

interface RetryOptions extends WaitFlags {
  readonly status?: ('failed' | 'cancelled')[]
  readonly allowStale?: boolean
  readonly idempotencyKey?: string
}

export function addRetryCommand(program: Command, cli: Cli): void {
  const command = program
    .command('retry')
    .summary('retry the failed items of a job')
    .description('Retries the failed items of a job, as a new job, and waits for it.')
    .argument('<job>', 'the id of the job')
    .option('--status <status>', 'failed, cancelled (default: failed)', collectList)
    .option(
      '--allow-stale',
      'also if newer items of the same id were submitted since: the old data is delivered after the new',
    )
  command.option(
    '--idempotency-key <key>',
    'identifies this retry for 24 hours: the same key never creates a second job',
  )
  addWaitOptions(command)
    .addHelpText('after', help)
    .action(async (jobId: string, options: RetryOptions) => {
      const waybill = await cli.connect()
      const { status, allowStale, idempotencyKey } = options
      const which = { status, allowStale, idempotencyKey }
      const retried = await cli.attach(waybill, jobId).retryFailed({ ...which, signal: cli.interrupt })
      cli.say(`Accepted ${retried.id} with ${countOf(retried.last?.counts.total ?? 0, 'item')} of ${jobId}`)
      if (options.detach === true) return await cli.print(retried.last, () => [retried.id])
      await followJob(cli, retried, toFollowOptions(options))
    })
}

// cancel, pause, resume, release and delete: the same of a job, and of several; the first three also of all that options select.

import type { Job, JobAction } from '@waybill/spec'
import type { Command } from 'commander'
import type { CallOptions, JobHandle } from '../../job-handle.ts'
import type { Cli } from '../cli.ts'
import { UsageError } from '../cli-errors.ts'
import { describeOutcome } from '../output/describe-job.ts'
import { actOnJobs, addSelectionOptions, type SelectionFlags, selectionHelp } from './act-on-jobs.ts'

interface Control {
  readonly name: string
  /** The action on jobs by a filter; null: by their ids alone. */
  readonly action: JobAction | null
  readonly description: string
  readonly help: string
  readonly apply: (job: JobHandle, options: CallOptions) => Promise<Job>
}

const controls: readonly Control[] = [
  {
    name: 'cancel',
    action: 'cancel',
    description: 'Cancels jobs: running calls may finish, all other items are cancelled. Results are retained.',
    help: 'It does not wait: waybill wait does, until the last call has finished.',
    apply: (job, options) => job.cancel(options),
  },
  {
    name: 'pause',
    action: 'pause',
    description: 'Pauses jobs: no further item starts until they are resumed; running calls finish.',
    help: 'Their items keep their places: later items of the same keys wait, in other jobs too.',
    apply: (job, options) => job.pause(options),
  },
  {
    name: 'resume',
    action: 'resume',
    description: 'Resumes paused jobs.',
    help: 'A job that is not paused stays as it is.',
    apply: (job, options) => job.resume(options),
  },
  {
    name: 'release',
    action: null,
    description: 'Releases blocked jobs: drops the dependencies that are not met, so that they start now.',
    help: 'A job that is not blocked stays as it is.',
    apply: (job, options) => job.release(options),
  },
]

const deleteHelp = `
Only jobs that have ended: cancel others before. Items, results and dead letters of the job are deleted with it.

Example:
  $ waybill delete job_0198c2f04b7e7c3fa1d2b3c4d5e6f708`

export function addControlCommands(program: Command, cli: Cli): void {
  for (const { name, action, description, help, apply } of controls) {
    const command = program
      .command(name)
      .summary(`${name} jobs`)
      .description(description)
      .argument(action === null ? '<job...>' : '[job...]', 'ids of jobs')
    if (action !== null) addSelectionOptions(command)
    const more = action === null ? '' : selectionHelp(action)
    command
      .addHelpText('after', `\n${help}\n\nExample:\n  $ waybill ${name} job_0198c2f04b7e7c3fa1d2b3c4d5e6f708${more}`)
      .action(async (ids: readonly string[], flags: SelectionFlags) => {
        if (action !== null && ids.length === 0) return actOnJobs(cli, action, flags)
        if (Object.keys(flags).length > 0) {
          throw new UsageError(
            `Cannot ${name} jobs as either ids or options that select jobs are required: there are both`,
          )
        }
        const waybill = await cli.connect()
        // Invalid ids are reported before anything is done.
        for (const job of ids.map((id) => waybill.jobs.attach(id))) {
          cli.jobId = job.id
          const changed = await apply(job, { signal: cli.interrupt })
          await cli.print(changed, () => [`${changed.id} ${changed.done ? describeOutcome(changed) : changed.status}`])
        }
      })
  }
  program
    .command('delete')
    .summary('delete jobs that have ended')
    .description('Deletes jobs that have ended, with all that is stored of them.')
    .argument('<job...>', 'ids of jobs')
    .addHelpText('after', deleteHelp)
    .action(async (ids: readonly string[]) => {
      const waybill = await cli.connect()
      for (const job of ids.map((id) => waybill.jobs.attach(id))) {
        cli.jobId = job.id
        await job.delete({ signal: cli.interrupt })
        await cli.print({ id: job.id, deleted: true }, () => [`${job.id} deleted`])
      }
    })
}

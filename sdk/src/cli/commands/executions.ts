import type { Execution, ExecutionStatus, Job } from '@waybill/spec'
import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { countItems, formatPercent } from '../output/describe-job.ts'
import { printList } from '../output/print-list.ts'
import { formatCount } from '../output/printable.ts'
import { formatFields, formatTable } from '../output/table.ts'
import { addListOptions, type ListFilter } from '../read-options.ts'

const help = `
Examples:
  $ waybill executions --status running,blocked
  $ waybill executions show nightly-2026-01-15
  $ waybill executions cancel nightly-2026-01-15`

const controls = [
  ['cancel', 'Cancels all jobs of an execution that have not ended; no further stage starts.'],
  ['pause', 'Pauses all jobs of an execution, including those of stages that have not started.'],
  ['resume', 'Resumes all paused jobs of an execution.'],
] as const

export function addExecutionsCommand(program: Command, cli: Cli): void {
  const executions = program
    .command('executions')
    .summary('list executions, show, cancel, pause and resume them')
    .description('Lists executions: workflows of several jobs, in stages.')
    .addHelpText('after', help)
  const list = executions.command('list', { isDefault: true }).description('Lists executions, newest first.')
  addListOptions(list, {
    channel: 'only with a job for this channel',
    source: 'only with a job from this source',
  }).action(async ({ limit, ...filter }: ListFilter<ExecutionStatus>) => {
    const waybill = await cli.connect({ patient: true })
    await printList(cli, waybill.executions.list({ ...filter, signal: cli.interrupt }), {
      header: ['EXECUTION', 'STATUS', 'DONE', 'JOBS', 'ITEMS', 'FAILED', 'CREATED'],
      toRow: (execution) => [
        execution.id,
        execution.outcome ?? execution.status,
        formatPercent(execution),
        formatCount(jobsOf(execution).length),
        formatCount(execution.counts.total),
        formatCount(execution.counts.failed),
        execution.createdAt,
      ],
      limit,
      none: 'There are no such executions',
    })
  })
  executions
    .command('show')
    .description('Shows an execution with its stages and jobs.')
    .argument('<execution>', 'its id')
    .action(async (id: string) => {
      const waybill = await cli.connect()
      await printExecution(cli, await waybill.executions.get(id, { signal: cli.interrupt }))
    })
  for (const [name, description] of controls) {
    executions
      .command(name)
      .description(description)
      .argument('<execution>', 'its id')
      .action(async (id: string) => {
        const waybill = await cli.connect()
        await printExecution(cli, await waybill.executions[name](id, { signal: cli.interrupt }))
      })
  }
}

/** Its jobs and the names of their stages; empty for those that stand in none. */
function jobsOf({ stages, jobs = [] }: Execution): (readonly [stage: string, job: Job])[] {
  return [
    ...stages.flatMap((stage) => stage.jobs.map((job) => [stage.name, job] as const)),
    ...jobs.map((job) => ['', job] as const),
  ]
}

async function printExecution(cli: Cli, execution: Execution): Promise<void> {
  await cli.print(execution, () => formatExecution(execution))
}

function formatExecution(execution: Execution): string[] {
  const { id, status, outcome, createdAt } = execution
  return [
    ...formatFields([
      ['execution', id],
      ['status', outcome === null ? status : `${status}, ${outcome}`],
      ['progress', formatPercent(execution).trim()],
      ['items', countItems(execution)],
      ['created', createdAt],
    ]),
    '',
    ...formatTable(
      ['STAGE', 'JOB', 'STATUS', 'DONE', 'CHANNEL', 'WHAT', 'ITEMS'],
      jobsOf(execution).map(([stage, job]) => [
        stage,
        job.id,
        job.outcome ?? job.status,
        formatPercent(job),
        job.channel,
        `${job.action} ${job.objectType}`,
        countItems(job),
      ]),
    ),
  ]
}

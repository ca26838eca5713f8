import type { Execution } from '@waybill/spec'
import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { countItems, formatPercent } from '../output/describe-job.ts'
import { formatFields, formatTable } from '../output/table.ts'

const help = `
Examples:
  $ waybill executions show nightly-2026-01-15
  $ waybill executions show nightly-2026-01-15 --json | jq .counts`

export function addExecutionsCommand(program: Command, cli: Cli): void {
  const executions = program
    .command('executions')
    .summary('show executions: jobs that belong together')
    .description('Shows executions: workflows of several jobs, in stages.')
    .addHelpText('after', help)
  executions
    .command('show')
    .description('Shows an execution with its stages and jobs.')
    .argument('<execution>', 'its id')
    .action(async (id: string) => {
      const waybill = await cli.connect()
      await printExecution(cli, await waybill.executions.get(id, { signal: cli.interrupt }))
    })
}

async function printExecution(cli: Cli, execution: Execution): Promise<void> {
  await cli.print(execution, () => formatExecution(execution))
}

function formatExecution(execution: Execution): string[] {
  const { id, status, outcome, createdAt, stages, jobs = [] } = execution
  const rows = [
    ...stages.flatMap((stage) => stage.jobs.map((job) => [stage.name, job] as const)),
    ...jobs.map((job) => ['', job] as const),
  ]
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
      rows.map(([stage, job]) => [
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

import type { JobAction, JobStatus } from '@waybill/spec'
import type { Command } from 'commander'
import type { JobActionFilter } from '../../resources/job-actions.ts'
import type { Cli } from '../cli.ts'
import { UsageError } from '../cli-errors.ts'
import { confirm } from '../confirm.ts'
import { countOf } from '../output/printable.ts'
import { collectList, parseTime } from '../read-options.ts'

/** Options that select jobs, instead of their ids. */
export interface SelectionFlags {
  readonly channel?: string[]
  readonly status?: JobStatus[]
  readonly source?: string[]
  readonly execution?: string
  readonly createdAfter?: string
  readonly createdBefore?: string
  readonly all?: boolean
  readonly dryRun?: boolean
  readonly yes?: boolean
}

export const selectionHelp = (action: string): string =>
  `\n  $ waybill ${action} --channel shop-eu --dry-run\n  $ waybill ${action} --channel shop-eu --yes`

/** The options of commands that act on jobs by a filter. */
export function addSelectionOptions(command: Command): Command {
  return command
    .option('-c, --channel <name>', 'all jobs of this channel; may be repeated', collectList)
    .option('--status <status>', 'all jobs of this status; may be repeated', collectList)
    .option('--source <name>', 'all jobs from this source; may be repeated', collectList)
    .option('--execution <id>', 'all jobs of this execution')
    .option('--created-after <time>', 'all jobs created at this time or later', parseTime)
    .option('--created-before <time>', 'all jobs created before this time', parseTime)
    .option('--all', 'all jobs that have not ended, if no other option selects some')
    .option('--dry-run', 'only count the jobs that would be changed')
    .option('-y, --yes', 'do not ask')
}

/** Counts the jobs that the options select, asks, and acts on them. */
export async function actOnJobs(cli: Cli, action: JobAction, flags: SelectionFlags): Promise<void> {
  const filter = toFilter(flags)
  if (Object.values(filter).every((value) => value === undefined) && flags.all !== true) {
    throw new UsageError(`Cannot ${action} jobs as a selection is required: give ids, --channel, --status, or --all`)
  }
  const waybill = await cli.connect()
  const preview = await waybill.jobs.previewAction(action, filter, { signal: cli.interrupt })
  const { count } = preview
  const jobs = countOf(count, 'job')
  let { unavailableChannels } = preview
  const unavailable = (): object => (unavailableChannels.length === 0 ? {} : { unavailableChannels })
  const warn = (): void => {
    if (unavailableChannels.length === 0) return
    const names = unavailableChannels.join(', ')
    cli.say(`Jobs of channels that no server runs at present are not changed; try again for these: ${names}`)
  }
  if (flags.dryRun === true) {
    warn()
    return cli.print({ action, dryRun: true, count, ...unavailable() }, () => [`Would ${action} ${jobs}`])
  }
  if (count > 0 && flags.yes !== true) {
    const question = `${action.replace(/^./, (first) => first.toUpperCase())} ${jobs}?`
    if (!(await confirm(cli, question, `${action} ${jobs}`))) return cli.say('Nothing was changed')
  }
  const onUnavailable = (channels: readonly string[]): void => void (unavailableChannels = channels)
  const changed = count === 0 ? 0 : await preview.apply({ signal: cli.interrupt, onUnavailable })
  warn()
  const answer = { action, dryRun: false, count: changed, ...unavailable() }
  await cli.print(answer, () => [`${PAST[action]} ${countOf(changed, 'job')}`])
}

const PAST: Readonly<Record<JobAction, string>> = { pause: 'Paused', resume: 'Resumed', cancel: 'Cancelled' }

function toFilter({
  channel,
  status,
  source,
  execution,
  createdAfter,
  createdBefore,
}: SelectionFlags): JobActionFilter {
  return {
    ...(channel && { channel }),
    ...(status && { status }),
    ...(source && { source }),
    ...(execution !== undefined && { executionId: execution }),
    ...(createdAfter !== undefined && { createdAfter }),
    ...(createdBefore !== undefined && { createdBefore }),
  }
}

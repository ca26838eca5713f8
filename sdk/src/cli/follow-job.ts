// Waits for a job as a person or a CI run does: shows its progress, may be left at any time, and says how to come back.

import type { Job } from '@waybill/spec'
import { isWaitTimeoutError, isWaybillError } from '../errors.ts'
import type { JobHandle } from '../job-handle.ts'
import type { Cli } from './cli.ts'
import { StoppedError } from './cli-errors.ts'
import { exitCodes } from './exit-codes.ts'
import { describeOutcome } from './output/describe-job.ts'
import { countOf, formatSeconds } from './output/printable.ts'
import { createProgress, noProgress } from './output/progress.ts'

/** About five minutes without any answer, at the pace of the client's polls: longer than a restart takes. */
const maxConsecutiveErrors = 25

export interface FollowJobOptions {
  /** How long to wait at most. */
  readonly timeoutMs?: number
}

/**
 * Waits until the job is done, prints how it ended and sets the exit code.
 * @throws {StoppedError} Ctrl-C was pressed or the time was up; the job goes on
 */
export async function followJob(cli: Cli, job: JobHandle, { timeoutMs }: FollowJobOptions): Promise<void> {
  const ended = await waitForJob(cli, job, timeoutMs)
  if (ended.outcome !== 'succeeded') cli.exitCode = exitCodes.notAllSucceeded
  await cli.print(ended, () => [`${ended.id} ${styleOutcome(cli, ended)}${describeDuration(ended)}`])
  if (ended.counts.failed > 0) cli.say(`See what failed with: waybill failures ${ended.id}${cli.connection.urlOption}`)
}

/** Waits and shows progress; prints nothing. Throws as `followJob` does. */
export async function waitForJob(cli: Cli, job: JobHandle, timeoutMs: number | undefined): Promise<Job> {
  cli.jobId = job.id
  const progress = cli.isSilent ? noProgress : createProgress(cli.terminal)
  cli.onAnswering = (isAnswering) => progress.showAnswering(isAnswering)
  try {
    return await job.wait({
      signal: cli.interrupt,
      timeoutMs,
      maxConsecutiveErrors,
      onProgress: (snapshot) => progress.show(snapshot),
    })
  } catch (error) {
    progress.stop()
    throw explainEnd(cli, job, error, timeoutMs)
  } finally {
    cli.onAnswering = null
    progress.stop()
  }
}

function explainEnd(cli: Cli, job: JobHandle, error: unknown, timeoutMs: number | undefined): unknown {
  const attach = `Wait for it again with: ${waitCommand(cli, job.id)}`
  const left = job.last === null ? '' : ` with ${countOf(countOpen(job.last), 'item')} to go`
  if (cli.interrupt.aborted) return new StoppedError(`Detached from ${job.id}, which goes on${left}. ${attach}`, job.id)
  if (isWaitTimeoutError(error)) {
    const seconds = formatSeconds((timeoutMs ?? 0) / 1000)
    return new StoppedError(
      `Cannot wait longer for ${job.id} as --timeout is ${seconds}: it goes on${left}. ${attach}`,
      job.id,
    )
  }
  if (isWaybillError(error)) cli.say(`The job itself is not touched by this. ${attach}`)
  return error
}

/** What waits for a job in another terminal, at another time. */
function waitCommand(cli: Cli, jobId: string): string {
  return `waybill wait ${jobId}${cli.connection.urlOption}`
}

function countOpen({ counts }: Job): number {
  return counts.pending + counts.waiting + counts.running
}

function styleOutcome(cli: Cli, job: Job): string {
  const style = job.outcome === 'succeeded' ? 'green' : job.outcome === 'partial' ? 'yellow' : 'red'
  return cli.terminal.stylePrinted(style, describeOutcome(job))
}

function describeDuration({ startedAt, endedAt }: Job): string {
  if (startedAt === null || endedAt === null) return ''
  return ` in ${formatSeconds((Date.parse(endedAt) - Date.parse(startedAt)) / 1000)}`
}

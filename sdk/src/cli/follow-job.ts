// Waits for a job as a person or a CI run does: shows its progress, may be left at any time, and prints how to wait again.

import type { Job } from '@waybill/spec'
import { isWaitTimeoutError, isWaybillError } from '../errors.ts'
import type { JobHandle } from '../job-handle.ts'
import type { Cli } from './cli.ts'
import { ParkedError, StoppedError } from './cli-errors.ts'
import { exitCodes } from './exit-codes.ts'
import { describeOutcome } from './output/describe-job.ts'
import { countOf, formatSeconds } from './output/printable.ts'
import { createProgress, noProgress } from './output/progress.ts'
import { countParked, watchParked } from './watch-parked.ts'

/** About five minutes without any answer, at the pace of the client's polls: longer than a restart takes. */
const maxConsecutiveErrors = 25

/** Long enough that a decision which somebody is about to make needs no advice. */
const defaultParkedNoticeMs = 60_000

export interface FollowJobOptions {
  /** How long to wait at most. */
  readonly timeoutMs?: number
  /** Whether to stop when only parked items are left. */
  readonly failOnParked?: boolean
  /** After how long of nothing but parked items to say what to do. */
  readonly parkedNoticeMs?: number
}

/**
 * Waits until the job is done, prints how it ended and sets the exit code.
 * @throws {StoppedError} Ctrl-C was pressed or the time was up; the job continues
 * @throws {ParkedError} only parked items are left, with `failOnParked`
 */
export async function followJob(cli: Cli, job: JobHandle, options: FollowJobOptions): Promise<void> {
  const ended = await waitForJob(cli, job, options)
  if (ended.outcome !== 'succeeded') cli.exitCode = exitCodes.notAllSucceeded
  await cli.print(ended, () => [`${ended.id} ${styleOutcome(cli, ended)}${describeDuration(ended)}`])
  if (ended.counts.failed > 0) cli.say(`See what failed with: waybill failures ${ended.id}${cli.connection.urlOption}`)
}

/** Waits and shows progress; prints nothing. Throws as `followJob` does. */
export async function waitForJob(cli: Cli, job: JobHandle, options: FollowJobOptions): Promise<Job> {
  const { timeoutMs, failOnParked, parkedNoticeMs = defaultParkedNoticeMs } = options
  cli.jobId = job.id
  const progress = cli.isSilent ? noProgress : createProgress(cli.terminal)
  cli.onAnswering = (isAnswering) => progress.showAnswering(isAnswering)
  const leaving = new AbortController()
  const watch = failOnParked
    ? watchParked(0, (snapshot) => leaving.abort(toParkedError(cli, snapshot)))
    : watchParked(parkedNoticeMs, (snapshot) => {
        // Not into the line that is drawn over.
        progress.stop()
        cli.say(describeParked(snapshot))
        cli.say(adviseParked(cli, snapshot))
        progress.show(snapshot)
      })
  try {
    return await job.wait({
      signal: AbortSignal.any([cli.interrupt, leaving.signal]),
      timeoutMs,
      maxConsecutiveErrors,
      onProgress(snapshot) {
        progress.show(snapshot)
        watch.see(snapshot)
      },
    })
  } catch (error) {
    progress.stop()
    if (error instanceof ParkedError) throw error
    throw explainEnd(cli, job, error, timeoutMs)
  } finally {
    watch.stop()
    cli.onAnswering = null
    progress.stop()
  }
}

function toParkedError(cli: Cli, job: Job): ParkedError {
  return new ParkedError(describeParked(job), job.id, adviseParked(cli, job))
}

function describeParked(job: Job): string {
  const count = countParked(job)
  const until = job.waiting.find(({ reason }) => reason === 'parked')?.until ?? null
  const skipped = until === null ? '' : `; the first is skipped at ${until}`
  return `${job.id} waits for a decision on ${countOf(count, 'parked item')}${skipped}`
}

/** The exact commands. */
function adviseParked({ connection }: Cli, { id }: Job): string {
  const command = `waybill parked`
  const which = `--job ${id}${connection.urlOption}`
  return `List them with: ${command} ${which}; decide with: ${command} retry ${which} (or skip)`
}

function explainEnd(cli: Cli, job: JobHandle, error: unknown, timeoutMs: number | undefined): unknown {
  const attach = `Wait for it again with: ${waitCommand(cli, job.id)}`
  const left = job.last === null ? '' : ` with ${countOf(countOpen(job.last), 'item')} to go`
  if (cli.interrupt.aborted)
    return new StoppedError(`Detached from ${job.id}, which continues${left}. ${attach}`, job.id)
  if (isWaitTimeoutError(error)) {
    const seconds = formatSeconds((timeoutMs ?? 0) / 1000)
    return new StoppedError(
      `Cannot wait longer for ${job.id} as --timeout is ${seconds}: it continues${left}. ${attach}`,
      job.id,
    )
  }
  if (isWaybillError(error)) cli.say(`The job itself is not affected. ${attach}`)
  return error
}

/** Returns the command that waits for the job from another terminal, at another time. */
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

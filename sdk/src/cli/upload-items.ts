// Sends the items of a file and shows how far it is. What breaks off leaves a job that is open, and says how to go on with it.

import { isApiError } from '../api-errors.ts'
import { isUploadError } from '../errors.ts'
import type { CallOptions, UploadOptions, UploadProgress } from '../job-handle.ts'
import type { Cli } from './cli.ts'
import { StoppedError } from './cli-errors.ts'
import type { Input } from './input/open-input.ts'
import { countOf, formatCount } from './output/printable.ts'
import { createUploadProgress, noUploadProgress } from './output/upload-progress.ts'

/** The file that is sent, and which line of it an item is. */
export interface UploadedFile {
  readonly input: Input
  readonly lineOf: (index: number) => number | null
}

/**
 * Calls `send` with what makes it show its progress and end with Ctrl-C.
 * @throws {StoppedError} Ctrl-C was pressed
 * @throws what `send` throws
 */
export async function uploadItems<Sent>(
  cli: Cli,
  { input, lineOf }: UploadedFile,
  send: (options: UploadOptions & CallOptions) => Promise<Sent>,
): Promise<Sent> {
  const progress = cli.isSilent ? noUploadProgress : createUploadProgress(cli.terminal, input)
  let last: UploadProgress | null = null
  try {
    return await send({
      signal: cli.interrupt,
      onUploadProgress(now) {
        if (last === null) cli.say(`${now.nextIndex === 0 ? 'Opened' : 'Going on with'} ${now.job.id}`)
        last = now
        progress.show(now)
      },
    })
  } catch (error) {
    progress.stop()
    // Assigned in a function, which the compiler does not follow.
    const sent = last as UploadProgress | null
    if (cli.interrupt.aborted && sent !== null) {
      throw new StoppedError(`Stopped the upload. ${describeOpenJob(sent.job.id, sent.nextIndex)}`, sent.job.id)
    }
    if (cli.interrupt.aborted) throw new StoppedError('Stopped the upload')
    if (isUploadError(error)) cli.say(describeOpenJob(error.job.id, error.nextIndex))
    const index = findItem(error)
    const line = index === null ? null : lineOf(index)
    if (line !== null) cli.say(`It is about line ${line} of ${input.name}`)
    throw error
  } finally {
    progress.stop()
  }
}

/** Which item the server refused. */
function findItem(error: unknown): number | null {
  if (isUploadError(error)) return error.itemIndex
  const line = isApiError(error) ? error.problem?.errors?.[0]?.line : undefined
  // The first line of a request is the job.
  return line === undefined || line < 2 ? null : line - 2
}

function describeOpenJob(jobId: string, nextIndex: number): string {
  const has =
    nextIndex === 0
      ? 'has no items yet'
      : `is open at item ${formatCount(nextIndex)}: it has the ${countOf(nextIndex, 'item')} before`
  return `${jobId} ${has}, and delivers none until it has all. Go on with the same command and --resume ${jobId}, or give it up with: waybill cancel ${jobId}`
}

// Sends the items of a file and shows how far it is. An interrupted upload leaves an open job, and prints how to resume it.

import { isApiError } from '../api-errors.ts'
import { isUploadError } from '../errors.ts'
import type { CallOptions, UploadOptions, UploadProgress } from '../job-handle.ts'
import type { Cli } from './cli.ts'
import { RefusedFileError, StoppedError } from './cli-errors.ts'
import type { Input } from './input/open-input.ts'
import { countOf, formatCount } from './output/printable.ts'
import { describeAnswering } from './output/progress.ts'
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
        if (last === null) {
          cli.say(`${now.nextIndex === 0 ? 'Opened' : 'Continuing'} ${now.job.id}`)
          cli.jobId = now.job.id
          // From now on it is sent again for minutes.
          cli.onAnswering = (isAnswering) => {
            progress.stop()
            cli.say(describeAnswering(isAnswering))
          }
        }
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
    throw nameFileLines(error, { input, lineOf })
  } finally {
    cli.onAnswering = null
    progress.stop()
  }
}

/** The server counts lines in a request; people look for them in the file. */
function nameFileLines(error: unknown, { input, lineOf }: UploadedFile): unknown {
  const refusal = isUploadError(error) ? error.cause : error
  if (!isApiError(refusal)) return error
  const firstLine = refusal.problem?.errors?.[0]?.line
  // The first line of a request is the job; of a further part, its first item.
  const firstIndex = isUploadError(error) ? error.itemIndex : firstLine === undefined ? null : firstLine - 2
  if (firstLine === undefined || firstIndex === null) return error
  return new RefusedFileError(error as Error, {
    fileName: input.name,
    indexOf: (line) => (firstIndex + line < firstLine ? null : firstIndex + line - firstLine),
    lineOf,
  })
}

function describeOpenJob(jobId: string, nextIndex: number): string {
  const has =
    nextIndex === 0
      ? 'has no items yet'
      : `is open at item ${formatCount(nextIndex)}: it has the ${countOf(nextIndex, 'item')} before`
  return `${jobId} ${has}, and delivers none until it has all. Continue with the same command and --resume ${jobId}, or cancel it with: waybill cancel ${jobId}`
}

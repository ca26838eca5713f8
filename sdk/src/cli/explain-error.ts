import type { ProblemPlace } from '@waybill/spec'
import { type ApiError, isApiError } from '../api-errors.ts'
import {
  isConnectionError,
  isRequestTimeoutError,
  isUploadError,
  isWaitTimeoutError,
  isWaybillError,
} from '../errors.ts'
import { ParkedError, RefusedFileError, StoppedError, UsageError } from './cli-errors.ts'
import {
  adviseForbidden,
  adviseOwnerUnavailable,
  adviseUnauthenticated,
  adviseUnreachable,
} from './connection-advice.ts'
import type { Connection } from './connection.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'

/** A place that the server refused, and where it stands in the file that was sent: which item, counted from 0, and at which line. */
export type ExplainedPlace = ProblemPlace & { index?: number; fileLine?: number }

/** The message and the exit code of a failed command. */
export interface Explanation {
  readonly exitCode: ExitCode
  readonly message: string
  /** For programs: the server's code, or ours. */
  readonly code: string
  /** The job that the command was about; null when none is known. */
  readonly job: string | null
  /** Advice for the user; null when the message is enough. */
  readonly advice: string | null
  /** Every place that is wrong, as the server named them. */
  readonly places: readonly ExplainedPlace[]
  readonly requestId: string | null
  /** Repeats a request whose answer was lost without a second effect; null when it took none. */
  readonly idempotencyKey: string | null
}

/** Wrong usage, but for its message. */
export const usageError = {
  exitCode: exitCodes.usage,
  code: 'usage',
  job: null,
  advice: null,
  places: [],
  requestId: null,
  idempotencyKey: null,
} as const

/** For programs. */
export function formatErrorLine(explanation: Explanation): string {
  return JSON.stringify({ error: explanation })
}

/** The operation that failed. */
export interface ErrorContext {
  /** The server that was spoken to. */
  readonly connection: Connection
  /** The job that the command is about; null when none is known. */
  readonly jobId: string | null
  /** Whether any request may have reached the server. */
  readonly mayHaveSent: boolean
}

export function explainError(error: unknown, context: ErrorContext): Explanation {
  const message = error instanceof Error ? error.message : String(error)
  const { connection, jobId } = context
  const plain = { message, job: jobId, advice: null, places: [], requestId: null, idempotencyKey: null }
  if (error instanceof StoppedError) {
    return { ...plain, job: error.jobId ?? jobId, exitCode: exitCodes.stopped, code: 'stopped' }
  }
  if (error instanceof ParkedError) {
    return { ...plain, job: error.jobId, advice: error.advice, exitCode: exitCodes.parked, code: 'parked' }
  }
  if (isWaitTimeoutError(error)) {
    return { ...plain, job: error.job.id, exitCode: exitCodes.stopped, code: 'wait_timeout' }
  }
  // It is about the file, or about the server: the code is that of the reason.
  if (isUploadError(error)) return { ...explainError(error.cause, { ...context, jobId: error.job.id }), message }
  if (error instanceof RefusedFileError) return addFilePlaces(explainError(error.cause, context), error)
  // A TypeError of the client is an argument that it cannot send: an id that is none, a URL that is none.
  if (error instanceof UsageError || error instanceof TypeError) {
    return { ...usageError, job: jobId, message }
  }
  if (isApiError(error)) {
    return {
      ...plain,
      exitCode: exitCodes.refused,
      code: error.code,
      advice: adviseOn(error, connection),
      places: error.problem?.errors ?? [],
      requestId: error.requestId,
    }
  }
  if (isWaybillError(error)) {
    const { url } = connection
    if (speaksNoTls(error)) {
      const plainUrl = url.replace(/^https:/, 'http:')
      return {
        ...plain,
        exitCode: exitCodes.refused,
        code: 'unreachable',
        message: `Cannot reach ${url} as its server must speak https: it does not`,
        advice: `Without encryption it may be there: --url ${plainUrl}`,
      }
    }
    const isUnreached = isConnectionError(error) || isRequestTimeoutError(error)
    const idempotencyKey = (isUnreached && context.mayHaveSent && error.idempotencyKey) || null
    return {
      ...plain,
      exitCode: exitCodes.refused,
      code: 'unreachable',
      advice: isUnreached
        ? [adviseUnreachable(connection), adviseRepeat(idempotencyKey)].filter(Boolean).join('\n')
        : null,
      idempotencyKey,
    }
  }
  // A mistake of ours: whoever reports it needs the place.
  const stack = error instanceof Error ? (error.stack ?? message) : message
  return { ...plain, message: stack, exitCode: exitCodes.refused, code: 'unexpected' }
}

/**
 * Formats an error for people: every location on its own line, once. The server's sentence names the first place too, and counts lines in the
 * request: with places it is left out.
 * @param fileName the file that the places are in; null without one
 */
export function formatExplanation(
  { message, code, places, requestId }: Explanation,
  fileName: string | null,
): string[] {
  const isSaid = places.length === 0 || (places.length === 1 && places[0]!.index === undefined)
  if (isSaid) return [message]
  const action = /^(Cannot .*?)( as |: )/.exec(message)?.[1] ?? message
  const codes = [code, requestId].filter((part) => part !== null).join(', ')
  return [`${action} (${codes}):`, ...places.map((place) => `  ${describePlace(place, fileName)}`)]
}

function describePlace(place: ExplainedPlace, fileName: string | null): string {
  const { index, fileLine, pointer, parameter, detail } = place
  const item = index === undefined ? undefined : fileLine === undefined ? `item ${index}` : `line ${fileLine}`
  const inFile = item === undefined || fileName === null ? item : `${item} of ${fileName}`
  const where = [inFile, pointer, parameter].filter((part) => part !== undefined).join(' ')
  return where === '' ? detail : `${where}: ${detail}`
}

function addFilePlaces(explanation: Explanation, file: RefusedFileError): Explanation {
  const places = explanation.places.map((place) => {
    const index = place.line === undefined ? null : file.indexOf(place.line)
    if (index === null) return place
    return { ...place, index, fileLine: file.lineOf(index) ?? undefined }
  })
  return { ...explanation, places }
}

/** The answer to a request that creates something was lost. */
function adviseRepeat(idempotencyKey: string | null): string | null {
  if (idempotencyKey === null) return null
  return `Whether the job was created is unknown: the same command with --idempotency-key ${idempotencyKey} never creates a duplicate`
}

/** Returns true for OpenSSL's error about a response in plain text, whose message takes a line and a half. */
function speaksNoTls(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_SSL_WRONG_VERSION_NUMBER') return true
  }
  return false
}

function adviseOn({ status, code, problem }: ApiError, connection: Connection): string | null {
  if (status === 401) return adviseUnauthenticated(connection)
  if (status === 403) return adviseForbidden(connection)
  if (code === 'owner_unavailable') return adviseOwnerUnavailable(connection)
  if (problem?.channels !== undefined && problem.channels.length > 0) {
    return `Channels that you may use: ${problem.channels.join(', ')}`
  }
  return null
}

import { type ApiError, isApiError } from '../api-errors.ts'
import { isConnectionError, isUploadError, isWaitTimeoutError, isWaybillError } from '../errors.ts'
import { StoppedError, UsageError } from './cli-errors.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'

/** What a failed command says and ends with. */
export interface Explanation {
  readonly exitCode: ExitCode
  readonly message: string
  /** For programs: the server's code, or ours. */
  readonly code: string
  /** What to do about it; null when the message says it all. */
  readonly advice: string | null
  /** Every place that is wrong, as the server named them. */
  readonly places: readonly object[]
  readonly requestId: string | null
}

/** Wrong usage, but for its message. */
export const usageError = {
  exitCode: exitCodes.usage,
  code: 'usage',
  advice: null,
  places: [],
  requestId: null,
} as const

/** For programs. */
export function formatErrorLine(explanation: Explanation): string {
  return JSON.stringify({ error: explanation })
}

/** @param url the server that was spoken to */
export function explainError(error: unknown, url: string): Explanation {
  const message = error instanceof Error ? error.message : String(error)
  const plain = { message, advice: null, places: [], requestId: null }
  if (error instanceof StoppedError) return { ...plain, exitCode: exitCodes.stopped, code: 'stopped' }
  if (isWaitTimeoutError(error)) return { ...plain, exitCode: exitCodes.stopped, code: 'wait_timeout' }
  // It is about the file, or about the server: the code is that of the reason.
  if (isUploadError(error)) return { ...explainError(error.cause, url), message }
  // A TypeError of the client is an argument that it cannot send: an id that is none, a URL that is none.
  if (error instanceof UsageError || error instanceof TypeError) {
    return { ...usageError, message }
  }
  if (isApiError(error)) {
    return {
      exitCode: exitCodes.refused,
      message,
      code: error.code,
      advice: adviseOn(error),
      places: error.problem?.errors ?? [],
      requestId: error.requestId,
    }
  }
  if (isWaybillError(error)) {
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
    const advice = isConnectionError(error)
      ? `Is the server at ${url} running? Name another with --url or WAYBILL_URL, or keep one with: waybill login`
      : null
    return { ...plain, exitCode: exitCodes.refused, code: 'unreachable', advice }
  }
  // A mistake of ours: whoever reports it needs the place.
  const stack = error instanceof Error ? (error.stack ?? message) : message
  return { ...plain, message: stack, exitCode: exitCodes.refused, code: 'unexpected' }
}

/** What OpenSSL makes of an answer in plain text takes a line and a half. */
function speaksNoTls(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_SSL_WRONG_VERSION_NUMBER') return true
  }
  return false
}

function adviseOn({ status, problem }: ApiError): string | null {
  if (status === 401) return 'Give an access token: waybill login, or the variable WAYBILL_TOKEN'
  if (problem?.channels !== undefined && problem.channels.length > 0) {
    return `Channels that you may use: ${problem.channels.join(', ')}`
  }
  return null
}

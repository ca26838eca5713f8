// The stream of a job's results: checked against what the server says it sent, and taken up again where it broke off.

import type { ResultEnd, ResultLine } from '@waybill/spec'
import { checkNumber } from '../transport/check-number.ts'
import type { Calls } from '../client.ts'
import { ConnectionError, StreamTruncatedError } from '../errors.ts'
import { isPassingError, retryAfterOf } from '../transport/is-passing.ts'
import type { JobHandle, ResultsOptions } from '../job-handle.ts'
import { toList } from '../transport/pages.ts'
import { nextPoll, startPolling } from './poll.ts'
import { readInTime } from '../transport/read-in-time.ts'
import { createSha256 } from './sha256.ts'
import { createLineSplitter } from './split-lines.ts'

/** Longer than a server takes to restart or a deployment to pass. */
const defaultGiveUpAfterMs = 300_000
const decoder = new TextDecoder()
const newline = Uint8Array.of(0x0a)

/**
 * Yields the results in batches, and continues where a connection broke. A batch counts as given out when the next one is asked for.
 * @param job waited for first, unless only the results so far are requested
 */
export async function* readResults(
  calls: Calls,
  job: Pick<JobHandle, 'id' | 'wait'>,
  options: ResultsOptions,
): AsyncGenerator<ResultBatch, void, undefined> {
  const { now, random, sleep } = calls.timing
  const { signal, timeoutMs, giveUpAfterMs = defaultGiveUpAfterMs } = options
  const action = `read the results of job ${job.id}`
  checkNumber(action, 'from', options.from, { least: 0 })
  checkNumber(action, 'giveUpAfterMs', giveUpAfterMs, { least: 0 })
  if (options.partial !== true) await job.wait({ signal, timeoutMs })
  let from = options.from ?? 0
  let breaks = startPolling()
  let giveUpMs = now() + giveUpAfterMs
  for (;;) {
    try {
      for await (const batch of readOnce(calls, job.id, from, options)) {
        yield batch
        if (batch.end !== null) return
        const last = batch.lines.at(-1)
        if (last === undefined) continue
        from = last.index + 1
        breaks = startPolling()
        giveUpMs = now() + giveUpAfterMs
      }
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      if (!isPassingError(error)) throw error
      const step = nextPoll(breaks, 'failure', retryAfterOf(error), { nowMs: now(), random: random() })
      if (now() + step.delayMs > giveUpMs) {
        const message = `Cannot ${action} as the next item must come within ${giveUpAfterMs} ms: none came from index ${from} on`
        throw new StreamTruncatedError(message, from, { cause: error })
      }
      breaks = step.state
      await sleep(step.delayMs, signal)
    }
  }
}

/** The contents of one piece of the stream. */
export interface ResultBatch {
  lines: ResultLine[]
  end: ResultEnd | null
}

/**
 * One answer: its items, then its end, both checked. Throws a ConnectionError when it breaks off. In batches, as each step of an
 * asynchronous loop costs more than the line itself.
 */
async function* readOnce(
  calls: Calls,
  jobId: string,
  from: number,
  options: ResultsOptions,
): AsyncGenerator<ResultBatch, void, undefined> {
  const call = calls.raw.GET('/v1/jobs/{jobId}/results', {
    params: { path: { jobId }, query: { status: toList(options.status), from: from > 0 ? from : undefined } },
    parseAs: 'stream',
    signal: options.signal,
    // Reading has its own patience.
    ...calls.via({ repeatable: false }),
  })
  const body = (await calls.read(`read the results of job ${jobId}`, call)).data
  const digest = createSha256()
  let count = 0
  let nextIndex = from
  for await (const rawLines of readLines(body, { jobId, calls, signal: options.signal })) {
    const batch: ResultBatch = { lines: [], end: null }
    let fault: Error | undefined
    try {
      for (const bytes of rawLines) {
        const line = parseLine(bytes, jobId)
        if (line.type === 'end') {
          const received = { jobId, count, sha256: digest.digest(), nextIndex, partial: options.partial === true }
          checkEnd(line, received)
          batch.end = line
          break
        }
        digest.update(bytes)
        digest.update(newline)
        // Lines of kinds that came later than this version count for the digest only.
        if (line.type !== 'item') continue
        checkIndex(line.index, nextIndex, jobId)
        nextIndex = line.index + 1
        count++
        batch.lines.push(line)
      }
    } catch (error) {
      fault = error as Error
    }
    // What came before a fault is good: it is given out first.
    yield batch
    if (fault !== undefined) throw fault
    if (batch.end !== null) return
  }
  throw new ConnectionError(
    `Cannot read the results of job ${jobId} as the stream must end with its end line: it has none`,
  )
}

async function* readLines(
  body: ReadableStream<Uint8Array> | null,
  { jobId, calls, signal }: { jobId: string; calls: Calls; signal: AbortSignal | undefined },
): AsyncGenerator<Uint8Array[], void, undefined> {
  if (body === null || body === undefined) return
  const reader = body.getReader()
  const splitter = createLineSplitter()
  const limits = { timing: calls.timing, silenceMs: calls.requestTimeoutMs, signal }
  try {
    for (;;) {
      const { done, value } = await readInTime(reader, limits).catch((cause: unknown) => {
        const message = `Cannot read the results of job ${jobId} as the connection must hold: ${String(cause)}`
        throw new ConnectionError(message, { cause })
      })
      if (done) break
      yield splitter.push(value)
    }
    const rest = splitter.rest()
    if (rest.length > 0) yield [rest]
  } finally {
    // Also when the consumer left: the connection is closed, not read to its end.
    reader.cancel().catch(() => undefined)
  }
}

function parseLine(bytes: Uint8Array, jobId: string): ResultLine | ResultEnd {
  try {
    return JSON.parse(decoder.decode(bytes)) as ResultLine | ResultEnd
  } catch (cause) {
    throw new ConnectionError(`Cannot read the results of job ${jobId} as each line must be JSON: one is not`, {
      cause,
    })
  }
}

interface Received {
  jobId: string
  count: number
  sha256: string
  nextIndex: number
  partial: boolean
}

function checkIndex(index: number, nextIndex: number, jobId: string): void {
  if (index >= nextIndex) return
  const message = `Cannot read the results of job ${jobId} as indexes must grow: ${index} came after ${nextIndex - 1}`
  throw new StreamTruncatedError(message, nextIndex)
}

/** Checks that everything sent was received. Yielded results cannot be taken back, so a difference is an error, and nothing is read again. */
function checkEnd(end: ResultEnd, received: Received): void {
  const { jobId, nextIndex } = received
  if (end.count !== received.count) {
    const message = `Cannot trust the results of job ${jobId} as ${end.count} items were sent: ${received.count} came`
    throw new StreamTruncatedError(message, nextIndex)
  }
  if (end.sha256 !== received.sha256) {
    const message = `Cannot trust the results of job ${jobId} as their SHA-256 must be ${end.sha256}: it is ${received.sha256}`
    throw new StreamTruncatedError(message, nextIndex)
  }
  if (!end.complete && !received.partial) {
    const message = `Cannot read all results of job ${jobId} as the job must be done: it continues at index ${end.nextIndex}`
    throw new StreamTruncatedError(message, end.nextIndex)
  }
}

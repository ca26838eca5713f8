// A job's snapshots until it is done: one meaning over all transports. Failures that may pass never end it, and it never submits.

import type { Job } from '@waybill/spec'
import type { Answer } from '../client.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import { isWaybillError, WaitTimeoutError } from '../errors.ts'
import type { Followed, Following } from './following.ts'
import type { FollowOptions, JobHandle } from '../job-handle.ts'
import { createPace } from './pace.ts'

/** How long a held answer takes on its way, at most times. */
const answerTimeMs = 250
/** A server that answers long-polls faster than this, again and again, is asked at the pace of polls. */
const quickAnswerMs = 250

/**
 * Yields every snapshot that differs from the one before, and ends after the ended one.
 * @param longPollSeconds how long the server may hold an answer back
 */
export async function* followJob(
  followed: Followed,
  options: FollowOptions,
  longPollSeconds: number,
): AsyncGenerator<Job, void, undefined> {
  const { job } = followed
  if (job.last?.done) {
    // An ended job changes no more.
    yield job.last
    return
  }
  const transport = checkTransport(options.transport)
  const deadline = startDeadline(followed.calls.timing, options.timeoutMs, options.signal)
  const { signal } = deadline
  let seenVersion = -1

  /** So that an answer comes before the deadline: what is known when time is up is not older than it must be. */
  function limitWait(): number {
    const leftSeconds = Math.floor((deadline.remainingMs() - answerTimeMs) / 1000)
    return Math.min(longPollSeconds, Math.max(0, leftSeconds))
  }

  try {
    const following = { followed, signal, ...createPace(followed.calls.timing, options, signal) }
    for await (const snapshot of readSnapshots(following, transport, limitWait)) {
      if (snapshot.version === seenVersion && !snapshot.done) continue
      seenVersion = snapshot.version
      yield snapshot
      if (snapshot.done) return
    }
  } catch (error) {
    throw explain(error, job, options, deadline)
  } finally {
    deadline.clear()
  }
}

/** Snapshots without end, by the requested transport, else by the next best. */
async function* readSnapshots(
  following: Following,
  transport: FollowOptions['transport'],
  limitWait: () => number,
): AsyncGenerator<Job, void, undefined> {
  if (transport === 'events') {
    // Code that cannot be loaded (a page older than its server) is one more reason to ask otherwise.
    const events = await import('./events.ts').catch(() => null)
    if (events !== null) yield* events.followEvents(following)
  }
  yield* ask(following, transport !== 'poll', limitWait)
}

/** Snapshots by one request each, held back by the server where it can. */
async function* ask(
  { followed, signal, pause, recover }: Following,
  holdsBack: boolean,
  limitWait: () => number,
): AsyncGenerator<Job, void, undefined> {
  const { job, calls } = followed
  for (;;) {
    const askedMs = calls.timing.now()
    // Without a snapshot there is nothing to wait for a change of: the first response is requested at once.
    const isFirst = job.last === null
    const waitSeconds = holdsBack && !isFirst ? limitWait() : 0
    const knownStatus = waitSeconds > 0 ? job.last?.status : undefined
    let answer: Answer<Job>
    try {
      answer = await followed.readSnapshot({ signal, waitSeconds, knownStatus })
    } catch (error) {
      await recover(error)
      continue
    }
    const tookMs = calls.timing.now() - askedMs
    yield answer.data
    const applied = waitSeconds > 0 && /\bwait\b/.test(answer.headers.get('Preference-Applied') ?? '')
    if (applied) {
      await pause(tookMs < quickAnswerMs ? 'quick' : 'held', null)
      continue
    }
    if (waitSeconds > 0) holdsBack = false
    await pause(holdsBack && isFirst ? 'held' : 'answer', answer.headers)
  }
}

function checkTransport(transport: FollowOptions['transport'] = 'auto'): FollowOptions['transport'] {
  if (['auto', 'events', 'long-poll', 'poll'].includes(transport)) return transport
  throw new TypeError(
    `Cannot wait for job as transport must be 'auto', 'events', 'long-poll' or 'poll': current value is ${transport}`,
  )
}

function explain(error: unknown, job: JobHandle, options: FollowOptions, deadline: Deadline): unknown {
  if (options.signal?.aborted) return options.signal.reason
  if (deadline.passed) {
    const message = `Cannot wait longer for job ${job.id} as it must be done within ${options.timeoutMs} ms: its status is ${job.last?.status ?? 'not known yet'}`
    return new WaitTimeoutError(message, job, job.last)
  }
  if (isWaybillError(error)) error.last = job.last
  return error
}

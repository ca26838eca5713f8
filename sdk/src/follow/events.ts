// A job's snapshots as server-sent events (WHATWG HTML, 9.2), read through fetch, so that the token stands in a header and not in a
// URL. A stream that breaks is opened again after the last event. Where streams do not come through, it ends early: the snapshots are
// to be had otherwise. Loaded when it is first needed.

import type { Job } from '@waybill/spec'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { isApiError } from '../api-errors.ts'
import { ConnectionError, isRequestTimeoutError, RequestTimeoutError } from '../errors.ts'
import type { Following } from './following.ts'
import { isPassingError } from '../transport/is-passing.ts'
import { readInTime } from '../transport/read-in-time.ts'

/** Two heartbeats of the server, one each 15 s, and their way: what is silent for so long is dead. */
const silenceMs = 35_000
/** The first event is sent at once. What does not pass it on by then keeps streams back, as proxies do that collect answers. */
const firstEventMs = 10_000
/** A stream that breaks earlier did not really stand. */
const shortStreamMs = 5_000
/** So many streams in a row that did not stand, while plain requests are answered, are the rule and no accident. */
const shortStreamsAllowed = 3

/** How far one stream came. */
interface StreamLife {
  lastId: string | undefined
  /** When its first bytes came; null before. */
  stoodFromMs: number | null
}

/** Yields each snapshot that comes, and ends after the ended one, or when streams are not to be had here. */
export async function* followEvents(following: Following): AsyncGenerator<Job, void, undefined> {
  const { followed, signal, pause, recover } = following
  const { now } = followed.calls.timing
  let lastId: string | undefined
  let shortStreams = 0
  for (;;) {
    const life: StreamLife = { lastId, stoodFromMs: null }
    try {
      for await (const snapshot of readStream(following, life)) {
        followed.keep(snapshot)
        await pause('held', null)
        yield snapshot
        if (snapshot.done) return
      }
      // Nothing to be had, and no failure either.
      return
    } catch (error) {
      if (signal.aborted) throw error
      // Whatever a refusal means: the plain request that follows finds out.
      if (isRefusal(error) || (isRequestTimeoutError(error) && life.lastId === undefined)) return
      lastId = life.lastId
      const stood = life.stoodFromMs !== null && now() - life.stoodFromMs >= shortStreamMs
      shortStreams = stood ? 0 : shortStreams + 1
      // The end of a stream that stood for a while is no failure: many a proxy limits its life.
      if (!stood) await recover(error)
    }
    if (shortStreams < 2) continue
    if (shortStreams > shortStreamsAllowed) return
    // A plain request shows whether the server is away or only its streams.
    const snapshot = await askUntilAnswered(following)
    lastId = String(snapshot.version)
    yield snapshot
    if (snapshot.done) return
  }
}

async function askUntilAnswered({ followed, signal, pause, recover }: Following): Promise<Job> {
  for (;;) {
    try {
      const { data } = await followed.readSnapshot({ signal, waitSeconds: 0, knownStatus: undefined })
      await pause('held', null)
      return data
    } catch (error) {
      await recover(error)
    }
  }
}

/** The snapshots of one stream, which throws when it breaks off; none when there is no stream. */
async function* readStream({ followed, signal }: Following, life: StreamLife): AsyncGenerator<Job, void, undefined> {
  const { calls, job } = followed
  const { raw, read, via, timing } = calls
  const action = `follow the events of job ${job.id}`
  const untilFirstMs = timing.now() + firstEventMs
  const isFirst = life.lastId === undefined
  const call = raw.GET('/v1/jobs/{jobId}/events', {
    params: {
      path: { jobId: job.id },
      header: life.lastId === undefined ? {} : { 'Last-Event-ID': life.lastId },
    },
    headers: { Accept: 'text/event-stream' },
    parseAs: 'stream',
    signal,
    ...via({ repeatable: false, timeoutMs: firstEventMs }),
  })
  const { data, headers } = await read(action, call)
  const body = data as ReadableStream<Uint8Array> | null | undefined
  if (body === null || body === undefined) return
  const reader = body.getReader()
  try {
    if (!/^text\/event-stream\b/i.test(headers.get('Content-Type') ?? '')) return
    const events: EventSourceMessage[] = []
    const parser = createParser({ onEvent: (event) => events.push(event) })
    const decoder = new TextDecoder()
    for (;;) {
      const isLate = isFirst && life.lastId === undefined
      const limitMs = isLate ? Math.max(1, untilFirstMs - timing.now()) : silenceMs
      const { done, value } = await readInTime(reader, { timing, silenceMs: limitMs, signal })
      if (done) throw new Error('it ended before the job')
      life.stoodFromMs ??= timing.now()
      parser.feed(decoder.decode(value, { stream: true }))
      for (const { event, id, data } of events.splice(0)) {
        // Events of kinds that came later than this version are not for us.
        if (event !== 'job' && event !== 'end') continue
        const snapshot = JSON.parse(data) as Job
        life.lastId = id ?? String(snapshot.version)
        yield snapshot
      }
    }
  } catch (cause) {
    if (signal.aborted) throw signal.reason
    if (life.lastId === undefined && timing.now() >= untilFirstMs) {
      const message = `Cannot ${action} as the first must come within ${firstEventMs} ms: none came`
      throw new RequestTimeoutError(message, firstEventMs)
    }
    throw new ConnectionError(`Cannot ${action} as the connection must hold: ${String(cause)}`, { cause })
  } finally {
    // Also when the consumer left: the connection is closed, not read to its end.
    reader.cancel().catch(() => undefined)
  }
}

/** Whether streams are not to be had, as opposed to not now. */
function isRefusal(error: unknown): boolean {
  if (!isPassingError(error)) return true
  return isApiError(error) && (error.status === 501 || error.code === 'overloaded')
}

// What changes in all jobs and channels, as server-sent events read through fetch. A stream that breaks is opened again after the last event;
// where the server cannot continue from there, and at the beginning, a `resync` asks to read what is shown. Loaded when it is first needed.

import type { UpdateEvent } from '@waybill/spec'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import type { Calls } from '../client.ts'
import { isApiError } from '../api-errors.ts'
import { ConnectionError } from '../errors.ts'
import type { CallOptions } from '../job-handle.ts'
import { backoffDelay } from '../transport/backoff.ts'
import { isPassingError } from '../transport/is-passing.ts'
import { readInTime } from '../transport/read-in-time.ts'

/** Two heartbeats of the server, one each 15 s, and their way: what is silent for so long is dead. */
const silenceMs = 35_000
/** The head of the answer comes at once. */
const headMs = 10_000
const backoff = { initialMs: 500, factor: 2, maxMs: 15_000, jitter: 0.3 }
/** Streams in a row that could not be opened: about a minute and a half. */
const failuresAllowed = 10

/** How far one stream came. */
interface StreamLife {
  lastId: string | undefined
  hasOpened: boolean
}

/** Yields every update until the signal is aborted. */
export async function* followUpdates(
  calls: Calls,
  { signal }: CallOptions = {},
): AsyncGenerator<UpdateEvent, never, undefined> {
  const { timing } = calls
  let lastId: string | undefined
  for (let failures = 0; ;) {
    const life: StreamLife = { lastId, hasOpened: false }
    try {
      yield* readStream(calls, { life, signal })
    } catch (error) {
      if (signal?.aborted || !isPassingError(error)) throw error
      failures = life.hasOpened ? 0 : failures + 1
      if (failures > failuresAllowed) throw error
      const atLeastMs = (isApiError(error) ? error.retryAfterMs : null) ?? 0
      await timing.sleep(backoffDelay(backoff, failures, timing.random(), atLeastMs), signal)
    }
    lastId = life.lastId
  }
}

/** The events of one stream, which throws when it breaks off. */
async function* readStream(
  { raw, read, via, timing }: Calls,
  { life, signal }: { readonly life: StreamLife; readonly signal: AbortSignal | undefined },
): AsyncGenerator<UpdateEvent, never, undefined> {
  const action = 'follow all jobs'
  const call = raw.GET('/v1/events', {
    params: { header: life.lastId === undefined ? {} : { 'Last-Event-ID': life.lastId } },
    headers: { Accept: 'text/event-stream' },
    parseAs: 'stream',
    signal,
    ...via({ repeatable: false, timeoutMs: headMs }),
  })
  const { data, headers } = await read(action, call)
  const body = data as ReadableStream<Uint8Array> | null | undefined
  if (!body || !/^text\/event-stream\b/i.test(headers.get('Content-Type') ?? ''))
    throw new TypeError(`Cannot ${action} as the answer must be a stream of events: it is none`)
  const reader = body.getReader()
  try {
    if (life.lastId === undefined) yield { event: 'resync', id: '0', data: { reason: 'unknown_id' } }
    const messages: EventSourceMessage[] = []
    const parser = createParser({ onEvent: (event) => messages.push(event) })
    const decoder = new TextDecoder()
    for (;;) {
      const { done, value } = await readInTime(reader, { timing, silenceMs, signal })
      if (done) throw new Error('it ended')
      life.hasOpened = true
      parser.feed(decoder.decode(value, { stream: true }))
      for (const { event, id = '', data } of messages.splice(0)) {
        life.lastId = id
        // Events of kinds that came later than this version are not for us.
        if (event === undefined || !isKnown(event)) continue
        yield { event, id, data: JSON.parse(data) as never }
      }
    }
  } catch (cause) {
    if (signal?.aborted) throw signal.reason
    throw new ConnectionError(`Cannot ${action} as the connection must hold: ${String(cause)}`, { cause })
  } finally {
    // Also when the consumer left: the connection is closed, not read to its end.
    reader.cancel().catch(() => undefined)
  }
}

const events: readonly UpdateEvent['event'][] = ['jobs', 'channels', 'lists', 'resync']

function isKnown(event: string): event is UpdateEvent['event'] {
  return (events as readonly string[]).includes(event)
}

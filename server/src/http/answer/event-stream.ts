import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { FairShare } from '../../limits/fair-share.ts'
import { ProblemError } from '../../model/errors.ts'
import { EVENT_HEARTBEAT_SECONDS } from '../../model/limits.ts'
import type { JobSnapshot } from '../../progress/job-snapshot.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Telemetry } from '../../runtime/telemetry.ts'
import { READ_CACHE_CONTROL } from './json-answer.ts'
import { completeHeaders } from './security-headers.ts'

/** A quiet stream gets a comment this often, so that proxies and clients keep it open. */
const HEARTBEAT_MS = EVENT_HEARTBEAT_SECONDS * 1000
/** A client that takes nothing for this long is gone. */
const STALLED_MS = 60_000
/** Streams open at once: each holds a socket and a snapshot, and all of them are written twice a second. */
const MAX_EVENT_STREAMS = 1000

export interface EventStreamsOptions {
  readonly clock: Clock
  readonly telemetry: Telemetry
  /** @default 1000 */
  readonly maxStreams?: number
}

/** The streams of server-sent events that are open, so that they can be counted and closed when the server stops. */
export class EventStreams {
  readonly #clock: Clock
  readonly #telemetry: Telemetry
  readonly #share: FairShare
  readonly #open = new Set<EventStream>()
  #closed = false

  constructor({ clock, telemetry, maxStreams = MAX_EVENT_STREAMS }: EventStreamsOptions) {
    this.#clock = clock
    this.#telemetry = telemetry
    this.#share = new FairShare({ clock, total: maxStreams })
  }

  /** Streams open now. */
  get size(): number {
    return this.#open.size
  }

  /** Makes the stream of a caller's request; nothing is answered before it runs. @throws ProblemError `overloaded` */
  prepare(reply: FastifyReply, caller: string): EventStream {
    const lease = this.#share.tryTake(caller)
    if (lease === null) {
      throw new ProblemError({
        code: 'overloaded',
        detail: `Cannot open another stream of events as one caller may have at most ${this.#share.perCaller} open, all callers four times as many: there is no capacity left`,
        retryAfterSeconds: 5,
      })
    }
    if (reply.raw.closed) lease.release()
    else reply.raw.once('close', lease.release)
    return new EventStream(reply, {
      clock: this.#clock,
      onOpen: (stream) => {
        this.#open.add(stream)
        this.#telemetry.emit('event_stream.opened', { open: this.#open.size })
        if (this.#closed) stream.close()
      },
      onClose: (stream) => {
        this.#open.delete(stream)
        this.#telemetry.emit('event_stream.closed', { open: this.#open.size })
      },
    })
  }

  /** Closes every stream, without `end`: clients open it again, on a server that is still running. */
  closeAll(): void {
    this.#closed = true
    for (const stream of [...this.#open]) stream.close()
  }
}

interface EventStreamOptions {
  readonly clock: Clock
  readonly onOpen: (stream: EventStream) => void
  readonly onClose: (stream: EventStream) => void
}

/**
 * One stream of a job's snapshots (WHATWG HTML, 9.2). Keeps at most one snapshot for a client that reads slowly: it skips the
 * versions in between and still sees the last one.
 */
export class EventStream {
  readonly #reply: FastifyReply
  readonly #options: EventStreamOptions
  #response: ServerResponse | null = null
  #sentVersion = -1
  #waiting: JobSnapshot | null = null
  #blocked = false
  #cancelTimer: () => void = () => undefined
  #finish: () => void = () => undefined

  constructor(reply: FastifyReply, options: EventStreamOptions) {
    this.#reply = reply
    this.#options = options
  }

  /** Sends a snapshot as soon as the client can take it, or keeps it for later. Snapshots older than the last one sent are skipped. */
  show(snapshot: JobSnapshot): void {
    if (snapshot.version > (this.#waiting?.version ?? -1)) this.#waiting = snapshot
    this.#flush()
  }

  /** Opens the stream with a first snapshot (left out if it was seen), and resolves when it is closed by either side. */
  run(first: JobSnapshot, lastSeenVersion: number | null): Promise<void> {
    completeHeaders(this.#reply)
    this.#reply.hijack()
    const response = this.#reply.raw
    return new Promise((resolve) => {
      this.#finish = () => {
        this.#finish = () => undefined
        this.#response = null
        this.#cancelTimer()
        response.off('drain', this.#onDrain)
        this.#options.onClose(this)
        resolve()
      }
      response.on('close', () => {
        this.#finish()
      })
      response.on('error', () => undefined)
      response.on('drain', this.#onDrain)
      response.writeHead(200, {
        ...(this.#reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream',
        'cache-control': READ_CACHE_CONTROL,
        // Some proxies collect answers unless asked not to.
        'x-accel-buffering': 'no',
      })
      response.flushHeaders()
      this.#response = response
      this.#options.onOpen(this)
      this.#beat()
      if (lastSeenVersion === null || first.version > lastSeenVersion) this.#write('job', first)
      else this.#sentVersion = first.version
      this.show(first)
    })
  }

  /** Ends the stream as it is. */
  close(): void {
    const response = this.#response
    this.#finish()
    response?.end()
  }

  readonly #onDrain = (): void => {
    this.#blocked = false
    this.#beat()
    this.#flush()
  }

  #flush(): void {
    const snapshot = this.#waiting
    if (snapshot === null || this.#response === null || this.#blocked) return
    this.#waiting = null
    if (snapshot.done) {
      this.#write('end', snapshot)
      this.close()
    } else if (snapshot.version > this.#sentVersion) {
      this.#write('job', snapshot)
    }
  }

  #write(event: 'job' | 'end', snapshot: JobSnapshot): void {
    this.#sentVersion = snapshot.version
    this.#send(`event: ${event}\nid: ${snapshot.version}\ndata: ${snapshot.json}\n\n`)
  }

  #send(text: string): void {
    if (this.#response === null) return
    this.#blocked = !this.#response.write(text)
    this.#beat()
  }

  /** After every write: a comment when it was quiet for a while, or the end when the client does not read. */
  #beat(): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#blocked
      ? this.#options.clock.after(STALLED_MS, () => this.#response?.destroy())
      : this.#options.clock.after(HEARTBEAT_MS, () => {
          this.#send(': still here\n\n')
        })
  }
}

import type { FastifyReply } from 'fastify'
import { FairShare } from '../../limits/fair-share.ts'
import { ProblemError } from '../../model/errors.ts'
import type { JobSnapshot } from '../../progress/job-view.ts'
import type { Clock } from '../../runtime/clock.ts'
import { Lease } from '../../runtime/lease.ts'
import type { Telemetry } from '../../runtime/telemetry.ts'
import { EventConnection } from './event-connection.ts'
import { leaseLost } from './lease-answers.ts'

/** Streams open at once: each holds a socket and a snapshot, and all of them are written twice a second. */
const MAX_EVENT_STREAMS = 1000

export interface EventStreamsOptions {
  readonly clock: Clock
  readonly telemetry: Telemetry
  /** Whether this server may answer about live jobs. @default it always may */
  readonly lease?: Pick<Lease, 'holds'>
  /** @default 1000 */
  readonly maxStreams?: number
}

/** The streams of server-sent events that are open, so that they can be counted and closed when the server stops. */
export class EventStreams {
  readonly #clock: Clock
  readonly #telemetry: Telemetry
  readonly #share: FairShare
  readonly #open = new Set<EventConnection>()
  readonly #lease: Pick<Lease, 'holds'>
  #closed = false

  constructor(options: EventStreamsOptions) {
    const { clock, telemetry, maxStreams = MAX_EVENT_STREAMS } = options
    this.#clock = clock
    this.#lease = options.lease ?? Lease.permanent()
    this.#telemetry = telemetry
    this.#share = new FairShare({ clock, total: maxStreams })
  }

  /** Streams open now. */
  get size(): number {
    return this.#open.size
  }

  /** Makes the stream of a caller's request for a job; nothing is answered before it runs. @throws ProblemError `overloaded`, `owner_unavailable` */
  prepare(reply: FastifyReply, caller: string): EventStream {
    return new EventStream(this.connect(reply, caller))
  }

  /** Makes the connection of a caller's stream; nothing is answered before it is opened. @throws ProblemError `overloaded`, `owner_unavailable` */
  connect(reply: FastifyReply, caller: string): EventConnection {
    if (!this.#lease.holds()) throw leaseLost()
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
    return new EventConnection(reply, {
      clock: this.#clock,
      mayAnswer: () => this.#lease.holds(),
      onOpen: (connection) => {
        this.#open.add(connection)
        this.#telemetry.emit('event_stream.opened', { open: this.#open.size })
        if (this.#closed) connection.close()
      },
      onClose: (connection) => {
        this.#open.delete(connection)
        this.#telemetry.emit('event_stream.closed', { open: this.#open.size })
      },
    })
  }

  /** Closes every stream, without `end`: clients open it again, on a server that is still running. */
  closeAll(): void {
    this.#closed = true
    this.closeOpen()
  }

  /** Closes those that are open now, without `end`. */
  closeOpen(): void {
    for (const connection of [...this.#open]) connection.close()
  }
}

/**
 * One stream of a job's snapshots. Keeps at most one snapshot for a client that reads slowly: it skips the versions in between and still sees the
 * last one.
 */
export class EventStream {
  readonly #connection: EventConnection
  #sentVersion = -1
  #waiting: JobSnapshot | null = null
  /** It is to be closed, or is. */
  #isOver = false

  constructor(connection: EventConnection) {
    this.#connection = connection
    connection.onDrain = () => this.#flush()
  }

  /** Sends a snapshot as soon as the client can take it, or keeps it for later. Snapshots older than the last one sent are skipped. */
  show(snapshot: JobSnapshot): void {
    if (snapshot.version > (this.#waiting?.version ?? -1)) this.#waiting = snapshot
    this.#flush()
  }

  /** Opens the stream with a first snapshot (left out if it was seen), and resolves when it is closed by either side. */
  run(first: JobSnapshot, lastSeenVersion: number | null): Promise<void> {
    const closed = this.#connection.open()
    if (lastSeenVersion === null || first.version > lastSeenVersion) this.#write('job', first)
    else this.#sentVersion = first.version
    this.show(first)
    if (this.#isOver && this.#connection.isOpen) this.#connection.close()
    return closed
  }

  /** Closes the stream without `end`: the client opens it again. */
  close(): void {
    this.#isOver = true
    if (this.#connection.isOpen) this.#connection.close()
  }

  #flush(): void {
    const snapshot = this.#waiting
    if (snapshot === null || !this.#connection.canSend) return
    this.#waiting = null
    if (snapshot.done) {
      this.#write('end', snapshot)
      this.#connection.close()
    } else if (snapshot.version > this.#sentVersion) {
      this.#write('job', snapshot)
    }
  }

  #write(event: 'job' | 'end', snapshot: JobSnapshot): void {
    this.#sentVersion = snapshot.version
    this.#connection.send(`event: ${event}\nid: ${snapshot.version}\ndata: ${snapshot.json}\n\n`)
  }
}

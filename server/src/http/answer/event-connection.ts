import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { EVENT_HEARTBEAT_SECONDS } from '../../model/limits.ts'
import type { Clock } from '../../runtime/clock.ts'
import { READ_CACHE_CONTROL } from './json-answer.ts'
import { completeHeaders } from './security-headers.ts'

/** A quiet stream gets a comment this often, so that proxies and clients keep it open. */
const HEARTBEAT_MS = EVENT_HEARTBEAT_SECONDS * 1000
/** A client that takes nothing for this long is gone. */
const STALLED_MS = 60_000

export interface EventConnectionOptions {
  readonly clock: Clock
  /** Asked before each event: false closes the stream. */
  readonly mayAnswer: () => boolean
  readonly onOpen: (connection: EventConnection) => void
  readonly onClose: (connection: EventConnection) => void
}

/** The connection of one stream of server-sent events (WHATWG HTML, 9.2): kept open while it is quiet, ended when its client reads nothing. */
export class EventConnection {
  readonly #reply: FastifyReply
  readonly #options: EventConnectionOptions
  #response: ServerResponse | null = null
  #blocked = false
  #cancelTimer: () => void = () => undefined
  #finish: () => void = () => undefined
  /** Called when the client has taken everything that was sent. */
  onDrain: () => void = () => undefined

  constructor(reply: FastifyReply, options: EventConnectionOptions) {
    this.#reply = reply
    this.#options = options
  }

  /** Whether anything can be sent now: it is open, and its client has taken enough of what was sent. */
  get canSend(): boolean {
    return this.#response !== null && !this.#blocked
  }

  get isOpen(): boolean {
    return this.#response !== null
  }

  /** Answers with the head of the stream. Resolves when it is closed by either side. */
  open(): Promise<void> {
    completeHeaders(this.#reply)
    this.#reply.hijack()
    const response = this.#reply.raw
    return new Promise((resolve) => {
      this.#finish = () => {
        this.#finish = () => undefined
        this.#response = null
        this.#cancelTimer()
        response.off('drain', this.#drained)
        this.#options.onClose(this)
        resolve()
      }
      response.on('close', () => {
        this.#finish()
      })
      response.on('error', () => undefined)
      response.on('drain', this.#drained)
      response.writeHead(200, {
        ...(this.#reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream',
        'cache-control': READ_CACHE_CONTROL,
        // Some proxies collect answers unless asked not to.
        'x-accel-buffering': 'no',
      })
      response.flushHeaders()
      this.#response = response
      this.#beat()
      this.#options.onOpen(this)
    })
  }

  /** Sends events; when it is closed, nothing. What cannot leave is kept: ask `canSend` before. */
  send(events: string | Buffer): void {
    if (this.#response === null) return
    if (!this.#options.mayAnswer()) {
      this.close()
      return
    }
    this.#blocked = !this.#response.write(events)
    this.#beat()
  }

  /** Ends the stream as it is. */
  close(): void {
    const response = this.#response
    this.#finish()
    response?.end()
  }

  readonly #drained = (): void => {
    this.#blocked = false
    this.#beat()
    this.onDrain()
  }

  /** After every write: a comment when it was quiet for a while, or the end when the client does not read. */
  #beat(): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#blocked
      ? this.#options.clock.after(STALLED_MS, () => this.#response?.destroy())
      : this.#options.clock.after(HEARTBEAT_MS, () => {
          this.send(': still here\n\n')
        })
  }
}

import { once } from 'node:events'
import type { Failpoint, ServerProcess } from '../support/server-process.ts'

/** A call whose answer was lost without the server's end is a fault of the server. */
const END_TIMEOUT_MS = 5000

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/**
 * A client that never gives up, and a server that ends at one failpoint after the other: each start takes the next. What is not
 * answered is asked again after the next start, as a client with an `Idempotency-Key` does.
 */
export class CrashingServer {
  readonly #server: ServerProcess
  readonly #points: Failpoint[]
  #armed: Failpoint | null = null
  /** Failpoints that ended a process, and those that were given up. */
  readonly reached: Failpoint[] = []
  readonly missed: Failpoint[] = []
  /** Called after each start. */
  onStart: (() => Promise<void>) | null = null
  starts = 0

  constructor(server: ServerProcess, points: readonly Failpoint[]) {
    this.#server = server
    this.#points = [...points]
  }

  /** The failpoint that the running process ends at; null: it lives. */
  get armed(): Failpoint | null {
    return this.#armed
  }

  /** Failpoints to come, the armed one included. */
  get left(): number {
    return this.#points.length + (this.#armed === null ? 0 : 1)
  }

  /** Sees to it that the server runs, with the next failpoint if there was no server. */
  async up(): Promise<void> {
    while (!this.#server.running) {
      this.#sumUp()
      this.#armed = this.#points.shift() ?? null
      this.starts++
      try {
        await this.#server.start(this.#armed)
      } catch (error) {
        if (this.#server.endedBy !== 'SIGKILL') throw error
        continue
      }
      await this.onStart?.()
    }
  }

  /** Calls the API until it answers. */
  async call(
    method: string,
    path: string,
    init: { json?: unknown; lines?: readonly unknown[]; key?: string } = {},
  ): Promise<Answer> {
    const { json, lines, key } = init
    const body =
      lines === undefined ? (json === undefined ? undefined : JSON.stringify(json)) : lines.map(lineOf).join('\n')
    const type = lines === undefined ? 'application/json' : 'application/x-ndjson'
    for (;;) {
      await this.up()
      try {
        const response = await this.#server.fetch(path, {
          method,
          ...(body !== undefined && { body }),
          headers: {
            ...(body !== undefined && { 'content-type': type }),
            ...(key !== undefined && { 'idempotency-key': key }),
          },
        })
        const text = await response.text()
        const isJson = (response.headers.get('content-type') ?? '').includes('json') && !path.endsWith('/results')
        return {
          status: response.status,
          headers: response.headers,
          body: isJson && text !== '' ? JSON.parse(text) : text,
        }
      } catch (error) {
        await this.#ended(error)
      }
    }
  }

  /** SIGTERM, in which it may end earlier than by itself. */
  async stop(): Promise<void> {
    const code = await this.#server.stop()
    if (code !== 0 && this.#server.endedBy !== 'SIGKILL')
      throw new Error(`Cannot stop server, wanted exit code 0: ${code}`)
  }

  /** The armed failpoint was not reached: goes on with the next one. */
  async giveUp(): Promise<void> {
    if (this.#armed !== null) this.missed.push(this.#armed)
    this.#armed = null
    await this.#server.kill()
  }

  #sumUp(): void {
    if (this.#armed === null) return
    if (this.#server.endedBy === 'SIGKILL') this.reached.push(this.#armed)
    else this.missed.push(this.#armed)
    this.#armed = null
  }

  /** A call failed: its server must have died. */
  async #ended(error: unknown): Promise<void> {
    const until = performance.now() + END_TIMEOUT_MS
    while (this.#server.running) {
      if (performance.now() > until)
        throw new Error('Cannot call server, wanted an answer or its end', { cause: error })
      await once(AbortSignal.timeout(10), 'abort')
    }
    if (this.#server.endedBy !== 'SIGKILL')
      throw new Error(
        `Cannot go on, wanted an end at a failpoint: ${this.#server.endedBy}\n${this.#server.output.slice(-4000)}`,
      )
  }
}

function lineOf(line: unknown): string {
  return typeof line === 'string' ? line : JSON.stringify(line)
}

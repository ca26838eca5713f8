import { setTimeout as sleep } from 'node:timers/promises'
import type { Failpoint, ServerProcess } from './server-process.ts'

/**
 * Times that a call may break off while its server lives: an idle connection closed on its way, or a stop that no longer listens. It gives running
 * requests 5 s before it cuts them, and then its store folds what is left.
 */
const MAX_BROKEN_CALLS = 20
const LOOK_EVERY_MS = 10
const BROKEN_CALL_MS = 500

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

export interface CallInit {
  readonly json?: unknown
  /** NDJSON; a string is a line as it is. */
  readonly lines?: readonly unknown[]
  /** `Idempotency-Key`. */
  readonly key?: string
  /** An access token; without one the call is the administrator's. */
  readonly token?: string
}

/**
 * A client that never gives up, on a server that ends again and again: what is not answered is asked again after the next start, as a
 * client with an `Idempotency-Key` does. Each start takes the next failpoint, if there are any.
 */
export class PersistentClient {
  readonly #server: ServerProcess
  readonly #points: Failpoint[]
  #armed: Failpoint | null = null
  #starting: Promise<void> | null = null
  /** Failpoints that did not end a process. */
  readonly missed: Failpoint[] = []
  /** Processes started. */
  starts = 0

  constructor(server: ServerProcess, points: readonly Failpoint[] = []) {
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

  /** Sees to it that the server runs. */
  up(): Promise<void> {
    if (this.#server.running && this.#starting === null) return Promise.resolve()
    return (this.#starting ??= this.#start().finally(() => (this.#starting = null)))
  }

  /** Calls the API until it answers. */
  async call(method: string, path: string, { json, lines, key, token }: CallInit = {}): Promise<Answer> {
    const headers: Record<string, string> = {}
    let body: string | undefined
    if (json !== undefined) body = JSON.stringify(json)
    if (lines !== undefined)
      body = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
    if (body !== undefined) headers['content-type'] = lines === undefined ? 'application/json' : 'application/x-ndjson'
    if (key !== undefined) headers['idempotency-key'] = key
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`
    for (let broken = 0; ;) {
      await this.up()
      try {
        const response = await this.#server.fetch(path, { method, headers, ...(body !== undefined && { body }) })
        const text = await response.text()
        const type = response.headers.get('content-type') ?? ''
        const isJson = /^application\/(problem\+)?json/.test(type)
        const answer: Answer = {
          status: response.status,
          headers: response.headers,
          body: isJson ? JSON.parse(text) : text,
        }
        if (!isStopping(answer)) return answer
        await sleep(LOOK_EVERY_MS)
      } catch (error) {
        if (!(await this.#ended()) && ++broken > MAX_BROKEN_CALLS)
          throw new Error(
            `Cannot ${method} ${path}, wanted an answer or the server's end\n${this.#server.output.slice(-4000)}`,
            { cause: error },
          )
      }
    }
  }

  /** SIGTERM, in which it may come to its failpoint. */
  async stop(): Promise<void> {
    const code = await this.#server.stop()
    if (code !== 0 && this.#server.endedBy !== 'SIGKILL')
      throw new Error(`Cannot stop server, wanted exit code 0: ${code}\n${this.#server.output.slice(-4000)}`)
  }

  /** The armed failpoint was not reached: continues with the next one. */
  async giveUp(): Promise<void> {
    if (this.#armed !== null) this.missed.push(this.#armed)
    this.#armed = null
    await this.#server.kill()
  }

  async #start(): Promise<void> {
    while (!this.#server.running) {
      const { endedBy } = this.#server
      if (this.#armed !== null && endedBy !== 'SIGKILL') this.missed.push(this.#armed)
      if (endedBy !== null && endedBy !== 'SIGKILL' && endedBy !== 0)
        throw new Error(
          `Cannot go on, wanted an end by a signal or none: ${endedBy}\n${this.#server.output.slice(-4000)}`,
        )
      this.#armed = this.#points.shift() ?? null
      this.starts++
      try {
        await this.#server.start(this.#armed)
      } catch (error) {
        if (this.#server.endedBy !== 'SIGKILL') throw error
      }
    }
  }

  /** Whether the server ended within the time in which that shows. */
  async #ended(): Promise<boolean> {
    const until = performance.now() + BROKEN_CALL_MS
    while (this.#server.running && this.#starting === null) {
      if (performance.now() > until) return false
      await sleep(LOOK_EVERY_MS)
    }
    return true
  }
}

function isStopping({ status, body }: Answer): boolean {
  return status === 503 && (body as { code?: string }).code === 'stopping'
}

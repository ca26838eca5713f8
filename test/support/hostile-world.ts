import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Job, Problem, Scope } from '@waybill/spec'
import { type CallerHeaders, LittleCallers, operationOf } from './little-callers.ts'
import { RecordingConnector, type RecordingConnectorOptions } from './recording-connector.ts'
import { ServerProcess, type ServerProcessOptions } from './server-process.ts'
import { results } from './submit.ts'

export const NDJSON = { 'content-type': 'application/x-ndjson' }
export const JSON_BODY = { 'content-type': 'application/json' }

/** An envelope that is in order, for the channel that `HostileWorld` has. */
export const ENVELOPE = { channel: 'shop', objectType: 'product', action: 'update' }

/** The line of an envelope with these changes, its line feed included. */
export function envelopeLine(changes: object = {}): string {
  return `${JSON.stringify({ ...ENVELOPE, ...changes })}\n`
}

/** Lines of items that are in order. */
export function itemLines(count: number, dataBytes = 0): string {
  const data = dataBytes === 0 ? '' : `,"data":"${'x'.repeat(dataBytes)}"`
  return Array.from({ length: count }, (_, n) => `{"id":"sku-${n}"${data}}\n`).join('')
}

/** A storefront that answers items whose id begins with `big` with a result of 20 KB. */
export const BIG_RESULTS: RecordingConnectorOptions = {
  answer: () => ({
    kind: 'items',
    answer: ({ id }) => ({ kind: 'succeeded', result: id.startsWith('big') ? BIG_RESULT : null }),
  }),
}

const BIG_RESULT = 'r'.repeat(20_000)

export type Body = NonNullable<RequestInit['body']>

export interface Refusal {
  readonly status: number
  readonly headers: Headers
  readonly problem: Problem
}

/** The administrator's token of a world whose calls are those of a caller with few scopes. */
export const WORLD_ADMIN_TOKEN = 'wba_of-a-world-with-scopes'

export interface HostileWorldOptions extends ServerProcessOptions {
  readonly connector?: RecordingConnectorOptions
  /** Of the channel, by subscription. */
  readonly credentials?: object
  /** The calls of the test are those of a caller who has only these. @default with `adminToken` the administrator, else whoever `--dev` lets in */
  readonly scopes?: readonly Scope[]
}

/** A server process that has to stand what a test does to it, and a storefront that it delivers to. */
export class HostileWorld {
  readonly server: ServerProcess
  readonly connector: RecordingConnector
  /** Callers with tokens of little scope. */
  readonly little: LittleCallers
  readonly #token: string | undefined

  private constructor(
    of: Pick<HostileWorld, 'server' | 'connector'> & {
      readonly adminToken: string | undefined
      readonly token?: string
    },
  ) {
    const { server, connector, adminToken, token = adminToken } = of
    this.server = server
    this.connector = connector
    this.little = new LittleCallers(server, adminToken)
    this.#token = token
  }

  static async start(options: HostileWorldOptions = {}): Promise<HostileWorld> {
    const connector = new RecordingConnector(options.connector)
    await connector.start()
    const shop = {
      connector: { type: 'http', url: connector.url, batchSize: 100, allowPrivateAddresses: true },
      concurrency: 8,
      credentials: options.credentials ?? {},
    }
    const { scopes, adminToken = scopes && WORLD_ADMIN_TOKEN } = options
    const server = await ServerProcess.create({
      ...options,
      adminToken,
      config: { channels: { shop }, ...options.config },
    })
    await server.start()
    const world = new HostileWorld({ server, connector, adminToken })
    if (scopes === undefined) return world
    return new HostileWorld({ server, connector, adminToken, token: await world.#tokenWith(scopes) })
  }

  async remove(): Promise<void> {
    await this.server.remove()
    await this.connector.stop()
  }

  async #tokenWith(scopes: readonly Scope[]): Promise<string> {
    const answer = await this.post('/v1/tokens', JSON.stringify({ name: 'of the world', scopes }), JSON_BODY)
    return ((await answer.json()) as { token: string }).token
  }

  /** Calls the API, with the token if the server requires one. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    if (this.#token !== undefined && !headers.has('authorization'))
      headers.set('authorization', `Bearer ${this.#token}`)
    return this.server.fetch(path, { ...init, headers })
  }

  post(path: string, body: Body, headers: Record<string, string>): Promise<Response> {
    return this.fetch(path, { method: 'POST', body, headers })
  }

  /** Asks, and looks at nothing but the status. */
  async statusOf(path: string, init?: RequestInit): Promise<number> {
    const response = await this.fetch(path, init)
    await response.body?.cancel()
    return response.status
  }

  /**
   * Sends what must be refused: as the caller of the world, as one who has just the scopes that the operation requires, and as one who has not even those.
   * @param bodyAgain makes the body of the others, where it is a stream. @default without it, streams are sent as the caller of the world alone
   * @throws Error when it is not refused, or not with a problem; or when another caller is refused otherwise
   */
  async refused(path: string, init: RequestInit, bodyAgain?: () => Body): Promise<Refusal> {
    const refusal = await this.#refused(path, init)
    const operation = operationOf(init.method ?? 'GET', path)
    const isOnce = init.body instanceof ReadableStream && bodyAgain === undefined
    // Before an operation is looked at, requests that are none are refused; and open ones know no callers.
    const isNone = operation?.scopes == null || ['not_found', 'method_not_allowed'].includes(refusal.problem.code)
    if (isNone || isOnce || new Headers(init.headers).has('authorization')) return refusal
    const send = async (caller: CallerHeaders, body: RequestInit['body']): Promise<Refusal> =>
      this.#refused(path, { ...init, headers: { ...(init.headers as Record<string, string>), ...caller }, body })
    const { status, problem } = await send(await this.little.enoughFor(operation), bodyAgain?.() ?? init.body)
    const codes = [refusal.problem.code, problem.code]
    if (!codes.includes('overloaded') && (status !== refusal.status || codes[0] !== codes[1]))
      throw new Error(`Cannot accept ${status} ${problem.code} of a caller with few scopes: others get ${codes[0]}`)
    const short = await this.little.shortOf(operation)
    // A client that has more than 8 MiB left when it is refused may lose the answer with its connection.
    if (short === null || bodyAgain !== undefined || isLong(init.body)) return refusal
    const refused = await send(short, init.body)
    if (refused.problem.code !== 'forbidden' && refused.problem.code !== 'overloaded')
      throw new Error(`Cannot accept ${refused.problem.code} of a caller without the scopes: it must be forbidden`)
    return refusal
  }

  async #refused(path: string, init: RequestInit): Promise<Refusal> {
    const response = await this.fetch(path, init)
    const text = await response.text()
    const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true
    if (!isProblem)
      throw new Error(`Cannot accept the answer as it must be a problem: ${response.status} ${text.slice(0, 500)}`)
    return { status: response.status, headers: response.headers, problem: JSON.parse(text) as Problem }
  }

  /** All jobs there are, newest first; at most 1,000. */
  async jobs(): Promise<Job[]> {
    const response = await this.fetch('/v1/jobs?pageSize=1000')
    return ((await response.json()) as { jobs: Job[] }).jobs
  }

  /** Waits for the end of a job. */
  async untilDone(id: string): Promise<Job> {
    for (;;) {
      const job = (await (await this.fetch(`/v1/jobs/${id}`, { headers: { prefer: 'wait=5' } })).json()) as Job
      if (job.done) return job
    }
  }

  /** Submits an ordinary job and waits for its end. @returns what is wrong with it, as sentences: none if the server is well */
  async deliverSomething(): Promise<string[]> {
    const response = await this.post('/v1/jobs', envelopeLine() + itemLines(500), NDJSON)
    if (response.status !== 202) return [`an ordinary job was answered ${response.status}: ${await response.text()}`]
    const { id } = (await response.json()) as Job
    const job = await this.untilDone(id)
    const faults = job.counts.succeeded === 500 ? [] : [`an ordinary job ended with ${JSON.stringify(job.counts)}`]
    const lines = await results({ fetch: (path: string) => this.fetch(path) } as ServerProcess, id)
    if (lines.length !== 500) faults.push(`an ordinary job has ${lines.length} results`)
    return faults
  }

  /**
   * Returns output of the server that should not be there, as sentences: errors, stack traces, warnings of Node, secrets. Call it when the
   * storm is over.
   */
  logFaults(secrets: readonly string[] = []): string[] {
    const { output } = this.server
    const faults = secrets.filter((secret) => output.includes(secret)).map((secret) => `the log shows ${secret}`)
    for (const line of output.split('\n')) {
      // What Node says of a feature of its own.
      if (line === '' || line.includes('ExperimentalWarning') || line.includes('--trace-warnings')) continue
      if (!line.startsWith('{')) faults.push(`the log has a line that is no JSON: ${line}`)
      else if (line.includes('"level":"error"') || line.includes('internal_error')) faults.push(`the log has ${line}`)
    }
    return faults.slice(0, 10)
  }

  /** Rows of each table of the store, whether the server runs or not. */
  storedRows(): Record<string, number> {
    const db = new DatabaseSync(join(this.server.folder, 'data/waybill.db'), { readOnly: true })
    try {
      const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all()
      return Object.fromEntries(
        names.map(({ name }) => {
          const { rows } = db.prepare(`SELECT count(*) AS rows FROM ${String(name)}`).get() as { rows: number }
          return [name, rows]
        }),
      )
    } finally {
      db.close()
    }
  }
}

function isLong(body: RequestInit['body']): boolean {
  const length = typeof body === 'string' ? body.length : ArrayBuffer.isView(body) ? body.byteLength : 0
  return length > 8 * 1024 * 1024
}

/** Rows of a store without a job. Segments go when the next round of folding comes. */
export const NOTHING_STORED = { jobs: 0, drafts: 0, removals: 0, chunks: 0, outcome_maps: 0, calls: 0, idempotency: 0 }

/** Resources that a process uses. Linux only. */
export function usedBy(pid: number): { readonly handles: number; readonly memoryMiB: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return {
    handles: readdirSync(`/proc/${pid}/fd`).length,
    memoryMiB: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024,
  }
}

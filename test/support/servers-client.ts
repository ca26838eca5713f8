import { setTimeout as sleep } from 'node:timers/promises'
import type { JobOwners } from './job-owners.ts'
import type { Answer, CallInit } from './persistent-client.ts'
import type { Random } from './random.ts'
import type { ServerProcess } from './server-process.ts'

/** A frozen server answers nobody: after this the next one is asked. */
const ATTEMPT_MS = 5000
/** Each further attempt that had no answer in time has twice the time: a busy machine takes longer for a large body. */
const MAX_ATTEMPT_MS = 40_000
/** Nothing that happens to servers lasts so long, on a busy machine either. */
const GIVE_UP_MS = 300_000
const PAUSE_MS = 100
/** Calls after which a job of another tenant is asked for. */
const CURIOUS_SHARE = 0.05

export interface ServersClientOptions {
  readonly servers: readonly ServerProcess[]
  readonly token: string
  readonly random: Random
  /** Null: it may see all jobs. */
  readonly tenant: { readonly name: string; readonly owners: JobOwners } | null
}

/** A client of servers to which everything happens: asks a random one, and then another, until one of them answers. */
export class ServersClient {
  readonly #options: ServersClientOptions
  /** How often what was answered instead, by code, or by why there was no answer. */
  readonly refusals = new Map<string, number>()
  /** Calls that were answered. */
  answered = 0
  /** Answers that no server may give. */
  readonly faults: string[] = []

  constructor(options: ServersClientOptions) {
    this.#options = options
  }

  /** Calls the API until it is answered. @throws Error nobody has answered for five minutes */
  async call(method: string, path: string, init: CallInit = {}): Promise<Answer> {
    const { random, tenant } = this.#options
    const endsAtMs = performance.now() + GIVE_UP_MS
    for (let limitMs = ATTEMPT_MS; performance.now() < endsAtMs;) {
      const startMs = performance.now()
      const answer = await this.#attempt(method, path, init, limitMs)
      if (answer === null && performance.now() - startMs >= limitMs) limitMs = Math.min(2 * limitMs, MAX_ATTEMPT_MS)
      if (answer !== null) {
        this.answered++
        if (tenant !== null && random.chance(CURIOUS_SHARE)) await this.#lookElsewhere(tenant)
        return answer
      }
      await sleep(random.whole(PAUSE_MS / 2, PAUSE_MS))
    }
    throw new Error(
      `Cannot ${method} ${path}, wanted an answer within ${GIVE_UP_MS} ms: ${JSON.stringify([...this.refusals])}`,
    )
  }

  /** @returns null: it is to be asked again */
  async #attempt(
    method: string,
    path: string,
    { json, lines, key, token }: CallInit,
    limitMs = ATTEMPT_MS,
  ): Promise<Answer | null> {
    const { servers, random, tenant } = this.#options
    const server = random.pick(servers)
    const headers: Record<string, string> = { authorization: `Bearer ${token ?? this.#options.token}` }
    let body: string | undefined
    if (json !== undefined) body = JSON.stringify(json)
    if (lines !== undefined) body = lines.map((line) => JSON.stringify(line)).join('\n')
    if (body !== undefined) headers['content-type'] = lines === undefined ? 'application/json' : 'application/x-ndjson'
    if (key !== undefined) headers['idempotency-key'] = key
    try {
      const signal = AbortSignal.timeout(limitMs)
      const response = await server.fetch(path, { method, headers, signal, ...(body !== undefined && { body }) })
      const text = await response.text()
      tenant?.owners.read(tenant.name, text, `${method} ${path}`)
      const isJson = /^application\/(problem\+)?json/.test(response.headers.get('content-type') ?? '')
      const answer = { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
      const { code = '' } = (isJson ? answer.body : {}) as { code?: string }
      // The attempt before was given up, and a server has not noticed yet.
      const isInProgress = code === 'idempotency_in_progress' || code === 'append_in_progress'
      if (response.status < 500 && !isInProgress) return answer
      this.#count(`${response.status} ${code}`)
      if (response.status !== 503 && !isInProgress)
        this.faults.push(`${method} ${path} was answered ${response.status}: ${text}`)
      return null
    } catch (error) {
      this.#count(error instanceof Error ? error.name : 'unknown')
      return null
    }
  }

  /** A job of another tenant is not there, whichever server is asked; nor does it stand in a list. */
  async #lookElsewhere({ name, owners }: NonNullable<ServersClientOptions['tenant']>): Promise<void> {
    const { random } = this.#options
    await this.#attempt('GET', '/v1/jobs?pageSize=20', {})
    const id = owners.foreign(name, random.next())
    if (id === null) return
    const [method, path] = random.pick([
      ['GET', ''],
      ['GET', '/results'],
      ['POST', '/cancel'],
      ['DELETE', ''],
    ] as const)
    const { random: _, ...options } = this.#options
    const bare = new ServersClient({ ...options, random, tenant: null })
    const answer = await bare.#attempt(method, `/v1/jobs/${id}${path}`, {})
    if (answer !== null && answer.status !== 404)
      owners.fault(`${method} of ${id} of another tenant was answered ${answer.status} to ${name}`)
  }

  #count(why: string): void {
    this.refusals.set(why, (this.refusals.get(why) ?? 0) + 1)
  }
}

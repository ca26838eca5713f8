import { setTimeout as sleep } from 'node:timers/promises'
import type { Job } from '@waybill/spec'
import type { AcceptedJob } from './record.ts'
import type { SeenJob } from './check-record.ts'
import type { ServerProcess } from './server-process.ts'
import { resultLines } from './submit.ts'

/** A request that is not answered as it must within this time has failed. */
const PATIENCE_MS = 60_000

/** A job that was accepted, with its snapshots in the order they were asked for. */
export interface FollowedJob extends AcceptedJob {
  readonly seen: SeenJob[]
}

/**
 * A client of a server whose channels are released and adopted, and which may be killed: repeats what is refused with 503, and what finds no server,
 * until it is carried out, as the SDK does.
 */
export class PersistentCaller {
  readonly #server: ServerProcess
  /** Answers by status, and by code where there is one. */
  readonly refusals = new Map<string, number>()

  constructor(server: ServerProcess) {
    this.#server = server
  }

  /** Resolves with the first answer that is no 503. */
  async call(path: string, init?: RequestInit): Promise<Response> {
    const untilMs = performance.now() + PATIENCE_MS
    for (;;) {
      const response = await this.#server.fetch(path, init).catch(() => null)
      if (response !== null && response.status !== 503) return response
      const code = response === null ? 'none' : ((await response.json()) as { code: string }).code
      this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1)
      if (response !== null && response.headers.get('retry-after') === null)
        throw new Error(`Cannot repeat ${path} as a 503 must have Retry-After: ${code}`)
      if (performance.now() > untilMs) throw new Error(`Cannot call ${path}: ${code} for ${PATIENCE_MS} ms`)
      await sleep(20)
    }
  }

  async json<T>(path: string, init?: RequestInit): Promise<T> {
    const response = await this.call(path, init)
    const text = await response.text()
    if (!response.ok) throw new Error(`Cannot call ${path}: ${response.status} ${text}`)
    return JSON.parse(text) as T
  }

  post<T>(path: string, body: object): Promise<T> {
    const headers = { 'content-type': 'application/json' }
    return this.json<T>(path, { method: 'POST', headers, body: JSON.stringify(body) })
  }

  /** Submits items once, whatever becomes of the answers. */
  async submit(envelope: object, items: readonly { id: string; partitionKey: string }[]): Promise<FollowedJob> {
    const lines = [{ objectType: 'product', action: 'update', ...envelope }, ...items]
    const job = await this.json<Job>('/v1/jobs', {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': crypto.randomUUID() },
      body: lines.map((line) => JSON.stringify(line)).join('\n'),
    })
    return { jobId: job.id, keys: items.map(({ partitionKey }) => partitionKey), seen: [job] }
  }

  async look(job: FollowedJob): Promise<void> {
    job.seen.push(await this.json<Job>(`/v1/jobs/${job.jobId}`))
  }

  async untilDone(job: FollowedJob, untilMs = performance.now() + 2 * PATIENCE_MS): Promise<Job> {
    for (;;) {
      const now = await this.json<Job>(`/v1/jobs/${job.jobId}`, { headers: { prefer: 'wait=1' } })
      job.seen.push(now)
      if (now.done) return now
      if (performance.now() > untilMs) throw new Error(`Cannot wait longer for ${JSON.stringify(now)}`)
    }
  }

  async results(job: FollowedJob): Promise<{ index: number; status: string }[]> {
    return resultLines(await (await this.call(`/v1/jobs/${job.jobId}/results`)).text())
  }

  /** Uploads items in parts to an open job, each from where the server has come to, and seals it. */
  async upload(envelope: object, { uploads, itemsEach }: { uploads: number; itemsEach: number }): Promise<FollowedJob> {
    const open = await this.post<Job>('/v1/jobs', { objectType: 'product', action: 'update', ...envelope, open: true })
    const keys: string[] = []
    for (let n = 0; n < uploads; n++) {
      const items = Array.from({ length: itemsEach }, (_, at) => ({
        id: `upload-${n}-${at}`,
        partitionKey: `upload-${(keys.length + at) % 50}`,
      }))
      await this.post(`/v1/jobs/${open.id}/items?fromIndex=${keys.length}`, items)
      keys.push(...items.map(({ partitionKey }) => partitionKey))
      await sleep(100)
    }
    await this.post(`/v1/jobs/${open.id}/seal`, { itemCount: keys.length })
    return { jobId: open.id, keys, seen: [] }
  }

  /** Retries every parked item of a channel that there is at present. */
  async decide(channel: string): Promise<number> {
    const page = await this.json<{ parked: { item: { jobId: string; index: number } }[] }>(
      `/v1/parked?channel=${channel}`,
    )
    const items = page.parked.map(({ item: { jobId, index } }) => ({ jobId, index }))
    if (items.length > 0) await this.post('/v1/parked/resolve', { items, decision: 'retry' })
    return items.length
  }

  /**
   * Reads the stream of a job until its `end`, from the last event again whenever it is closed. Returns the versions, and how often it was opened. A
   * stream that is opened when the job has ended shows its last version twice, as `job` and as `end`: it is returned once.
   */
  async stream(job: FollowedJob): Promise<{ versions: number[]; opened: number }> {
    const versions: number[] = []
    for (let opened = 1; ; opened++) {
      const last = versions.at(-1)
      const headers = { accept: 'text/event-stream', ...(last !== undefined && { 'last-event-id': String(last) }) }
      const response = await this.call(`/v1/jobs/${job.jobId}/events`, { headers })
      const text = await response.text().catch(() => '')
      const events = Array.from(text.matchAll(/^event: (\w+)\nid: (\d+)$/gm), ([, name, id]) => ({
        name,
        version: Number(id),
      }))
      for (const [n, { name, version }] of events.entries())
        if (name !== 'end' || events[n - 1]?.version !== version) versions.push(version)
      if (text.includes('event: end') || response.status === 204) return { versions, opened }
    }
  }
}

import { fileURLToPath } from 'node:url'
import type { Job } from '@waybill/spec'
import { ServerProcess } from '../support/server-process.ts'
import { post } from './load.ts'

export const NDJSON = { 'content-type': 'application/x-ndjson' }
export const ENVELOPE = { channel: 'bench', objectType: 'product', action: 'update' }

export interface BenchServerOptions {
  /** The settings of its one channel, `bench`. */
  readonly channel: object
  /** Further channels, by name. */
  readonly channels?: Readonly<Record<string, object>>
  readonly limits?: object
  /** @default disk */
  readonly store?: 'disk' | 'postgres'
  /** Further variables of its environment, for the connector. */
  readonly env?: Readonly<Record<string, string>>
  /** A module that every thread of it loads before anything else. */
  readonly preload?: URL
}

/** A real server, not started, with one channel `bench`. */
export function benchServer({ channel, channels, limits, ...options }: BenchServerOptions): Promise<ServerProcess> {
  const bench = { concurrency: 1000, ...channel }
  const config = { channels: { bench, ...channels }, ...(limits && { limits }) }
  return ServerProcess.create({ config, ...options })
}

/** Settings of a channel whose connector is a module of `fixtures/`. */
export function moduleChannel(
  module: 'no-op' | 'first-call' | 'record-starts' | 'record-batches',
  batchSize = 1,
): object {
  const path = fileURLToPath(new URL(`./fixtures/${module}.mjs`, import.meta.url))
  return { connector: { type: 'module', path, batchSize } }
}

/** Pauses or resumes the channel, durably. */
export async function setPaused(server: ServerProcess, paused: boolean): Promise<void> {
  const response = await server.fetch(`/v1/channels/bench/${paused ? 'pause' : 'resume'}`, { method: 'POST' })
  if (!response.ok) throw new Error(`Cannot change channel, required 2xx: ${response.status} ${await response.text()}`)
}

/** Submits one job as NDJSON; resolves with its id when it was accepted. */
export async function submit(server: ServerProcess, body: Buffer | Iterable<Buffer>): Promise<string> {
  const answer = await post(`${server.url}/v1/jobs`, body, NDJSON)
  if (answer.status !== 202) throw new Error(`Cannot submit job, required 202: ${answer.status} ${answer.body}`)
  return (JSON.parse(answer.body) as Job).id
}

/** Resolves when the job has ended; it must have succeeded. */
export async function untilSucceeded(server: ServerProcess, id: string): Promise<void> {
  for (;;) {
    const job = (await (await server.fetch(`/v1/jobs/${id}`, { headers: { prefer: 'wait=30' } })).json()) as Job
    if (!job.done) continue
    if (job.outcome !== 'succeeded')
      throw new Error(`Cannot measure as the job must succeed: ${JSON.stringify(job.counts)}`)
    return
  }
}

/** Submits a job to the paused channel, then measures from the request to resume it until the job has ended, in seconds. */
export async function secondsFromResume(server: ServerProcess, body: Buffer | Iterable<Buffer>): Promise<number> {
  await setPaused(server, true)
  const id = await submit(server, body)
  const start = performance.now()
  await setPaused(server, false)
  await untilSucceeded(server, id)
  return (performance.now() - start) / 1000
}

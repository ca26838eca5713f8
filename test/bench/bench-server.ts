import { fileURLToPath } from 'node:url'
import type { Job } from '@waybill/spec'
import { ServerProcess } from '../support/server-process.ts'
import { post } from './load.ts'

export const NDJSON = { 'content-type': 'application/x-ndjson' }
export const ENVELOPE = { channel: 'bench', objectType: 'product', action: 'update' }

/** A real server on the disk store, not started, with one channel `bench` whose module does nothing. */
export function benchServer(module: 'no-op' | 'first-call'): Promise<ServerProcess> {
  return ServerProcess.create({
    config: {
      channels: {
        bench: {
          connector: { type: 'module', path: fileURLToPath(new URL(`./fixtures/${module}.mjs`, import.meta.url)) },
          concurrency: 1000,
        },
      },
    },
  })
}

/** Pauses or resumes the channel, durably. */
export async function setPaused(server: ServerProcess, paused: boolean): Promise<void> {
  const response = await server.fetch(`/v1/channels/bench/${paused ? 'pause' : 'resume'}`, { method: 'POST' })
  if (!response.ok) throw new Error(`Cannot change channel, wanted 2xx: ${response.status} ${await response.text()}`)
}

/** Submits one job as NDJSON; resolves with its id when it was accepted. */
export async function submit(server: ServerProcess, body: Buffer | Iterable<Buffer>): Promise<string> {
  const answer = await post(`${server.url}/v1/jobs`, body, NDJSON)
  if (answer.status !== 202) throw new Error(`Cannot submit job, wanted 202: ${answer.status} ${answer.body}`)
  return (JSON.parse(answer.body) as Job).id
}

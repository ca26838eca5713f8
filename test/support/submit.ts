import { setTimeout as delay } from 'node:timers/promises'
import type { Job } from '@waybill/spec'
import type { ServerProcess } from './server-process.ts'

export interface TestItem {
  readonly id: string
  readonly partitionKey?: string
  readonly data?: unknown
}

/** Submits items as NDJSON and gives back the accepted job. */
export async function submit(server: ServerProcess, envelope: object, items: Iterable<TestItem>): Promise<Job> {
  const lines = [JSON.stringify({ objectType: 'product', action: 'update', ...envelope })]
  for (const item of items) lines.push(JSON.stringify(item))
  const response = await server.fetch('/v1/jobs', {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  })
  if (response.status !== 202)
    throw new Error(`Cannot submit job, wanted 202: ${response.status} ${await response.text()}`)
  return (await response.json()) as Job
}

/** The job as it is now. */
export async function getJob(server: ServerProcess, id: string): Promise<Job> {
  const response = await server.fetch(`/v1/jobs/${id}`)
  if (response.status !== 200)
    throw new Error(`Cannot get job, wanted 200: ${response.status} ${await response.text()}`)
  return (await response.json()) as Job
}

/** Waits by long-poll until the job is done; every snapshot seen goes to `onSeen`. */
export async function untilDone(server: ServerProcess, id: string, onSeen?: (job: Job) => void): Promise<Job> {
  for (;;) {
    const response = await server.fetch(`/v1/jobs/${id}`, { headers: { prefer: 'wait=1' } })
    const job = (await response.json()) as Job
    onSeen?.(job)
    if (job.done) return job
  }
}

/** All result lines of an ended job. Where the places of large answers are taken, it waits as long as it is told. */
export async function results(
  server: ServerProcess,
  id: string,
): Promise<{ index: number; status: string; attempts: number }[]> {
  for (;;) {
    const response = await server.fetch(`/v1/jobs/${id}/results`)
    if (response.status === 200) return resultLines(await response.text())
    const text = await response.text()
    if (response.status !== 503 || !text.includes('"overloaded"'))
      throw new Error(`Cannot read results, wanted 200: ${response.status} ${text}`)
    await delay(Number(response.headers.get('retry-after')) * 1000)
  }
}

/** The items of a job's complete results. */
export function resultLines(text: string): { index: number; status: string; attempts: number }[] {
  const lines = text.trimEnd().split('\n')
  const end = JSON.parse(lines.pop()!) as { type: string; complete: boolean; count: number }
  if (end.type !== 'end' || !end.complete || end.count !== lines.length)
    throw new Error(`Cannot read results: ${JSON.stringify(end)}`)
  return lines.map((line) => JSON.parse(line) as { index: number; status: string; attempts: number })
}

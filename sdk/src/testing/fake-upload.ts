import { createCalls } from '../client.ts'
import { createClientIn } from '../create-client.ts'
import { trackJob } from '../resources/create-job-handle.ts'
import type { PartLimits } from '../upload/encode-items.ts'
import { isUploadError, type UploadError } from '../errors.ts'
import { createFakeOpenJobs, type FakeOpenJobs } from './fake-open-jobs.ts'
import { createFakeServer, type FakeServer, type Handler, jobId } from './fake-server.ts'
import { createFakeTiming } from './fake-timing.ts'
import type { JobHandle } from '../job-handle.ts'
import { type NewJob, submitJob, type SubmitOptions } from '../upload/submit.ts'
import { createTransport, type RetryOptions } from '../transport/transport.ts'

export const envelope = { channel: 'sandbox', objectType: 'product', action: 'update' } as const
export const limits: PartLimits = { maxItems: 3, maxBytes: 1_000, maxAgeMs: 10_000 }

export function lineOf(index: number): string {
  return JSON.stringify({ id: `sku-${index}`, data: { price: index } })
}

export function linesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => lineOf(index))
}

interface Source {
  readonly items: AsyncGenerator<{ id: string; data: { price: number } }>
  readonly pulled: number
  readonly left: boolean
}

/** @param from the index of the first item */
export function createSource(count: number, from = 0): Source {
  let pulled = 0
  let left = false
  async function* yieldItems() {
    try {
      for (let index = from; index < count; index++) {
        pulled++
        yield await Promise.resolve({ id: `sku-${index}`, data: { price: index } })
      }
    } finally {
      left = true
    }
  }
  return {
    items: yieldItems(),
    get pulled() {
      return pulled
    },
    get left() {
      return left
    },
  }
}

export async function collect<Entry>(entries: AsyncIterable<Entry>): Promise<Entry[]> {
  const collected: Entry[] = []
  for await (const entry of entries) collected.push(entry)
  return collected
}

export interface World {
  readonly server: FakeServer
  readonly jobs: FakeOpenJobs
  readonly timing: ReturnType<typeof createFakeTiming>
  readonly waybill: ReturnType<typeof createClientIn>
  submit(input: NewJob, options?: SubmitOptions): Promise<JobHandle>
}

export function setUp({
  jobs = createFakeOpenJobs(),
  handler = jobs.handle,
  retry,
}: { jobs?: FakeOpenJobs; handler?: Handler; retry?: RetryOptions | false } = {}): World {
  const timing = createFakeTiming()
  const server = createFakeServer(handler)
  const baseUrl = new URL('https://waybill.test')
  const calls = createCalls(baseUrl, createTransport({ baseUrl, fetch: server.fetch, retry }, timing), timing)
  return {
    server,
    jobs,
    timing,
    waybill: createClientIn(timing, { baseUrl: baseUrl.href, fetch: server.fetch, retry }),
    submit: (input, options = {}) =>
      submitJob({ calls, limits, attach: (job) => trackJob(calls, job.id, job) }, input, options),
  }
}

export function pathsOf(server: FakeServer): string[] {
  return server.requests.map(({ method, url }) => `${method} ${url.pathname.replace(jobId, ':id')}${url.search}`)
}

export async function failureOf(work: Promise<unknown>): Promise<UploadError> {
  const error = await work.then(
    () => null,
    (error: unknown) => error,
  )
  if (!isUploadError(error))
    throw new Error(`Cannot look at the failure as it must be an UploadError: ${String(error)}`)
  return error
}

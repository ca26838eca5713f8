import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { createCalls } from './client.ts'
import { createClientIn } from './create-client.ts'
import { trackJob } from './create-job-handle.ts'
import type { PartLimits } from './encode-parts.ts'
import { isUploadError, type UploadError } from './errors.ts'
import { createFakeOpenJobs, type FakeOpenJobs } from './fake-open-jobs.ts'
import { breakConnection, createFakeServer, type FakeServer, type Handler, jobId, refuse } from './fake-server.ts'
import { createFakeTiming } from './fake-timing.ts'
import type { JobHandle } from './job-handle.ts'
import { type NewJob, submitJob, type SubmitOptions } from './submit.ts'
import { createTransport, type RetryOptions } from './transport.ts'

const envelope = { channel: 'sandbox', objectType: 'product', action: 'update' } as const
const limits: PartLimits = { maxItems: 3, maxBytes: 1_000, maxAgeMs: 10_000 }

function lineOf(index: number): string {
  return JSON.stringify({ id: `sku-${index}`, data: { price: index } })
}

function linesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => lineOf(index))
}

interface Source {
  readonly items: AsyncGenerator<{ id: string; data: { price: number } }>
  readonly pulled: number
  readonly left: boolean
}

/** @param from the index of the first item */
function createSource(count: number, from = 0): Source {
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

async function collect<Entry>(entries: AsyncIterable<Entry>): Promise<Entry[]> {
  const collected: Entry[] = []
  for await (const entry of entries) collected.push(entry)
  return collected
}

interface World {
  readonly server: FakeServer
  readonly jobs: FakeOpenJobs
  readonly timing: ReturnType<typeof createFakeTiming>
  readonly waybill: ReturnType<typeof createClientIn>
  submit(input: NewJob, options?: SubmitOptions): Promise<JobHandle>
}

function setUp({
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

function pathsOf(server: FakeServer): string[] {
  return server.requests.map(({ method, url }) => `${method} ${url.pathname.replace(jobId, ':id')}${url.search}`)
}

async function failureOf(work: Promise<unknown>): Promise<UploadError> {
  const error = await work.then(
    () => null,
    (error: unknown) => error,
  )
  if (!isUploadError(error))
    throw new Error(`Cannot look at the failure as it must be an UploadError: ${String(error)}`)
  return error
}

describe('a submission that does not fit into one request', () => {
  it('opens a job, appends part after part, and seals it with the number of items', async () => {
    const { submit, server, jobs } = setUp()
    const job = await submit({ ...envelope, source: 'pim', items: createSource(7).items }, { idempotencyKey: 'k' })
    expect(pathsOf(server)).toEqual([
      'POST /v1/jobs',
      'POST /v1/jobs/:id/items?fromIndex=0',
      'POST /v1/jobs/:id/items?fromIndex=3',
      'POST /v1/jobs/:id/items?fromIndex=6',
      'POST /v1/jobs/:id/seal',
    ])
    expect(JSON.parse(server.requests[0]!.body)).toEqual({ ...envelope, source: 'pim', open: true })
    expect(server.requests[0]!.headers.get('Idempotency-Key')).toBe('k')
    expect(server.requests[1]!.headers.get('Content-Type')).toBe('application/x-ndjson')
    expect(jobs.lines).toEqual(linesOf(7))
    expect(jobs.sealedWith).toBe(7)
    expect(job.id).toBe(jobId)
    expect(job.last?.status).toBe('pending')
  })

  it('is one request as long as it fits, and never seals what it has not counted', async () => {
    for (const count of [0, 1, 3, 4, 6, 7, 9]) {
      const { submit, server, jobs } = setUp()
      const done = submit({ ...envelope, items: createSource(count).items })
      if (count <= limits.maxItems) {
        // The fake takes no whole jobs.
        await done.catch(() => undefined)
        expect(pathsOf(server)).toEqual(['POST /v1/jobs'])
        expect(JSON.parse(server.requests[0]!.body.split('\n')[0]!)).toMatchObject({ itemCount: count })
      } else {
        await done
        expect(jobs.lines).toEqual(linesOf(count))
      }
    }
  })

  it('cuts parts by bytes too, with at least one item each', async () => {
    const { submit, server, jobs } = setUp()
    const items = Array.from({ length: 5 }, (_, index) => ({ id: `sku-${index}`, data: 'x'.repeat(400 * index) }))
    await submit({ ...envelope, items })
    expect(pathsOf(server).filter((path) => path.includes('/items'))).toEqual([
      'POST /v1/jobs/:id/items?fromIndex=0',
      'POST /v1/jobs/:id/items?fromIndex=3',
      'POST /v1/jobs/:id/items?fromIndex=4',
    ])
    expect(jobs.lines).toEqual(items.map((item) => JSON.stringify(item)))
  })

  it('pulls its source no further than the part that is made while another is on its way', async () => {
    const source = createSource(100)
    const pulledAt: number[] = []
    const jobs = createFakeOpenJobs()
    const handler: Handler = async (request, count) => {
      if (request.url.pathname.endsWith('/items')) {
        await new Promise((resolve) => setTimeout(resolve, 1))
        pulledAt.push(source.pulled)
      }
      return await jobs.handle(request, count)
    }
    await setUp({ jobs, handler }).submit({ ...envelope, items: source.items })
    // The part itself, the next one, and the item that shows that there are more.
    for (const [n, pulled] of pulledAt.entries()) expect(pulled).toBeLessThanOrEqual((n + 2) * limits.maxItems + 1)
    expect(pulledAt).toHaveLength(34)
  })

  it('tells how far it is', async () => {
    const { submit } = setUp()
    const seen: [string, number, number][] = []
    await submit(
      { ...envelope, items: createSource(7).items },
      { onUploadProgress: ({ job, nextIndex, bytes }) => seen.push([job.id, nextIndex, bytes]) },
    )
    const bytesOf = (count: number) => linesOf(count).join('\n').length + 1
    expect(seen).toEqual([
      [jobId, 0, 0],
      [jobId, 3, bytesOf(3)],
      [jobId, 6, bytesOf(6)],
      [jobId, 7, bytesOf(7)],
    ])
  })

  it('has every item once and in order, whatever gets lost', async () => {
    const fate = fc.constantFrom('pass', 'pass', 'lose_request', 'lose_answer', 'throttle', 'fail', 'busy')
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 4, max: 40 }),
        fc.array(fate, { maxLength: 60 }),
        fc.boolean(),
        async (count, fates, inArray) => {
          const jobs = createFakeOpenJobs()
          const handler: Handler = async (request, n) => {
            switch (fates[n]) {
              case 'lose_request':
                return breakConnection()
              case 'lose_answer':
                await jobs.handle(request, n)
                return breakConnection()
              case 'throttle':
                return refuse(429, 'quota_exceeded', { 'Retry-After': '3' })
              case 'fail':
                return refuse(503, 'stopping')
              case 'busy':
                if (request.method === 'GET') return await jobs.handle(request, n)
                return request.url.pathname.endsWith('/jobs')
                  ? refuse(409, 'idempotency_in_progress')
                  : refuse(409, 'append_in_progress')
              default:
                return await jobs.handle(request, n)
            }
          }
          const { submit } = setUp({ jobs, handler, retry: { limit: 100, maxElapsedMs: 1e9 } })
          const { items } = createSource(count)
          await submit({ ...envelope, items: inArray ? await collect(items) : items })
          expect(jobs.lines).toEqual(linesOf(count))
          expect(jobs.sealedWith).toBe(count)
          expect(jobs.opened).toBe(1)
        },
      ),
    )
  })
})

describe('an upload that fails', () => {
  it('goes on over minutes without a server, and tells where it stands when that was too long', async () => {
    const jobs = createFakeOpenJobs()
    let isBack = false
    const handler: Handler = (request, n) =>
      jobs.lines?.length === 3 && !isBack ? breakConnection() : jobs.handle(request, n)
    const { submit, timing } = setUp({ jobs, handler })
    const source = createSource(9)
    const startMs = timing.now()
    const error = await failureOf(submit({ ...envelope, items: source.items }))
    const tookMs = timing.now() - startMs
    expect(tookMs).toBeGreaterThan(580_000)
    expect(tookMs).toBeLessThanOrEqual(600_000)
    expect(error).toMatchObject({ nextIndex: 3, itemIndex: null, cause: { name: 'ConnectionError' } })
    expect(error.message).toContain(`Cannot go on with the upload of job ${jobId}, of which the server has 3 items: `)
    expect(error.idempotencyKey).toMatch(/^[0-9a-f]{32}$/)
    expect(source.left).toBe(true)

    isBack = true
    const sealed = await error.job.upload(createSource(9).items)
    expect(sealed.status).toBe('pending')
    expect(error.job.last?.status).toBe('pending')
    expect(jobs.lines).toEqual(linesOf(9))
    expect(jobs.opened).toBe(1)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakeOpenJobs } from '../testing/fake-open-jobs.ts'
import { breakConnection, type Handler, jobId, refuse } from '../testing/fake-server.ts'
import { collect, createSource, envelope, failureOf, limits, linesOf, pathsOf, setUp } from '../testing/fake-upload.ts'

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

  it('reports how far it is', async () => {
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

describe('job.upload', () => {
  it.each([0, 1, 4, 9, 10])('continues where the server stands, at %i of 10', async (known) => {
    const { waybill, server, jobs } = setUp({ jobs: createFakeOpenJobs(linesOf(known)) })
    const sealed = await waybill.jobs.attach(jobId).upload(createSource(10).items)
    expect(sealed).toMatchObject({ status: 'pending', counts: { total: 10 } })
    expect(jobs.lines).toEqual(linesOf(10))
    expect(jobs.sealedWith).toBe(10)
    const appended = server.requests.filter(({ url }) => url.searchParams.has('fromIndex'))
    expect(appended.map(({ body }) => body)).toEqual(
      known === 10
        ? []
        : [
            linesOf(10)
              .slice(known)
              .map((line) => `${line}\n`)
              .join(''),
          ],
    )
  })

  it('takes items from an index on', async () => {
    const { waybill, jobs } = setUp({ jobs: createFakeOpenJobs(linesOf(6)) })
    await waybill.jobs.attach(jobId).upload(createSource(10, 4).items, { from: 4 })
    expect(jobs.lines).toEqual(linesOf(10))
    await expect(waybill.jobs.attach(jobId).upload([], { from: -1 })).rejects.toThrow(
      new TypeError('Cannot upload items as from must be an integer >= 0: current value is -1'),
    )
  })

  it('fills a job that was made open, be it with nothing', async () => {
    const { waybill, jobs } = setUp({ jobs: createFakeOpenJobs([]) })
    await waybill.jobs.attach(jobId).upload([])
    expect(jobs.sealedWith).toBe(0)
  })

  it('is passed over by a submission with the same key, in the middle of a part too', async () => {
    for (const known of [2, 3, 5, 8, 10]) {
      const jobs = createFakeOpenJobs()
      const first = setUp({ jobs })
      const options = { idempotencyKey: 'k' }
      const broken = first.submit(
        { ...envelope, items: createSource(10).items },
        {
          ...options,
          onUploadProgress: () => {
            throw new Error('stop')
          },
        },
      )
      const { job } = await failureOf(broken)
      await failureOf(
        job.upload(createSource(known).items, {
          onUploadProgress: ({ nextIndex }) => {
            if (nextIndex === known) throw new Error('stop')
          },
        }),
      )
      expect(jobs.lines).toEqual(linesOf(known))
      await setUp({ jobs }).submit({ ...envelope, items: createSource(10).items }, options)
      expect(jobs.lines).toEqual(linesOf(10))
      expect(jobs.opened).toBe(1)
    }
  })
})

import { describe, expect, it } from 'vitest'
import { createFakeOpenJobs } from '../testing/fake-open-jobs.ts'
import { breakConnection, type Handler, hang, jobId, refuse } from '../testing/fake-server.ts'
import { createSource, envelope, failureOf, linesOf, setUp, type World } from '../testing/fake-upload.ts'
import type { NewJob } from './submit.ts'

describe('an upload that fails', () => {
  it('continues over minutes without a server, and reports where it stands when that was too long', async () => {
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
    expect(error.message).toContain(`Cannot continue the upload of job ${jobId}, of which the server has 3 items: `)
    expect(error.idempotencyKey).toMatch(/^[0-9a-f]{32}$/)
    expect(source.left).toBe(true)

    isBack = true
    const sealed = await error.job.upload(createSource(9).items)
    expect(sealed.status).toBe('pending')
    expect(error.job.last?.status).toBe('pending')
    expect(jobs.lines).toEqual(linesOf(9))
    expect(jobs.opened).toBe(1)
  })

  it('is not repeated by a client that repeats nothing, unless requested', async () => {
    for (const [retryUploadForMs, attempts] of [[undefined, 1] as const, [0, 1] as const, [1_000, 3] as const]) {
      const jobs = createFakeOpenJobs()
      let appends = 0
      const handler: Handler = (request, n) => {
        if (request.url.pathname.endsWith('/items') && ++appends > 0) return breakConnection()
        return jobs.handle(request, n)
      }
      const { submit } = setUp({ jobs, handler, retry: false })
      await failureOf(submit({ ...envelope, items: createSource(4).items }, { retryUploadForMs }))
      expect(appends).toBe(attempts)
    }
  })

  it('never comes before a Retry-After, and gives up at once when that is too long', async () => {
    const jobs = createFakeOpenJobs()
    let refusals = 0
    const handler: Handler = (request, n) => {
      if (!request.url.pathname.endsWith('/items') || refusals === 2) return jobs.handle(request, n)
      return refuse(503, 'overloaded', { 'Retry-After': ++refusals === 1 ? '40' : '7' })
    }
    const { submit, timing } = setUp({ jobs, handler })
    await submit({ ...envelope, items: createSource(4).items })
    expect(timing.sleeps).toEqual([40_000, 7_000])

    const patient = setUp({
      handler: (request, n) =>
        n === 0 ? createFakeOpenJobs().handle(request, n) : refuse(503, 'overloaded', { 'Retry-After': '601' }),
    })
    const error = await failureOf(patient.submit({ ...envelope, items: createSource(4).items }))
    expect(error.cause).toMatchObject({ code: 'overloaded', retryAfterMs: 601_000 })
    expect(patient.timing.sleeps).toEqual([])
  })

  it('is reported with the place of the item that cannot be sent, after what was before it', async () => {
    const { submit, jobs } = setUp()
    const items = [...Array.from({ length: 10 }, (_, n) => ({ id: `sku-${n}` })), { id: 'sku-10', data: 1n }]
    const error = await failureOf(submit({ ...envelope, items }))
    expect(error).toMatchObject({ itemIndex: 10, nextIndex: 9, cause: { name: 'TypeError' } })
    expect(error.message).toMatch(
      / at item 10, of which the server has 9 items: Cannot submit job as item 10 must be JSON: /,
    )
    expect(jobs.sealedWith).toBeNull()
  })

  it('is reported with the place of the item that the server refuses, over the whole input', async () => {
    const { submit } = setUp()
    const items = Array.from({ length: 10 }, (_, n) => (n === 7 ? { key: 'k' } : { id: `sku-${n}` }))
    const error = await failureOf(submit({ ...envelope, items: items as unknown as NewJob['items'] }))
    expect(error).toMatchObject({
      itemIndex: 7,
      nextIndex: 6,
      cause: { name: 'BadRequestError', code: 'invalid_item' },
    })
  })

  it('carries what the source throws, which is then left alone', async () => {
    const { submit, jobs } = setUp()
    const cause = new Error('the database went away')
    let left = 0
    const items = {
      [Symbol.asyncIterator]() {
        let index = 0
        return {
          next: () =>
            index === 8 ? Promise.reject(cause) : Promise.resolve({ done: false, value: { id: `sku-${index++}` } }),
          return: () => Promise.resolve({ done: true as const, value: ++left }),
        }
      },
    }
    expect(await failureOf(submit({ ...envelope, items }))).toMatchObject({ nextIndex: 6, itemIndex: null, cause })
    expect(jobs.lines).toHaveLength(6)
    expect(left).toBe(0)
  })

  it('leaves an error of the source as it is, as long as there is no job', async () => {
    const { submit, server } = setUp()
    const cause = new Error('no database')
    const items = (function* (): Generator<{ id: string }> {
      throw cause
    })()
    await expect(submit({ ...envelope, items })).rejects.toBe(cause)
    expect(server.requests).toHaveLength(0)
  })

  it('carries what its progress callback throws', async () => {
    const { submit, server } = setUp()
    const source = createSource(9)
    const cause = new Error('no place for a progress bar')
    const onUploadProgress = (): void => {
      throw cause
    }
    const error = await failureOf(submit({ ...envelope, items: source.items }, { onUploadProgress }))
    expect(error.cause).toBe(cause)
    expect(server.requests).toHaveLength(1)
    expect(source.left).toBe(true)
  })

  it('is reported when somebody ends the job meanwhile, or takes it back in time', async () => {
    const jobs = createFakeOpenJobs()
    const ended = setUp({ jobs })
    const error = await failureOf(
      ended.submit(
        { ...envelope, items: createSource(9).items },
        { onUploadProgress: ({ nextIndex }) => nextIndex === 3 && jobs.cancel() },
      ),
    )
    expect(error).toMatchObject({ nextIndex: 3, cause: { code: 'job_ended' } })
    const again = await failureOf(error.job.upload(createSource(9).items))
    expect(again.message).toMatch(/ as the job must be open: it is cancelled$/)

    const restored = setUp({
      handler: (request, n) =>
        n === 2 ? refuse(409, 'upload_gap', {}, { nextIndex: 0 }) : createFakeOpenJobs([]).handle(request, n),
    })
    const gap = await failureOf(restored.submit({ ...envelope, items: createSource(9).items }))
    expect(gap.cause).toMatchObject({ code: 'upload_gap' })
  })
})

describe('abort', () => {
  const reason = new Error('enough')

  function checkQuiet({ server, timing }: World): () => Promise<void> {
    const requests = server.requests.length
    const sleeps = timing.sleeps.length
    return async () => {
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
      expect(server.requests).toHaveLength(requests)
      expect(timing.sleeps).toHaveLength(sleeps)
      expect(timing.openDeadlines).toBe(0)
    }
  }

  it('ends an upload while a part is on its way, leaves the source, and sends nothing more', async () => {
    const aborter = new AbortController()
    const jobs = createFakeOpenJobs()
    const source = createSource(20)
    const handler: Handler = (request, n) => {
      if (jobs.lines?.length !== 3) return jobs.handle(request, n)
      setImmediate(() => aborter.abort(reason))
      return hang()
    }
    const world = setUp({ jobs, handler })
    const work = world.submit({ ...envelope, items: source.items }, { signal: aborter.signal })
    await expect(work).rejects.toBe(reason)
    await checkQuiet(world)()
    expect(source.left).toBe(true)
  })

  it('ends an upload while its source is silent, which is not waited for', async () => {
    const aborter = new AbortController()
    let index = 0
    let left = 0
    const items = {
      [Symbol.asyncIterator]: () => ({
        next(): Promise<IteratorResult<{ id: string }, undefined>> {
          if (index === 7) return new Promise(() => setImmediate(() => aborter.abort(reason)))
          return Promise.resolve({ done: false, value: { id: `sku-${index++}` } })
        },
        return() {
          left++
          return new Promise<never>(() => undefined)
        },
      }),
    }
    const world = setUp()
    await expect(world.submit({ ...envelope, items }, { signal: aborter.signal })).rejects.toBe(reason)
    await checkQuiet(world)()
    expect(left).toBe(1)
  })

  it('ends an upload while it waits for a server that is away', async () => {
    const aborter = new AbortController()
    const jobs = createFakeOpenJobs()
    const handler: Handler = (request, n) => {
      if (jobs.lines?.length !== 3) return jobs.handle(request, n)
      if (n > 10) aborter.abort(reason)
      return breakConnection()
    }
    const world = setUp({ jobs, handler })
    const work = world.submit({ ...envelope, items: createSource(20).items }, { signal: aborter.signal })
    await expect(work).rejects.toBe(reason)
    await checkQuiet(world)()
  })

  it('before the first item ends it without a request', async () => {
    const world = setUp()
    const source = createSource(20)
    const work = world.submit({ ...envelope, items: source.items }, { signal: AbortSignal.abort(reason) })
    await expect(work).rejects.toBe(reason)
    await checkQuiet(world)()
    expect(world.server.requests).toHaveLength(0)
  })
})

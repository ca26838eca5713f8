import {
  type ClientOptions,
  createClient,
  type ItemSource,
  type JobState,
  isUploadError,
  type Waybill,
} from '@waybill/sdk'
import { afterEach, describe, expect, test } from 'vitest'
import { type Fate, FlakyProxy, type ProxiedRequest } from '../support/flaky-proxy.ts'
import { ServerProcess } from '../support/server-process.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

interface World {
  readonly server: ServerProcess
  readonly proxy: FlakyProxy
  /** Through the proxy. */
  readonly waybill: Waybill
}

async function createWorld(
  fate?: (request: ProxiedRequest, count: number) => Fate,
  client: Partial<ClientOptions> = {},
): Promise<World> {
  const server = await ServerProcess.create()
  cleanups.push(() => server.remove())
  await server.start()
  const proxy = new FlakyProxy(() => server.url, fate)
  await proxy.start()
  cleanups.push(() => proxy.stop())
  return { server, proxy, waybill: createClient({ baseUrl: proxy.url, retry: { initialMs: 10 }, ...client }) }
}

/** A job that delivers nothing while a test looks at it. */
function createInput(items: ItemSource) {
  return { channel: 'sandbox', objectType: 'product', action: 'update', runAt: '2099-01-01T00:00:00Z', items } as const
}

interface Product {
  readonly id: string
  readonly data: { readonly price: number }
}

/** @param reach called for every item before it is given out */
async function* readProducts(count: number, reach: (index: number) => void = () => undefined) {
  for (let index = 0; index < count; index++) {
    reach(index)
    yield await Promise.resolve<Product>({ id: `sku-${index}`, data: { price: index } })
  }
}

/** Every item is there once, in order, with its data. */
async function checkItems(job: Awaited<ReturnType<Waybill['jobs']['submit']>>, count: number): Promise<void> {
  let next = 0
  for await (const { index, id, data } of job.items<Product['data']>({ include: ['data'], pageSize: 1_000 })) {
    if (index !== next || id !== `sku-${next}` || data?.price !== next)
      throw new Error(`Cannot accept item ${index} as it must be sku-${next}: it is ${id}, ${JSON.stringify(data)}`)
    next++
  }
  expect(next).toBe(count)
}

describe('an upload over a real server', () => {
  test('continues over kill -9 and restart of the server, and has every item once and in order', async () => {
    const { server, waybill } = await createWorld()
    const count = 100_000
    const killAt = [15_000, 45_000, 75_000, count - 1]
    let starts = 1
    let restarting = Promise.resolve()
    const restart = (index: number): void => {
      if (!killAt.includes(index)) return
      restarting = restarting.then(async () => {
        await server.kill()
        await server.start()
        starts++
      })
    }
    const job = await waybill.jobs.submit(createInput(readProducts(count, restart)))
    await restarting
    expect(starts).toBe(1 + killAt.length)
    expect(await job.get()).toMatchObject({ status: 'scheduled', counts: { total: count } })
    await checkItems(job, count)
  })

  test('loses the answer to every request once, and has one job with every item once', async () => {
    const seen = new Set<string>()
    const { waybill, proxy } = await createWorld(({ method, path }) => {
      if (method !== 'POST' || seen.has(path)) return 'pass'
      seen.add(path)
      return 'lose_answer'
    })
    const job = await waybill.jobs.submit(createInput(readProducts(25_000)))
    // open, three parts, seal: each of them twice.
    expect(proxy.requests.filter(({ method }) => method === 'POST')).toHaveLength(10)
    await checkItems(job, 25_000)
    const listed: string[] = []
    for await (const { id } of waybill.jobs.list()) listed.push(id)
    expect(listed).toEqual([job.id])
  })

  test('continues in another process with what the first wrote down, and reads no further than it must', async () => {
    const { waybill, proxy } = await createWorld()
    const aborter = new AbortController()
    let kept = ''
    const aborted = waybill.jobs.submit(createInput(readProducts(50_000)), {
      signal: aborter.signal,
      onUploadProgress({ job, nextIndex }) {
        kept = JSON.stringify(job)
        if (nextIndex === 20_000) aborter.abort(new Error('the process dies'))
      },
    })
    await expect(aborted).rejects.toThrow('the process dies')

    const other = createClient({ baseUrl: proxy.url })
    const job = other.jobs.attach(JSON.parse(kept) as JobState)
    const sealed = await job.upload(readProducts(50_000))
    expect(sealed).toMatchObject({ status: 'scheduled', counts: { total: 50_000 } })
    await checkItems(job, 50_000)
    // Done is done: nothing is read for it.
    let pulled = 0
    await job.upload(readProducts(50_000, () => pulled++))
    expect(pulled).toBe(0)
  })

  test('continues by its idempotency key', async () => {
    const { waybill, proxy } = await createWorld()
    const broken = waybill.jobs.submit(
      createInput(
        readProducts(35_000, (index) => {
          if (index === 25_000) throw new Error('the database went away')
        }),
      ),
      { idempotencyKey: 'nightly/2026-01-15' },
    )
    const error = await broken.catch((error: unknown) => error)
    if (!isUploadError(error)) throw error
    expect(error).toMatchObject({ nextIndex: 20_000, cause: new Error('the database went away') })

    const before = proxy.requests.length
    const job = await createClient({ baseUrl: proxy.url }).jobs.submit(createInput(readProducts(35_000)), {
      idempotencyKey: error.idempotencyKey,
    })
    expect(job.id).toBe(error.job.id)
    const paths = proxy.requests.slice(before).map(({ path }) => path.replace(job.id, ':id'))
    expect(paths).toEqual([
      '/v1/jobs',
      '/v1/jobs/:id',
      '/v1/jobs/:id/items/19999',
      '/v1/jobs/:id/items?fromIndex=20000',
      '/v1/jobs/:id/items?fromIndex=30000',
      '/v1/jobs/:id/seal',
    ])
    await checkItems(job, 35_000)
  })

  test('refuses to continue with other items', async () => {
    const { waybill } = await createWorld()
    const signal = AbortSignal.abort()
    const { data: open } = await waybill.raw.POST('/v1/jobs', {
      body: { ...createInput([]), items: undefined, open: true },
    })
    if (open === undefined) throw new Error('Cannot upload as the job must be made: there is none')
    const job = waybill.jobs.attach(open)
    await expect(job.upload(readProducts(5), { signal })).rejects.toBe(signal.reason)
    const body = '{"id":"sku-0"}\n{"id":"sku-other"}\n' as unknown as never[]
    await waybill.raw.POST('/v1/jobs/{jobId}/items', {
      params: { path: { jobId: job.id }, query: { fromIndex: 0 } },
      headers: { 'Content-Type': 'application/x-ndjson' },
      body,
    })
    await expect(job.upload(readProducts(5))).rejects.toThrow(
      'as they must begin with those that the server has, whose item 1 is "sku-other": current value is "sku-1"',
    )
    await expect(job.upload(readProducts(1))).rejects.toThrow(
      'as they must begin with the 2 that the server has: they end before index 1',
    )
    await expect(job.upload(readProducts(5), { from: 3 })).rejects.toThrow(
      'as from must be at most 2, where the server stands: current value is 3',
    )
    const sealed = await job.upload(readProducts(3), { from: 2 })
    expect(sealed.counts.total).toBe(5)
    await job.cancel()
  })

  test('names the item that the server refuses by its place in the whole input', async () => {
    const { waybill } = await createWorld()
    async function* readWithFault() {
      for await (const product of readProducts(30_000))
        yield product.id === 'sku-23456' ? { ...product, id: '' } : product
    }
    const error = await waybill.jobs.submit(createInput(readWithFault())).catch((error: unknown) => error)
    expect(error).toMatchObject({
      name: 'UploadError',
      itemIndex: 23_456,
      nextIndex: 20_000,
      cause: { name: 'BadRequestError', code: 'invalid_item' },
    })
    if (!isUploadError(error)) throw error
    expect((await error.job.get()).status).toBe('open')
    await error.job.cancel()
    expect((await error.job.wait()).outcome).toBe('cancelled')
  })
})

test('1,000 submissions whose answers get lost make 1,000 jobs, not one more', async () => {
  const answered = new Set<string>()
  let lost = 0
  const { waybill, server } = await createWorld()
  const losing = createClient({
    baseUrl: server.url,
    retry: { initialMs: 1 },
    async fetch(request) {
      const key = request.headers.get('Idempotency-Key')!
      const response = await fetch(request)
      if (answered.has(key)) return response
      // The server has done it, but the response is lost.
      await response.arrayBuffer()
      answered.add(key)
      lost++
      throw new TypeError('fetch failed')
    },
  })
  const ids: string[] = []
  const submitSome = async (worker: number): Promise<void> => {
    for (let n = 0; n < 100; n++) {
      const job = await losing.jobs.submit(createInput([{ id: `sku-${worker}-${n}` }]))
      ids.push(job.id)
    }
  }
  await Promise.all(Array.from({ length: 10 }, (_, worker) => submitSome(worker)))
  expect(lost).toBe(1_000)
  const listed: string[] = []
  for await (const { id } of waybill.jobs.list({ pageSize: 1_000 })) listed.push(id)
  expect(listed).toHaveLength(1_000)
  expect(new Set(listed)).toEqual(new Set(ids))
})

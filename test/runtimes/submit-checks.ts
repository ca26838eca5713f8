// A job from its items to its results.

import { createClient, isNotFoundError, type Job } from '@waybill/sdk'
import { catchError, type Checks, collect, createItem, envelope, equal, type Product } from './check.ts'

/** More than one request takes. */
const uploadedItems = 12_000

export const submitChecks: Checks = {
  'submits an array, waits, and reads every result in order with its check sum': async ({ waybill, source }) => {
    // Letters of two, three and four bytes, in an answer of many pieces: nothing may be cut inside of one.
    const items = Array.from({ length: 1_500 }, (_, index) => createItem(source, index, `Stühle 椅子 🪑 ${index}`))
    const job = await waybill.jobs.submit<Product>({ ...envelope(source), items })
    equal(job.last?.counts.total, items.length, 'counts.total')
    const ended = await job.wait()
    equal([ended.done, ended.outcome, ended.counts.succeeded], [true, 'succeeded', items.length], 'the ended job')

    const results = job.results<Product>()
    let index = 0
    for await (const item of results) {
      equal([item.index, item.id], [index, items[index]!.id], 'index and id')
      equal(item.result?.title, items[index]!.data.title, 'result.title')
      index++
    }
    equal([results.end?.complete, results.end?.count], [true, items.length], 'the end record')
  },

  'uploads from an async generator, in parts': async ({ waybill, source }) => {
    async function* readProducts() {
      for (let index = 0; index < uploadedItems; index++) yield createItem(source, index, 'Stühle')
    }
    const reached: number[] = []
    const job = await waybill.jobs.submit(
      { ...envelope(source), items: readProducts() },
      { onUploadProgress: ({ nextIndex }) => reached.push(nextIndex) },
    )
    equal([reached.at(-1), reached.length > 2], [uploadedItems, true], `upload in parts (${reached.join(', ')})`)
    const ended = await job.wait()
    equal([ended.outcome, ended.counts.succeeded], ['succeeded', uploadedItems], 'the ended job')
    const results = job.results<Product>({ from: uploadedItems - 1 })
    equal((await collect(results))[0]?.id, createItem(source, uploadedItems - 1, '').id, 'the last item')
  },

  'tells which items failed, and why': async ({ waybill, source }) => {
    const items = Array.from({ length: 40 }, (_, index) => createItem(source, index, 'Chair', index % 10 === 9))
    const job = await waybill.jobs.submit({ ...envelope(source), items })
    const seen: Job[] = []
    const ended = await job.wait({ onProgress: (snapshot) => seen.push(snapshot) })
    equal([ended.outcome, ended.counts.failed], ['partial', 4], 'the ended job')
    equal(seen.at(-1)?.version, ended.version, 'the last snapshot')
    const failed = await collect(job.results({ status: 'failed' }))
    equal(
      failed.map(({ index, error }) => [index, error?.code]),
      [9, 19, 29, 39].map((index) => [index, 'refused']),
      'what failed',
    )
    const listed = await collect(job.items<Product>({ status: 'failed', include: ['data'], pageSize: 3 }))
    equal(
      listed.map(({ index, data }) => [index, data?.refuse]),
      [9, 19, 29, 39].map((index) => [index, true]),
      'items over two pages',
    )
  },

  'makes one job when the first answer is lost': async ({ serverUrl, waybill, source }) => {
    let posts = 0
    const losing = async (request: Request): Promise<Response> => {
      const isFirst = request.method === 'POST' && ++posts === 1
      const response = await fetch(request)
      if (!isFirst) return response
      await response.arrayBuffer()
      throw new TypeError('The connection broke')
    }
    const input = { ...envelope(source), items: [createItem(source, 0, 'Chair')] }
    const job = await createClient({ baseUrl: serverUrl, fetch: losing, retry: { initialMs: 10 } }).jobs.submit(input)
    equal(posts, 2, 'submissions')
    const jobs = await collect(waybill.jobs.list({ source }))
    equal(
      jobs.map(({ id }) => id),
      [job.id],
      'jobs at the server',
    )
    await job.wait()
    await job.delete()
    equal(isNotFoundError(await catchError(job.get())), true, 'gone after delete')
  },
}

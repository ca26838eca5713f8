import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { AppendReceipt, Item, ItemPage, Job, JobPage } from '@waybill/spec'
import { describe, expect, it } from 'vitest'
import { json, send, submit, untilDone } from './api.ts'
import { envelope, eventually, items, ndjson, poster, slowBody, streamed } from './bodies.ts'
import { checkAnswer, checkProblem, checkResultLines } from './check-answer.ts'
import type { UseTarget } from './target.ts'

/** Complete uploads are accepted whole; incomplete ones leave nothing behind. */
export function describeUploads(target: UseTarget): void {
  const { post, postLines } = poster(target)
  const jobsFrom = async (source: string) =>
    json<JobPage>(await send(target(), { operationId: 'listJobs', query: { source } })).jobs

  describe('a refused submission', () => {
    it('names the line of an NDJSON body and leaves no job', async () => {
      const source = randomUUID()
      const lines = [{ ...envelope, source }, ...items(20_000)].map((line) => JSON.stringify(line))
      lines[17_202] = '{"id": "sku-17201", "data": {'
      const answer = await post('/v1/jobs', lines.join('\n'), { 'content-type': 'application/x-ndjson' })
      const problem = checkProblem(answer, 'invalid_item')
      expect(problem.errors?.[0]?.line).toBe(17_203)
      expect(problem.errorCount).toBe(1)
      expect(await jobsFrom(source)).toEqual([])
    })

    it('names the first 100 faults by position, and the number of all', async () => {
      const bad = Array.from({ length: 250 }, () => ({ id: '' }))
      const problem = checkProblem(await postLines([envelope, ...items(3), ...bad]), 'invalid_item')
      expect(problem.errors?.map((place) => place.line)).toEqual(Array.from({ length: 100 }, (_, n) => n + 5))
      expect(problem.errorCount).toBe(250)
    })

    it('names all that is wrong with its envelope at once', async () => {
      const rules = [{ status: ['599-500'], then: 'fail' }]
      const wrong = { channel: 'no-such', action: 'upsert', deadlineAt: '2020-01-01T00:00:00Z', retry: { rules } }
      const body = { ...envelope, ...wrong, colour: 'red', items: [] }
      const problem = checkProblem(await send(target(), { operationId: 'submitJob', body }), 'bad_request')
      const pointers = ['/action', '/channel', '/colour', '/deadlineAt', '/retry/rules/0/status/0']
      expect(problem.errors?.map(({ pointer }) => pointer).sort()).toEqual(pointers)
      expect(problem.errorCount).toBe(pointers.length)
    })

    it('names what is wrong with the envelope and the items of a JSON body at once', async () => {
      const faults = async (body: object) => {
        const problem = checkProblem(await send(target(), { operationId: 'submitJob', body }), 'bad_request')
        expect(problem.errors).toHaveLength(Math.min(100, problem.errorCount!))
        return [problem.errors!.slice(0, 4).map(({ pointer }) => pointer), problem.errorCount]
      }
      const bad = [{ id: 'a' }, { id: '' }, { id: 'c', colour: 'red' }]
      const wrong = { ...envelope, channel: 'no-such' }
      const both = ['/channel', '/items/1/id', '/items/2/colour']
      expect(await faults({ ...wrong, items: bad })).toEqual([both, 3])
      expect(await faults({ items: bad, ...wrong, colour: 'red' })).toEqual([['/colour', ...both], 4])
      const many = Array.from({ length: 250 }, () => ({ id: '' }))
      expect((await faults({ ...wrong, items: many }))[1]).toBe(251)
      // What depends on the envelope is not judged by a faulty one.
      expect(await faults({ ...wrong, partitionBy: '', items: [{ id: 'a', data: {} }, { id: '' }] })).toEqual([
        ['/partitionBy', '/channel', '/items/1/id'],
        3,
      ])
      expect(await faults({ ...wrong, partitionBy: '/data/shop', items: [{ id: 'a', data: {} }] })).toEqual([
        ['/channel', '/items/0/data/shop'],
        2,
      ])
      // Invalid items may fail alone.
      expect(await faults({ ...wrong, colour: 'red', onInvalidItem: 'fail', items: bad })).toEqual([
        ['/colour', '/channel'],
        2,
      ])
      const single = { ...wrong, item: { id: '' } }
      const problem = checkProblem(await send(target(), { operationId: 'deliverItem', body: single }), 'bad_request')
      expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(['/channel', '/item/id'])
    })

    it('names all that is wrong with the jobs of an execution at once', async () => {
      const deadlineAt = '2020-01-01T00:00:00Z'
      const stages = [
        { name: 'one', jobs: [{ ...envelope, channel: 'no-such', items: [] }] },
        { name: 'one', jobs: [{ ...envelope, deadlineAt, items: [] }] },
      ]
      const answer = await send(target(), { operationId: 'createExecution', body: { stages } })
      const pointers = checkProblem(answer, 'bad_request').errors?.map(({ pointer }) => pointer)
      expect(pointers?.sort()).toEqual(['/stages/0/jobs/0/channel', '/stages/1/jobs/0/deadlineAt', '/stages/1/name'])
    })

    it('names what is wrong with parameters and body at once', async () => {
      const answer = await send(target(), {
        operationId: 'retryDeadLetters',
        query: { colour: 'red' },
        headers: { 'idempotency-key': 'k'.repeat(300) },
        body: { codes: [1] },
      })
      const places = checkProblem(answer, 'bad_request').errors ?? []
      expect(places.map(({ parameter, pointer }) => parameter ?? pointer)).toEqual([
        'colour',
        'Idempotency-Key',
        '/codes/0',
      ])
    })

    it('names the item of a JSON body by a pointer', async () => {
      const body = { ...envelope, items: [{ id: 'a' }, { id: 'b', colour: 'red' }] }
      const answer = await send(target(), { operationId: 'submitJob', body })
      expect(checkProblem(answer, 'invalid_item').errors?.[0]?.pointer).toBe('/items/1/colour')
    })

    it('names the channels there are', async () => {
      const answer = await send(target(), {
        operationId: 'submitJob',
        body: { ...envelope, channel: 'no-such', items: [] },
      })
      expect(checkProblem(answer, 'unknown_channel').channels).toContain('sandbox')
    })

    it('leaves no job when gzip is broken off', async () => {
      const source = randomUUID()
      const packed = gzipSync(ndjson([{ ...envelope, source }, ...items(1000)]))
      const headers = { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' }
      checkProblem(
        await post('/v1/jobs', new Uint8Array(packed.subarray(0, packed.length - 40)), headers),
        'bad_request',
      )
      expect(await jobsFrom(source)).toEqual([])
    })

    it.each([
      [
        '10,001 items as JSON',
        'too_many_items',
        'maxItemsPerJsonRequest',
        () => JSON.stringify({ ...envelope, items: items(10_001) }),
      ],
      [
        'more than 16 MiB of JSON',
        'body_too_large',
        'maxJsonBodyBytes',
        () => JSON.stringify({ ...envelope, items: items(20, 900_000) }),
      ],
    ] as const)('says which limit it passes: %s', async (_, code, limit, body) => {
      const problem = checkProblem(await post('/v1/jobs', body(), { 'content-type': 'application/json' }), code)
      expect(problem.limit).toEqual({ name: limit, value: (await limitsOf(target))[limit] })
    })

    it('says which limit a line passes', async () => {
      const problem = checkProblem(await postLines([envelope, ...items(2), ...items(1, 1_100_000)]), 'line_too_large')
      expect(problem.limit?.name).toMatch(/^max(Line|Item)Bytes$/)
      expect(problem.errors?.[0]?.line).toBe(4)
    })

    it('says which limit an item of a JSON body passes', async () => {
      const body = JSON.stringify({ ...envelope, items: items(1, 1_100_000) })
      const problem = checkProblem(
        await post('/v1/jobs', body, { 'content-type': 'application/json' }),
        'line_too_large',
      )
      expect(problem.limit?.name).toMatch(/^max(Line|Item)Bytes$/)
    })
  })

  describe('an invalid item with onInvalidItem of fail', () => {
    it('fails alone, keeps its index, and its line in the error', async () => {
      const line = '{"id": "sku-2", '
      const body = `${ndjson([{ ...envelope, onInvalidItem: 'fail' }, { id: 'sku-1' }])}${line}\n${ndjson([{ id: 'sku-3', key: 1 }, { id: 'sku-4' }])}`
      const { id } = json<Job>(await post('/v1/jobs', body, { 'content-type': 'application/x-ndjson' }))
      const job = await untilDone(target(), id)
      expect(job).toMatchObject({ outcome: 'partial', counts: { total: 4, succeeded: 2, failed: 2 } })

      const page = json<ItemPage>(await send(target(), { operationId: 'listItems', pathParams: { jobId: id } }))
      expect(page.items.map((item) => item.status)).toEqual(['succeeded', 'failed', 'failed', 'succeeded'])
      expect(page.items[1]).toMatchObject({
        id: '',
        attempts: 0,
        error: { code: 'invalid_item', origin: 'engine', text: line },
      })
      expect(page.items[2]).toMatchObject({
        id: 'sku-3',
        attempts: 0,
        error: { code: 'invalid_item', pointer: '/key' },
      })
    })
  })

  describe('a job in parts', () => {
    it('takes its items in parts, in both forms, and starts when it is sealed', async () => {
      const open = await submit(target(), { ...envelope, open: true })
      expect(open).toMatchObject({ status: 'open', done: false, nextIndex: 0, sealedAt: null })
      const path = `/v1/jobs/${open.id}/items?fromIndex=`
      const all = items(12)
      const first = await post(`${path}0`, ndjson(all.slice(0, 5)), { 'content-type': 'application/x-ndjson' })
      expect(json<AppendReceipt>(first)).toEqual({ nextIndex: 5, accepted: 5, deduplicated: 0 })
      const overlapping = await post(`${path}3`, JSON.stringify(all.slice(3)), { 'content-type': 'application/json' })
      expect(json<AppendReceipt>(overlapping)).toEqual({ nextIndex: 12, accepted: 7, deduplicated: 2 })

      const sealed = await send(target(), {
        operationId: 'sealJob',
        pathParams: { jobId: open.id },
        body: { itemCount: 12 },
      })
      checkAnswer(sealed)
      expect(json<Job>(sealed)).toMatchObject({ nextIndex: null, counts: { total: 12 } })
      const job = await untilDone(target(), open.id)
      expect(job).toMatchObject({ outcome: 'succeeded', counts: { total: 12, succeeded: 12 } })

      const results = await send(target(), { operationId: 'getResults', pathParams: { jobId: open.id } })
      expect(checkResultLines(results.text)).toMatchObject({ complete: true, count: 12, nextIndex: 12 })
      const again = await send(target(), {
        operationId: 'sealJob',
        pathParams: { jobId: open.id },
        body: { itemCount: 12 },
      })
      expect(again.status).toBe(202)
    })

    it('reports where to continue after a gap, and which item differs', async () => {
      const { id } = await submit(target(), { ...envelope, open: true })
      const append = (fromIndex: number, body: unknown) =>
        send(target(), {
          operationId: 'appendItems',
          pathParams: { jobId: id },
          query: { fromIndex: String(fromIndex) },
          body,
        })
      await append(0, items(4))
      expect(checkProblem(await append(7, items(1)), 'upload_gap').nextIndex).toBe(4)
      const other = [...items(2), { id: 'another' }, ...items(5).slice(3)]
      expect(checkProblem(await append(0, other), 'item_conflict').index).toBe(2)
      const job = json<Job>(await send(target(), { operationId: 'getJob', pathParams: { jobId: id } }))
      expect(job).toMatchObject({ nextIndex: 4, counts: { total: 4 } })
    })

    it('takes one part at a time', async () => {
      const { id } = await submit(target(), { ...envelope, open: true })
      const slow = slowBody(ndjson(items(2)))
      const url = new URL(`/v1/jobs/${id}/items?fromIndex=0`, target().baseUrl)
      const first = target().fetch(url, streamed(slow.body))
      await slow.started
      const second = await eventually(async () => {
        const answer = await post(url.pathname + url.search, ndjson(items(2)), {
          'content-type': 'application/x-ndjson',
        })
        return answer.status === 409 ? answer : null
      }).finally(slow.finish)
      checkProblem(second, 'append_in_progress')
      await (await first).text()
    })
  })

  it('keeps the data of an item as it was sent', async () => {
    const data = { price: 19.9, text: 'Grün \u{1F600} \u2028', deep: [[{ none: null }]], big: 1e300 }
    const { id } = await submit(target(), { ...envelope, items: [{ id: 'sku-1', data }] })
    const item = json<Item>(await send(target(), { operationId: 'getItem', pathParams: { jobId: id, index: '0' } }))
    expect(item.data).toEqual(data)
  })
}

async function limitsOf(target: UseTarget): Promise<Record<string, unknown>> {
  return json(await send(target(), { operationId: 'getLimits' }))
}

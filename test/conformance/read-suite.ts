import { randomUUID } from 'node:crypto'
import type {
  Item,
  ItemPage,
  Job,
  JobEvent,
  JobMap,
  JobPage,
  JobRetry,
  Receipt,
  ResultLine,
  Stats,
  UpdateEvent,
} from '@waybill/spec'
import { describe, expect, it } from 'vitest'
import { json, send, submit, untilDone } from './api.ts'
import { envelope, eventually } from './bodies.ts'
import { checkAnswer, checkResultLines, checkSchema, readEvents } from './check-answer.ts'
import type { RunningTarget, UseTarget } from './target.ts'
import { World } from './world.ts'

const LATER = '2099-01-01T00:00:00.000Z'

/** Every way of reading a job reports the same. */
export function describeReads(target: UseTarget): void {
  const endedJob = async () => json<Job>(await get('getJob', await new World(target()).fill('{{endedJobId}}')))
  const get = async (
    operationId: 'getJob' | 'listItems' | 'getResults' | 'getResultsCsv',
    jobId: string,
    query = {},
  ) => {
    const answer = await send(target(), { operationId, pathParams: { jobId }, query })
    expect(answer.status, answer.text).toBe(200)
    checkAnswer(answer)
    return answer
  }

  describe('a job', () => {
    it('reports its items, its error and its log', async () => {
      const job = await endedJob()
      expect(job).toMatchObject({ status: 'ended', done: true, outcome: 'partial', waiting: [], nextIndex: null })
      expect(job.counts).toEqual({
        total: 3,
        pending: 0,
        waiting: 0,
        running: 0,
        succeeded: 2,
        failed: 1,
        cancelled: 0,
      })
      const answer = await send(target(), { operationId: 'getItem', pathParams: { jobId: job.id, index: '1' } })
      const item = json<Item>(answer)
      expect(item).toMatchObject({
        status: 'failed',
        attempts: 1,
        error: { code: 'http_422', status: 422, retryable: false },
      })
      expect(item.data).toEqual({ price: -1, sandbox: { status: 422 } })
      expect(item.log).toMatchObject([{ attempt: 1, verdict: 'failed', code: 'http_422', status: 422, retryAt: null }])
    })

    it('has links that lead to what they name', async () => {
      const { links } = await endedJob()
      for (const path of [links.self, links.items, links.results, links.resultsCsv, links.channel]) {
        expect(path).toMatch(/^\/v1\//)
        expect((await target().fetch(new URL(path, target().baseUrl))).status, path).toBe(200)
      }
    })

    it('names what it waits for in the answer to its submission as in every later one', async () => {
      const dependsOn = [{ job: await new World(target()).fill('{{openJobId}}'), require: 'ended' as const }]
      const items = [{ id: 'sku-1' }, { id: 'sku-2' }]
      for (const [reason, waits] of Object.entries({ schedule: { runAt: LATER }, dependency: { dependsOn } })) {
        const submitted = await submit(target(), { ...envelope, ...waits, items })
        expect(submitted.waiting).toMatchObject([{ reason, items: 2 }])
        expect(json<Job>(await get('getJob', submitted.id)).waiting).toEqual(submitted.waiting)
      }
    })

    it('made progress when an item ended last, also without a call', async () => {
      const items = [{ id: '' }, { id: 'sku-2' }]
      const submitted = await submit(target(), { ...envelope, runAt: LATER, onInvalidItem: 'fail', items })
      const endOf = async (index: string): Promise<string | null> => {
        const pathParams = { jobId: submitted.id, index }
        return json<Item>(await send(target(), { operationId: 'getItem', pathParams })).endedAt
      }
      expect(submitted.counts.failed).toBe(1)
      expect(submitted.lastProgressAt).toBe(await endOf('0'))
      expect(json<Job>(await get('getJob', submitted.id)).lastProgressAt).toBe(submitted.lastProgressAt)
      await send(target(), { operationId: 'cancelJob', pathParams: { jobId: submitted.id } })
      const ended = await untilDone(target(), submitted.id)
      expect(ended).toMatchObject({ startedAt: null, lastProgressAt: await endOf('1') })
      expect(ended.lastProgressAt).not.toBeNull()
    })

    it('made no progress by calls that ended no item', async () => {
      const retry: JobRetry = { rules: [{ status: [422], then: 'park' }] }
      const items = [503, 422].map((status) => ({ id: randomUUID(), data: { sandbox: { status, delayMs: 0 } } }))
      const { id } = await submit(target(), { ...envelope, retry, items })
      const { startedAt, lastProgressAt } = await eventually(async () => {
        const job = json<Job>(await get('getJob', id))
        return job.counts.waiting === 2 ? job : null
      })
      expect(startedAt).not.toBeNull()
      expect(lastProgressAt).toBeNull()
      await send(target(), { operationId: 'cancelJob', pathParams: { jobId: id } })
    })

    it('keeps its counts in balance and its version growing while it runs', async () => {
      const items = Array.from({ length: 40 }, (_, n) => ({ id: `sku-${n}` }))
      const { id } = await submit(target(), { ...envelope, items })
      let last: Job | null = null
      do {
        const job: Job = json<Job>(await get('getJob', id))
        const { total, pending, waiting, running, succeeded, failed, cancelled } = job.counts
        expect(pending + waiting + running + succeeded + failed + cancelled).toBe(total)
        expect(job.version).toBeGreaterThanOrEqual(last?.version ?? 0)
        expect(succeeded).toBeGreaterThanOrEqual(last?.counts.succeeded ?? 0)
        if (job.version === last?.version) expect(job).toEqual(last)
        last = job
      } while (!last.done)
      expect(last.counts.succeeded).toBe(40)
    })

    it('that is cancelled keeps what it has: its items are reported as cancelled', async () => {
      const jobId = await new World(target()).fill('{{pendingJobId}}')
      checkAnswer(await send(target(), { operationId: 'cancelJob', pathParams: { jobId } }))
      const job = await untilDone(target(), jobId)
      expect(job).toMatchObject({ outcome: 'cancelled', counts: { total: 1, cancelled: 1 } })
      const results = await get('getResults', jobId)
      expect(checkResultLines(results.text)).toMatchObject({ complete: true, count: 1, nextIndex: 1 })
      expect((JSON.parse(results.text.split('\n')[0]!) as ResultLine).status).toBe('cancelled')
    })

    it('that is deleted is gone', async () => {
      const { id } = await endedJob()
      expect((await send(target(), { operationId: 'deleteJob', pathParams: { jobId: id } })).status).toBe(204)
      expect((await send(target(), { operationId: 'getJob', pathParams: { jobId: id } })).status).toBe(404)
      expect((await send(target(), { operationId: 'getResults', pathParams: { jobId: id } })).status).toBe(404)
    })
  })

  describe('Prefer of wait', () => {
    it('answers at once when the status is another one, and says that it was applied', async () => {
      const { id, version } = await endedJob()
      const answer = await send(target(), {
        operationId: 'getJob',
        pathParams: { jobId: id },
        query: { knownStatus: 'pending' },
        headers: { prefer: 'wait=20', 'if-none-match': `W/"${version}"` },
      })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('preference-applied')).toMatch(/^wait=\d+$/)
      expect(answer.headers.has('retry-after')).toBe(false)
    })

    it('that is not readable is ignored', async () => {
      const { id } = await endedJob()
      const headers = { prefer: 'respond-async; wait=soon' }
      const answer = await send(target(), { operationId: 'getJob', pathParams: { jobId: id }, headers })
      expect(answer.status).toBe(200)
      expect(answer.headers.has('preference-applied')).toBe(false)
    })
  })

  describe('pages', () => {
    it('of jobs are newest first, filtered, and join without gap or repeat', async () => {
      const source = randomUUID()
      const made: string[] = []
      for (let n = 0; n < 5; n++) made.unshift((await submit(target(), { ...envelope, source, items: [] })).id)
      const seen: string[] = []
      let pageToken: string | undefined
      do {
        const query = { source, pageSize: '2', ...(pageToken !== undefined && { pageToken }) }
        const answer = await send(target(), { operationId: 'listJobs', query })
        checkAnswer(answer)
        const page = json<JobPage>(answer)
        expect(page.jobs.length).toBeLessThanOrEqual(2)
        seen.push(...page.jobs.map((job) => job.id))
        pageToken = page.nextPageToken
      } while (pageToken !== undefined)
      expect(seen).toEqual(made)
    })

    it('of items join without gap or repeat, filtered by status', async () => {
      const items = Array.from({ length: 9 }, (_, n) => ({
        id: `sku-${n}`,
        data: n % 3 === 0 ? { sandbox: { status: 422 } } : {},
      }))
      const { id } = await submit(target(), { ...envelope, items })
      await untilDone(target(), id)
      const read = async (query: Record<string, string>) => {
        const seen: number[] = []
        let pageToken: string | undefined
        do {
          const page = json<ItemPage>(
            await get('listItems', id, { ...query, ...(pageToken !== undefined && { pageToken }) }),
          )
          seen.push(...page.items.map((item) => item.index))
          pageToken = page.nextPageToken
        } while (pageToken !== undefined)
        return seen
      }
      expect(await read({ pageSize: '4' })).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
      expect(await read({ pageSize: '2', status: 'failed' })).toEqual([0, 3, 6])
      expect(await read({ id: 'sku-5' })).toEqual([5])
    })

    it('of items have data and log only when asked', async () => {
      const { id } = await endedJob()
      const [plain] = json<ItemPage>(await get('listItems', id)).items
      expect(plain).not.toHaveProperty('data')
      expect(plain).not.toHaveProperty('log')
      const [full] = json<ItemPage>(await get('listItems', id, { include: ['data', 'log'] })).items
      expect(full).toMatchObject({ data: { price: 1990 }, log: [{ verdict: 'succeeded' }] })
    })
  })

  describe('results', () => {
    it('continue from an index, itself included', async () => {
      const { id } = await endedJob()
      const { text } = await get('getResults', id, { from: '1', status: ['succeeded', 'failed'] })
      expect(
        text
          .split('\n')
          .slice(0, 2)
          .map((line) => (JSON.parse(line) as ResultLine).index),
      ).toEqual([1, 2])
      expect(checkResultLines(text)).toMatchObject({ complete: true, count: 2, nextIndex: 3 })
    })

    it('as CSV are quoted, and guarded against formulas', async () => {
      const items = [{ id: '=1+1' }, { id: 'a "quoted", id' }, { id: 'sku-3', data: { sandbox: { status: 422 } } }]
      const { id } = await submit(target(), { ...envelope, items })
      await untilDone(target(), id)
      const { text } = await get('getResultsCsv', id)
      const [header, first, second, third, rest] = text.split('\r\n')
      expect(header).toBe(
        'index,id,partitionKey,action,status,attempts,startedAt,endedAt,errorCode,errorTitle,errorStatus,errorDetail,result',
      )
      expect(first).toMatch(/^0,'=1\+1,'=1\+1,update,succeeded,1,/)
      expect(second).toMatch(/^1,"a ""quoted"", id","a ""quoted"", id",update,succeeded,1,/)
      expect(third).toMatch(/^2,sku-3,sku-3,update,failed,1,.*,http_422,/)
      expect(rest).toBe('')
    })
  })

  describe('events', () => {
    it('begin with the job as it is, and end with the job that is done', async () => {
      const items = Array.from({ length: 30 }, (_, n) => ({ id: `sku-${n}` }))
      const { id } = await submit(target(), { ...envelope, items })
      const answer = await send(target(), { operationId: 'streamEvents', pathParams: { jobId: id } })
      checkAnswer(answer)
      const events = readEvents(answer.text) as JobEvent[]
      for (const event of events) checkSchema('JobEvent', event)
      expect(events.map((event) => event.event)).toEqual([...events.slice(1).map(() => 'job'), 'end'])
      expect(events.at(-1)!.data).toMatchObject({ done: true, counts: { succeeded: 30 } })
      const versions = events.map((event) => Number(event.id))
      expect(versions).toEqual(versions.toSorted((a, b) => a - b))
      expect(events.map((event) => String(event.data.version))).toEqual(events.map((event) => event.id))
    })

    it('of an ended job continue after the last one seen', async () => {
      const { id, version } = await endedJob()
      const after = (last: number) =>
        send(target(), {
          operationId: 'streamEvents',
          pathParams: { jobId: id },
          headers: { 'last-event-id': String(last) },
        })
      const answer = await after(version - 1)
      expect(readEvents(answer.text).at(-1)).toMatchObject({ event: 'end', id: String(version) })
      expect((await after(version)).status).toBe(204)
    })
  })

  it('updates begin with all channels, and report each job that changes, and the lists in which something did', async () => {
    const { response, leave } = await openUpdates(target())
    let text = ''
    const hook = { url: 'https://hooks.example/updates', state: 'disabled' }
    const made = await send(target(), { operationId: 'createWebhookEndpoint', body: hook })
    try {
      const items = [{ id: 'sku-1001', data: { sandbox: { status: 422 } } }]
      const { id } = await submit(target(), { ...envelope, items })
      const isSeen = () => {
        const seen = readEvents(text) as UpdateEvent[]
        const lists = seen.flatMap(({ event, data }) => (event === 'lists' ? data.lists : []))
        const isDone = ({ event, data }: UpdateEvent): boolean =>
          event === 'jobs' && data.jobs.some((job) => job.id === id && job.done)
        return seen.some(isDone) && lists.includes('dead_letters') && lists.includes('webhooks')
      }
      for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
        text += piece
        if (text.endsWith('\n\n') && isSeen()) break
      }
    } finally {
      leave()
      const { id: endpointId } = json<{ id: string }>(made)
      await send(target(), { operationId: 'deleteWebhookEndpoint', pathParams: { endpointId } })
    }
    const events = readEvents(text) as UpdateEvent[]
    for (const event of events) checkSchema('UpdateEvent', event)
    expect(events[0]).toMatchObject({ event: 'channels', data: { channels: expect.any(Array) as unknown } })
    const again = await openUpdates(target(), { 'last-event-id': 'none' })
    const { value } = await again.response.body!.pipeThrough(new TextDecoderStream()).getReader().read()
    expect(value).toMatch(/^(: open\n\n)?(event: resync\n|$)/)
    again.leave()
  })

  it('a map counts the items of a job where they are', async () => {
    const { id, counts } = await endedJob()
    const query = { buckets: '2' }
    const answer = await send(target(), { operationId: 'getJobMap', pathParams: { jobId: id }, query })
    checkAnswer(answer)
    expect(json<JobMap>(answer)).toMatchObject({
      ...{ jobId: id, total: counts.total, itemsPerBucket: 2 },
      counts: {
        ...{ pending: [0, 0], waiting: [0, 0], running: [0, 0], cancelled: [0, 0] },
        ...{ succeeded: [1, 1], failed: [1, 0] },
      },
    })
  })

  it('figures over time have a number for each step', async () => {
    const query = { windowSeconds: '3600', stepSeconds: '10' }
    const answer = await send(target(), { operationId: 'getStats', query })
    checkAnswer(answer)
    const { since, from, to, steps, channels } = json<Stats>(answer)
    expect(Date.parse(to) - Date.parse(from)).toBe(steps * 10_000)
    expect(Date.parse(from)).toBeGreaterThan(Date.parse(since) - 10_000)
    for (const { calls, ended } of channels)
      for (const list of [...Object.values(calls), ...Object.values(ended)]) expect(list).toHaveLength(steps)
  })

  it('a single item is reported as its job is', async () => {
    const item = { id: 'sku-1001', data: { sandbox: { status: 422 } } }
    const answer = await send(target(), {
      operationId: 'deliverItem',
      headers: { prefer: 'wait=10' },
      body: { ...envelope, item },
    })
    checkAnswer(answer)
    const receipt = json<Receipt>(answer)
    expect(receipt).toMatchObject({
      done: true,
      job: { outcome: 'failed' },
      item: { status: 'failed', error: { status: 422 } },
    })
    expect(answer.headers.get('location')).toBe(receipt.job.links.self)
    const { log: _, data: __, ...reported } = receipt.item
    expect(json<ItemPage>(await get('listItems', receipt.job.id)).items).toEqual([reported])
  })
}

/** Opens the stream of all jobs, which does not end. */
async function openUpdates(
  { fetch, baseUrl }: RunningTarget,
  headers: Record<string, string> = {},
): Promise<{ readonly response: Response; leave(): void }> {
  const leaving = new AbortController()
  const response = await fetch(new URL('/v1/events', baseUrl), { headers, signal: leaving.signal })
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  return { response, leave: () => leaving.abort() }
}

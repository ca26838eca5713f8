import { type Item, type Job, type JobPage, type Operation, operations, type ParkedItemPage } from '@waybill/spec'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type HostileWorld, JSON_BODY } from '../support/hostile-world.ts'
import { bearer, createToken, startTokenWorld, submitAs } from '../support/token-world.ts'

/*
 * A token that is bound to jobs, over every operation of the spec: it reads these jobs, and whatever it sends, it learns of no other job, execution or
 * caller.
 */

const secured = Object.values<Operation>(operations).filter(({ scopes }) => scopes !== null)
const ABSENT = `job_${'0'.repeat(32)}`
const EXECUTION = 'execution-of-others'
const KEY = 'key-of-others'
const items = [{ id: 'sku' }]

let world: HostileWorld
/** A token of the same subscription that may do everything, and one that is bound. */
let free: string
let bound: string
/** The jobs of the bound token, by what each could betray. */
const own: Record<string, Job> = {}
/** Texts that the bound token must not see. */
const secrets: string[] = [EXECUTION]
let other: Job
let otherEtag: string

async function post<T>(path: string, body?: unknown): Promise<T> {
  const init = { method: 'POST', headers: { ...JSON_BODY, ...bearer(free) } }
  const answer = await world.fetch(path, { ...init, ...(body !== undefined && { body: JSON.stringify(body) }) })
  if (!answer.ok) throw new Error(`Cannot post ${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

async function get<T>(path: string, token: string): Promise<T> {
  return (await (await world.fetch(path, { headers: bearer(token) })).json()) as T
}

async function untilDone(id: string): Promise<Job> {
  return vi.waitFor(async () => {
    const job = await get<Job>(`/v1/jobs/${id}`, free)
    expect(job.done).toBe(true)
    return job
  }, 60_000)
}

beforeAll(async () => {
  world = await startTokenWorld()
  const maker = await createToken(world, ['admin'], { subscription: 'a' })
  free = maker.token
  secrets.push(maker.id)
  const retry = { rules: [{ code: ['ask'], then: 'park' }] }
  other = await submitAs(world, free, { channel: 'still', items }, { 'idempotency-key': KEY })
  otherEtag = (await world.fetch(`/v1/jobs/${other.id}`, { headers: bearer(free) })).headers.get('etag')!
  own['behind'] = await submitAs(world, free, { channel: 'still', items })
  own['dependent'] = await submitAs(world, free, { items, executionId: EXECUTION, dependsOn: [{ job: other.id }] })
  const cancelled = await submitAs(world, free, { channel: 'still', items: [{ id: 'sku-2' }] })
  own['unmet'] = await submitAs(world, free, { items, dependsOn: [{ job: cancelled.id, require: 'succeeded' }] })
  await post(`/v1/jobs/${cancelled.id}/cancel`)
  own['failed'] = await submitAs(world, free, { items: [{ id: 'fails-1' }] })
  const failed = await submitAs(world, free, { items: [{ id: 'fails-2' }] })
  own['parked'] = await submitAs(world, free, { items: [{ id: 'parks-1' }], retry })
  await Promise.all([own['failed'].id, failed.id, cancelled.id].map(untilDone))
  const retried = await post<{ jobs: Job[] }>(`/v1/jobs/${own['failed'].id}/retry`, {})
  own['retrying'] = (await post<{ jobs: Job[] }>(`/v1/jobs/${failed.id}/retry`, {})).jobs[0]!
  const parked = async (): Promise<number> => (await get<ParkedItemPage>('/v1/parked', free)).parked.length
  await vi.waitFor(async () => expect(await parked()).toBe(1), 30_000)
  const item = { jobId: own['parked'].id, index: 0 }
  await post('/v1/parked/resolve', { items: [item], decision: 'replace', data: { price: 1 } })
  secrets.push(...[other, cancelled, failed, ...retried.jobs].map(({ id }) => id))
  const jobs = Object.values(own).map(({ id }) => id)
  const scopes = ['jobs:read', 'items:read'] as const
  const made = await createToken(world, scopes, { subscription: 'a', jobs })
  bound = made.token
  expect(made.jobs).toEqual(jobs)
}, 90_000)
afterAll(() => world.remove())

/** Asks for an operation with all headers that may name something of others. @returns status and text; of a stream its beginning */
async function ask(
  operation: Operation,
  jobId: string,
  {
    token = bound,
    query = '',
    headers = {},
  }: { token?: string; query?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; text: string; etag: string | null }> {
  const names: Record<string, string> = {
    jobId,
    index: '0',
    executionId: EXECUTION,
    channel: 'still',
    tokenId: `tok_${'0'.repeat(32)}`,
  }
  const path = operation.path.replace(/:(\w+)/g, (_, name: string) => names[name] ?? 'x')
  const answer = await world.fetch(`${path}${query}`, {
    method: operation.method,
    headers: { ...bearer(token), ...JSON_BODY, 'idempotency-key': KEY, prefer: 'wait=0', ...headers },
    ...(operation.requestBody !== null && { body: '{}' }),
  })
  const etag = answer.headers.get('etag')
  if (operation.operationId !== 'streamEvents' || !answer.ok || answer.body === null)
    return { status: answer.status, text: await answer.text(), etag }
  const reader = answer.body.getReader()
  const { value } = await reader.read()
  await reader.cancel()
  return { status: answer.status, text: new TextDecoder().decode(value), etag }
}

function seen(text: string): string[] {
  return secrets.filter((secret) => text.includes(secret))
}

describe('a token that is bound to jobs', () => {
  test('has operations to use, and each of their answers shows others to a token that is not', async () => {
    const usable = secured.filter(({ jobBound }) => jobBound).map(({ operationId }) => operationId)
    expect(usable).toEqual([
      ...['listJobs', 'getJob', 'listItems', 'getItem', 'getResults', 'getResultsCsv', 'streamEvents', 'getJobMap'],
      'getSelf',
    ])
    const inJobs = await ask(operations.listJobs, '', { token: free })
    expect(seen(inJobs.text).sort()).toEqual([...new Set(secrets)].filter((one) => !one.startsWith('tok_')).sort())
    const query = '?include=data,log'
    const shown = await Promise.all(
      Object.values(own).map(({ id }) => ask(operations.listItems, id, { token: free, query })),
    )
    expect(seen(shown.map(({ text }) => text).join()).length).toBeGreaterThanOrEqual(3)
  })

  test.each(secured.map((operation) => [operation.operationId, operation] as const))(
    '%s: other jobs are not there, and its own name no other',
    async (operationId, operation) => {
      const absent = await ask(operation, ABSENT)
      if (!operation.jobBound) {
        expect([absent.status, absent.text]).toEqual([403, expect.stringContaining('must not be bound to jobs')])
        for (const { id } of [other, ...Object.values(own)]) expect((await ask(operation, id)).status).toBe(403)
        return
      }
      const forged = { 'if-none-match': otherEtag, 'last-event-id': '9999999999999999', prefer: 'wait=1' }
      for (const headers of [{}, forged]) {
        const foreign = await ask(operation, other.id, { headers })
        if (operation.path.includes(':jobId')) {
          const shown = ({ status, text, etag }: typeof foreign) =>
            JSON.stringify([status, text.replace(/"requestId":"[^"]+"/, ''), etag])
              .replaceAll(other.id, 'ID')
              .replaceAll(ABSENT, 'ID')
          expect([foreign.status, shown(foreign)]).toEqual([404, shown(absent)])
        }
        for (const [name, { id }] of Object.entries(own)) {
          const { status, text } = await ask(operation, id, { headers: headers === forged ? {} : headers })
          expect([operationId, name, status]).toEqual([operationId, name, text.includes('job_not_ended') ? 409 : 200])
          expect([operationId, name, seen(text)]).toEqual([operationId, name, []])
        }
      }
    },
    30_000,
  )

  test('HEAD is no way around', async () => {
    const head = (id: string) => world.statusOf(`/v1/jobs/${id}`, { method: 'HEAD', headers: bearer(bound) })
    expect([await head(other.id), await head(own['behind']!.id)]).toEqual([404, 200])
    expect(await world.statusOf('/v1/executions', { method: 'HEAD', headers: bearer(bound) })).toBe(403)
  })

  test('lists only its jobs, by every filter, page by page, and no execution', async () => {
    const found: string[] = []
    for (let token: string | undefined; ;) {
      const page = await get<JobPage>(`/v1/jobs?pageSize=2${token === undefined ? '' : `&pageToken=${token}`}`, bound)
      found.push(...page.jobs.map(({ id }) => id))
      token = page.nextPageToken
      if (token === undefined) break
    }
    const ids = Object.values(own).map(({ id }) => id)
    expect(found.toSorted()).toEqual(ids.toSorted())
    const still = await get<JobPage>('/v1/jobs?channel=still', bound)
    expect(still.jobs.map(({ id }) => id)).toEqual([own['behind']!.id])
    expect((await get<JobPage>(`/v1/jobs?executionId=${EXECUTION}`, bound)).jobs).toEqual([])
  })

  test('shares no page token with another caller', async () => {
    for (const path of ['/v1/jobs?pageSize=1', `/v1/jobs/${own['behind']!.id}/items?pageSize=1`]) {
      const tokens = await Promise.all(
        [free, bound].map(async (token) => (await get<JobPage>(path, token)).nextPageToken),
      )
      for (const [n, token] of [bound, free].entries()) {
        if (tokens[n] === undefined) continue
        const answer = await world.fetch(`${path}&pageToken=${tokens[n]}`, { headers: bearer(token) })
        expect([answer.status, seen(await answer.text())]).toEqual([400, []])
      }
    }
  })

  test('has null or nothing where its jobs name others', async () => {
    const job = async (name: string): Promise<Job> => get<Job>(`/v1/jobs/${own[name]!.id}`, bound)
    expect(await job('dependent')).toMatchObject({
      executionId: null,
      dependsOn: [],
      waiting: [{ reason: 'dependency' }],
    })
    expect((await job('unmet')).error).toMatchObject({ code: 'dependency_unmet' })
    expect((await job('retrying')).retryOf).toBeNull()
    const item = async (name: string): Promise<Item> => get<Item>(`/v1/jobs/${own[name]!.id}/items/0`, bound)
    expect((await item('failed')).retriedAs).toBeNull()
    expect((await item('behind')).waiting).toMatchObject({ behind: null })
    expect((await item('parked')).log![0]!.replaced).toMatchObject({ by: 'hidden' })
  })

  test('says so to its holder, and in the list of tokens', async () => {
    const jobs = Object.values(own).map(({ id }) => id)
    expect(await get('/v1/self', bound)).toMatchObject({ jobs, scopes: ['jobs:read', 'items:read'] })
    expect((await get<{ tokens: object[] }>('/v1/tokens', free)).tokens).toContainEqual(
      expect.objectContaining({ jobs }),
    )
  })

  test('is refused with scopes that it could not use, and for jobs of another subscription', async () => {
    const create = async (body: object): Promise<unknown> => {
      const answer = await world.post('/v1/tokens', JSON.stringify({ name: 'x', ...body }), {
        ...JSON_BODY,
        ...bearer(free),
      })
      return [answer.status, await answer.json()]
    }
    const jobs = [other.id]
    const scopes = ['jobs:read', 'jobs:write', 'admin', 'tokens:write']
    expect(await create({ scopes, jobs })).toMatchObject([
      400,
      { errors: [{ pointer: '/scopes/1' }, { pointer: '/scopes/2' }, { pointer: '/scopes/3' }] },
    ])
    const foreign = await submitAs(world, (await createToken(world, ['admin'])).token, { channel: 'still', items })
    for (const id of [foreign.id, ABSENT])
      expect(await create({ scopes: ['jobs:read'], jobs: [other.id, id] })).toMatchObject([
        400,
        { errors: [{ pointer: '/jobs/1' }] },
      ])
    expect(await create({ scopes: ['jobs:read'], jobs: [] })).toMatchObject([400, {}])
  })
})

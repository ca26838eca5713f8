import type { Job } from '@waybill/spec'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ENVELOPE, envelopeLine, HostileWorld, itemLines, JSON_BODY, NDJSON } from '../support/hostile-world.ts'

/*
 * JSON bodies that mean two things at once, and bodies with more faults than a report can hold.
 */

let world: HostileWorld
let endedJob: string
let openJob: string
beforeAll(async () => {
  world = await HostileWorld.start()
  const accepted = await world.post('/v1/jobs', envelopeLine() + itemLines(10), NDJSON)
  endedJob = ((await accepted.json()) as Job).id
  const open = await world.post('/v1/jobs', JSON.stringify({ ...ENVELOPE, open: true }), JSON_BODY)
  openJob = ((await open.json()) as Job).id
  await world.untilDone(endedJob)
})
afterAll(() => world.remove())

describe('a field that is there twice, in any spelling', () => {
  const twice: readonly (readonly [string, string, string, string])[] = [
    [
      'POST',
      '/v1/jobs',
      '{"channel":"shop","objectType":"a","action":"update","metadata":{"a":"1","\\u0061":"2"},"items":[]}',
      '/metadata/a',
    ],
    [
      'POST',
      '/v1/jobs',
      '{"channel":"shop","objectType":"a","action":"update","retry":{"maxAttempts":1,"maxAttempts":2},"items":[]}',
      '/retry/maxAttempts',
    ],
    [
      'POST',
      '/v1/jobs',
      '{"channel":"shop","objectType":"a","action":"update","retry":{"rules":[{"status":[500],"then":"fail","then":"retry"}]},"items":[]}',
      '/retry/rules/0/then',
    ],
    [
      'POST',
      '/v1/items',
      '{"channel":"shop","objectType":"a","action":"update","metadata":{"a":"1","a":"2"},"item":{"id":"a"}}',
      '/metadata/a',
    ],
    [
      'POST',
      '/v1/executions',
      '{"stages":[{"name":"one","jobs":[{"channel":"shop","objectType":"a","action":"update","metadata":{"a":"1","a":"2"},"items":[]}]}]}',
      '/stages/0/jobs/0/metadata/a',
    ],
    [
      'PUT',
      '/v1/channels/new',
      '{"connector":{"type":"http","url":"https://a.example","url":"https://b.example"}}',
      '/connector/url',
    ],
    [
      'PUT',
      '/v1/channels/new',
      '{"connector":{"type":"http","url":"https://a.example","headers":{"x~/y":"1","x~/y":"2"}}}',
      '/connector/headers/x~0~1y',
    ],
    ['POST', '/v1/jobs/{open}/seal', '{"itemCount":0,"item\\u0043ount":5}', '/itemCount'],
    ['POST', '/v1/jobs/{job}/retry', '{"status":["failed"],"status":["cancelled"]}', '/status'],
    [
      'POST',
      '/v1/parked/resolve',
      `{"decision":"skip","items":[{"jobId":"job_${'0'.repeat(32)}","index":0,"index":1}]}`,
      '/items/0/index',
    ],
    ['POST', '/v1/dead-letters/retry', '{"channels":["shop"],"__proto__":1,"__proto__":2}', '/__proto__'],
  ]
  test.each(twice)('%s %s with %s is refused', async (method, path, body, pointer) => {
    const { problem } = await world.refused(path.replace('{job}', endedJob).replace('{open}', openJob), {
      method,
      headers: JSON_BODY,
      body,
    })
    expect(problem).toMatchObject({ status: 400, code: 'bad_request', errors: [{ pointer }] })
    expect(problem.detail).toContain('is there twice')
  })
})

describe('bodies with more faults than anybody reads', () => {
  const many = (count: number, one: unknown): unknown[] => new Array<unknown>(count).fill(one)
  const unknown = Object.fromEntries(Array.from({ length: 4000 }, (_, n) => [`field-${n}`, 0]))
  const submission = { ...ENVELOPE, items: [] }
  const cases: readonly (readonly [string, string, unknown, string, number])[] = [
    ['/v1/jobs', '16,000 rules', { ...submission, retry: { rules: many(16_000, {}) } }, '/retry/rules', 1],
    ['/v1/jobs', '8,000 dependencies', { ...submission, dependsOn: many(8000, {}) }, '/dependsOn', 1],
    ['/v1/jobs', '4,000 unknown fields', { ...submission, ...unknown }, '/field-0', 100],
    [
      '/v1/jobs',
      '64 rules of 64 faults',
      { ...submission, retry: { rules: many(64, { status: many(64, 1), then: 'fail' }) } },
      '/retry/rules/0/status/0',
      100,
    ],
    ['/v1/jobs', 'a name of 60 KB', { ...submission, ['x'.repeat(60_000)]: 1 }, `/${'x'.repeat(64)}…`, 1],
    ['/v1/items', '8,000 dependencies', { ...ENVELOPE, item: { id: 'a' }, dependsOn: many(8000, {}) }, '/dependsOn', 1],
    ['/v1/parked/resolve', '20,000 numbers', { decision: 'skip', items: many(20_000, 1) }, '/items', 1],
    ['/v1/parked/resolve', '500 numbers', { decision: 'skip', items: many(500, 1) }, '/items/0', 100],
    ['/v1/dead-letters/retry', '10,000 codes', { codes: many(10_000, 'a') }, '/codes', 1],
    ['/v1/jobs/{job}/retry', '10,000 statuses', { status: many(5000, 'failed') }, '/status', 1],
    ['/v1/jobs/{open}/seal', '4,000 unknown fields', { itemCount: 0, ...unknown }, '/field-0', 100],
    [
      '/v1/executions',
      '100 stages of 100 faults',
      { stages: Array.from({ length: 100 }, (_, n) => ({ name: `${n}`, jobs: many(100, {}) })) },
      '/stages/0/jobs/0/channel',
      100,
    ],
  ]
  test.each(cases)('%s with %s is refused in a few words', async (path, _, body, pointer, places) => {
    const { status, problem } = await world.refused(path.replace('{job}', endedJob).replace('{open}', openJob), {
      method: 'POST',
      headers: JSON_BODY,
      body: JSON.stringify(body),
    })
    expect({ status, errorCount: problem.errorCount, first: problem.errors?.[0]?.pointer }).toEqual({
      status: 400,
      errorCount: places,
      first: pointer,
    })
    expect(problem.errors).toHaveLength(places)
    expect(problem.detail.includes('checking ended after 100 faults')).toBe(places === 100)
    expect(JSON.stringify(problem).length).toBeLessThan(16 * 1024)
  })

  test('a query of 1,000 unknown parameters likewise', async () => {
    const query = Array.from({ length: 1000 }, (_, n) => `a${n}=1`).join('&')
    const { problem } = await world.refused(`/v1/jobs?${query}`, {})
    expect(problem).toMatchObject({ status: 400, code: 'unknown_field', errorCount: 100 })
  })
})

test('the server is well, its log is clean, and nothing but the good jobs is there', async () => {
  const jobs = await world.jobs()
  expect(jobs.map(({ id }) => id)).toEqual([openJob, endedJob])
  expect(await world.deliverSomething()).toEqual([])
  expect(await world.server.stop()).toBe(0)
  expect(world.logFaults()).toEqual([])
})

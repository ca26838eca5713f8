import { readFileSync } from 'node:fs'
import {
  operations,
  problemCodes,
  type Channel,
  type ChannelPage,
  type Item,
  type ItemPage,
  type Job,
  type JobPage,
  type Limits,
  type Operation,
  type OperationId,
  type Problem,
  type ServerPage,
} from '@waybill/spec'
import { describe, expect, it } from 'vitest'
import { type Answer, json, readAnswer, send, submit } from './api.ts'
import { eventually } from './bodies.ts'
import { checkAnswer, checkProblem } from './check-answer.ts'
import { limitFaults } from './limit-bounds.ts'
import type { UseTarget } from './target.ts'
import { freshChannelName, World } from './world.ts'

const connector = { type: 'http', url: 'https://shop.example/deliver' } as const
const secured = Object.values(operations).filter((operation) => operation.scopes !== null)

/** Behaviour of the server as a whole, and of channels. */
export function describeServer(target: UseTarget): void {
  /** Asks for the operation with parameters that have the right form and name nothing. */
  const ask = async (operation: Operation, options: { headers?: Record<string, string>; search?: string } = {}) => {
    const path = operation.path
      .replace(':jobId', 'job_00000000000070008000000000000000')
      .replace(':index', '0')
      .replace(':channel', 'no-such-channel')
      .replace(':subscription', 'acme')
      .replace(':tokenId', 'tok_00000000000070008000000000000000')
      .replace(':endpointId', 'whe_00000000000070008000000000000000')
    const search = operation.operationId === 'appendItems' ? '?fromIndex=0' : ''
    const url = new URL(path + (options.search ?? search), target().baseUrl)
    const response = await target().fetch(url, { method: operation.method, headers: options.headers ?? {} })
    return readAnswer(operation.operationId, response)
  }
  const channel = (operationId: OperationId, name: string, body?: unknown) =>
    send(target(), { operationId, pathParams: { channel: name }, ...(body !== undefined && { body }) })

  describe('every operation', () => {
    it.each(secured.map((operation) => [operation.operationId, operation] as const))(
      '%s refuses a token that is not valid',
      async (_, operation) => {
        const answer = await ask(operation, { headers: { authorization: 'Bearer not-a-token' } })
        checkAnswer(answer)
        checkProblem(answer, 'unauthenticated')
      },
    )

    it.each(Object.values(operations).map((operation) => [operation.operationId, operation] as const))(
      '%s refuses a page of another host',
      async (_, operation) => {
        const answer = await ask(operation, { headers: { origin: 'https://evil.example' } })
        checkAnswer(answer)
        checkProblem(answer, 'forbidden')
      },
    )

    it.each(secured.map((operation) => [operation.operationId, operation] as const))(
      '%s refuses a query parameter that it does not have',
      async (_, operation) => {
        const required: Readonly<Record<string, string>> = { appendItems: 'fromIndex=0&', search: 'q=sku-1001&' }
        const search = `?${required[operation.operationId] ?? ''}colour=red`
        const answer = await ask(operation, { search })
        checkAnswer(answer)
        expect(checkProblem(answer, 'unknown_field').errors?.[0]?.parameter).toBe('colour')
      },
    )
  })

  it.each([
    ['GET', '/v1/nothing', null],
    ['GET', '/', null],
    ['PATCH', '/v1/jobs', 'GET, POST'],
    ['DELETE', '/v1/limits', 'GET'],
  ] as const)('%s %s is no operation', async (method, path, allowed) => {
    const response = await target().fetch(new URL(path, target().baseUrl), { method })
    const answer = await readAnswer('listJobs', response)
    checkProblem(answer, allowed === null ? 'not_found' : 'method_not_allowed')
    const allow = response.headers.get('allow')?.split(', ').sort()
    // The mocks answer no HEAD.
    expect(allow?.filter((one) => one !== 'HEAD')).toEqual(allowed?.split(', ').sort())
  })

  it('answers with the document that the spec is', async () => {
    const document = json(await send(target(), { operationId: 'getOpenapi' }))
    const file = new URL('../../spec/generated/openapi.json', import.meta.url)
    expect(document).toEqual(JSON.parse(readFileSync(file, 'utf8')))
  })

  it('explains every problem code', async () => {
    const { text } = await send(target(), { operationId: 'getErrorDocs' })
    expect(Object.keys(problemCodes).filter((code) => !text.includes(`id="${code}"`))).toEqual([])
  })

  it('reports limits that equal the bounds of the schemas', async () => {
    const limits = json<Limits>(await send(target(), { operationId: 'getLimits' }))
    const file = new URL('../../spec/generated/openapi.json', import.meta.url)
    expect(limitFaults(limits, JSON.parse(readFileSync(file, 'utf8')) as object)).toEqual([])
  })

  it('lists itself as the active server, where no other one has its store', async () => {
    const answer = await send(target(), { operationId: 'listServers' })
    checkAnswer(answer)
    const { servers } = json<ServerPage>(answer)
    expect(servers).toEqual([
      expect.objectContaining({
        role: 'active',
        draining: false,
        configMatches: true,
        epoch: expect.any(Number) as number,
        order: { checks: expect.any(Number) as number, violations: 0 },
      }),
    ])
    expect(servers[0]!.takeover).toMatchObject({ kind: 'none', at: servers[0]!.startedAt, quietUntil: null })
    expect(servers[0]!.name).not.toBe('')
  })

  it('counts what there is in its metrics, as Prometheus and as OpenMetrics', async () => {
    const name = freshChannelName()
    await channel('putChannel', name, { connector })
    await channel('pauseChannel', name)
    await submit(target(), {
      ...{ channel: name, objectType: 'product', action: 'update' },
      items: [{ id: 'sku-1' }, { id: 'sku-2' }],
    })
    const line = `waybill_items{channel="${name}",status="pending"} 2`
    const metrics = (accept: string) => send(target(), { operationId: 'getMetrics', headers: { accept } })
    const text = await eventually(async () => {
      const answer = await metrics('text/plain')
      checkAnswer(answer)
      return answer.text.includes(line) ? answer.text : null
    })
    expect(text).toContain('# TYPE waybill_jobs gauge\n')
    expect(text).not.toContain('# EOF')
    const open = await metrics('application/openmetrics-text; version=1.0.0')
    checkAnswer(open)
    expect(open.mediaType).toBe('application/openmetrics-text')
    expect(open.text).toMatch(/\n# EOF\n$/)
  })

  describe('a channel', () => {
    it('is reported as it was set, with its defaults, and its secrets left out', async () => {
      const name = freshChannelName()
      const made = await channel('putChannel', name, { connector: { ...connector, headers: { 'x-key': 'secret-1' } } })
      expect(made.status).toBe(201)
      expect(made.text).not.toContain('secret-1')
      const limits = json<Limits>(await send(target(), { operationId: 'getLimits' }))
      const { burst: _, batchSize, timeoutMs, ...defaults } = limits.channelDefaults
      expect(json<Channel>(made)).toMatchObject({
        name,
        origin: 'api',
        connector: { ...connector, headers: { 'x-key': '***' }, batchSize, timeoutMs, allowPrivateAddresses: false },
        rateLimit: null,
        ...defaults,
      })
      const list = json<ChannelPage>(await send(target(), { operationId: 'listChannels' }))
      expect(list.channels.map((each) => each.name)).toEqual(list.channels.map((each) => each.name).toSorted())
      const { state, ...alone } = json<Channel>(await channel('getChannel', name))
      const { callDurations, ...listed } = state
      expect(list.channels.find((each) => each.name === name)).toEqual({ ...alone, state: listed })
      expect(callDurations).toBeNull()
      await channel('deleteChannel', name)
      expect((await channel('getChannel', name)).status).toBe(404)
    })

    it('says of each item that its rate limit holds when its own turn is expected, in lists as alone', async () => {
      const name = freshChannelName()
      const hourMs = 3_600_000
      await channel('putChannel', name, { connector, rateLimit: { limit: 1, periodMs: hourMs } })
      const job = await submit(target(), {
        ...{ channel: name, objectType: 'product', action: 'update' },
        items: Array.from({ length: 4 }, (_, n) => ({ id: `sku-${n}` })),
      })
      const limited = await eventually(async () => {
        const answer = await send(target(), { operationId: 'listItems', pathParams: { jobId: job.id } })
        checkAnswer(answer)
        const items = json<ItemPage>(answer).items.slice(1)
        return items.every(({ waiting }) => waiting?.reason === 'rate_limit') ? items : null
      })
      expect(limited.map(({ waiting }) => waiting?.position)).toEqual([0, 1, 2])
      const hours = (item: Item) => Math.round((Date.parse(item.waiting!.until!) - Date.now()) / (hourMs / 10)) / 10
      expect(limited.map(hours)).toEqual([1, 2, 3])
      const pathParams = { jobId: job.id, index: '3' }
      const alone = json<Item>(await send(target(), { operationId: 'getItem', pathParams }))
      expect([alone.waiting?.position, hours(alone)]).toEqual([2, 3])
      await send(target(), { operationId: 'cancelJob', pathParams: { jobId: job.id } })
    })

    it('whose rate limit is too slow puts the deadlines of its jobs at risk, which a list of jobs finds', async () => {
      const name = freshChannelName()
      await channel('putChannel', name, { connector, rateLimit: { limit: 1, periodMs: 3_600_000 } })
      const body = { channel: name, objectType: 'product', action: 'update' } as const
      const items = Array.from({ length: 4 }, (_, n) => ({ id: `sku-${n}` }))
      const deadlineAt = (inMs: number) => new Date(Date.now() + inMs).toISOString()
      const late = await submit(target(), { ...body, items, deadlineAt: deadlineAt(7_200_000) })
      const others = [
        await submit(target(), { ...body, items, deadlineAt: deadlineAt(864_000_000) }),
        await submit(target(), { ...body, items }),
      ]
      const query = { channel: name, deadlineAtRisk: 'true' }
      const ids = await eventually(async () => {
        const answer = await send(target(), { operationId: 'listJobs', query })
        checkAnswer(answer)
        const { jobs } = json<JobPage>(answer)
        return jobs.length > 0 ? jobs.map(({ id }) => id) : null
      })
      expect(ids).toEqual([late.id])
      for (const { id } of [late, ...others])
        await send(target(), { operationId: 'cancelJob', pathParams: { jobId: id } })
    })

    it('keeps masked values while its origin stays, and lets none follow it elsewhere', async () => {
      const name = freshChannelName()
      const put = (url: string, headers: object) =>
        channel('putChannel', name, { connector: { type: 'http', url, headers } })
      const made = await put('https://shop.example/deliver/T0/SECRET-4?key=secret-1&key=secret-2', {
        'x-key': 'secret-3',
      })
      expect(made.text.toLowerCase()).not.toContain('secret-')
      const url = 'https://shop.example/deliver/***/***?key=***&key=***'
      expect(json<Channel>(made).connector).toMatchObject({ url, headers: { 'x-key': '***' } })
      const kept = await put(url, { 'x-key': '***' })
      checkAnswer(kept)
      expect([kept.status, json<Channel>(kept).connector.url]).toEqual([200, url])

      const elsewhere = 'https://evil.example/deliver'
      const pointers = async (answer: Promise<Answer>) => {
        const refused = await answer
        checkProblem(refused, 'bad_request')
        return json<Problem>(refused).errors?.map(({ pointer }) => pointer)
      }
      expect(await pointers(put(elsewhere, { 'x-key': '***' }))).toEqual(['/connector/headers/x-key'])
      expect(await pointers(put(`${elsewhere}?key=***`, {}))).toEqual(['/connector/url'])
      expect(await pointers(put('https://shop.example/deliver/***', {}))).toEqual(['/connector/url'])
      expect(await pointers(put(`${elsewhere}/***/***`, {}))).toEqual(['/connector/url'])
      expect(await pointers(put('http://shop.example/', { 'x-key': '***' }))).toEqual(['/connector/headers/x-key'])
      expect(await pointers(put(url, { 'x-other': '***' }))).toEqual(['/connector/headers/x-other'])
      expect(json<Channel>(await channel('getChannel', name)).connector.url).toBe(url)
      expect((await put(elsewhere, { 'x-key': 'new' })).status).toBe(200)
      await channel('deleteChannel', name)
    })

    it.each([
      ['host', 'x'],
      ['Transfer-Encoding', 'chunked'],
      ['waybill-epoch', '9'],
      ['x-a', 'a\r\nb: c'],
      ['x-a', 'pri\u010de'],
    ])('cannot have a header that no call can send: %s %j', async (header, value) => {
      const headers = { [header]: value }
      const answer = await channel('putChannel', freshChannelName(), { connector: { ...connector, headers } })
      checkProblem(answer, 'bad_request')
      expect(json<Problem>(answer).errors).toMatchObject([{ pointer: `/connector/headers/${header}` }])
    })

    it('stays paused when it is replaced, and can be resumed again and again', async () => {
      const name = freshChannelName()
      const paused = async () => json<Channel>(await channel('getChannel', name)).state.paused
      await channel('putChannel', name, { connector })
      await channel('pauseChannel', name)
      await channel('pauseChannel', name)
      expect((await channel('putChannel', name, { connector, concurrency: 2 })).status).toBe(200)
      expect(await paused()).toBe(true)
      await channel('resumeChannel', name)
      await channel('resumeChannel', name)
      expect(await paused()).toBe(false)
      await channel('deleteChannel', name)
    })

    it('says how long its calls took, to callers who may see those of all subscriptions', async () => {
      const job = await submit(target(), {
        ...{ channel: 'sandbox', objectType: 'product', action: 'update' },
        items: [{ id: freshChannelName(), data: { sandbox: { delayMs: 30 } } }],
      })
      await eventually(async () =>
        json<Job>(await send(target(), { operationId: 'getJob', pathParams: { jobId: job.id } })).done ? true : null,
      )
      const { callDurations } = json<Channel>(await channel('getChannel', 'sandbox')).state
      expect(callDurations!.calls).toBeGreaterThan(0)
      expect(callDurations!.p99Ms).toBeGreaterThanOrEqual(callDurations!.p50Ms)
    })

    it('that is paused says so, and of how many items', async () => {
      const name = await new World(target()).fill('{{pausedChannel}}')
      const { state } = json<Channel>(await channel('getChannel', name))
      expect(state).toMatchObject({ paused: true, runningCalls: 0, counts: { pending: 1, waiting: 0, running: 0 } })
      expect(state.waiting).toEqual([{ reason: 'paused', items: 1, until: null }])
    })
  })
}

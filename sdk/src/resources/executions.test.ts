import type { Execution } from '@waybill/spec'
import { describe, expect, it } from 'vitest'
import { createClientIn } from '../create-client.ts'
import { isExecutionTimeoutError, isWaybillError } from '../errors.ts'
import {
  answer,
  breakConnection,
  createFakeServer,
  type Handler,
  inTurn,
  jobAs,
  refuse,
} from '../testing/fake-server.ts'
import { createFakeTiming } from '../testing/fake-timing.ts'

const input = {
  id: 'nightly 1',
  stages: [
    { name: 'brands', jobs: [{ channel: 'a', objectType: 'brand', action: 'update', items: [{ id: 'acme' }] }] },
  ],
} as const

function executionAs(status: Execution['status']): Execution {
  const done = status === 'ended'
  const { subscription, counts, progress, createdAt } = jobAs({ status })
  const links = { self: 'https://elsewhere.test/v1/executions/nightly', jobs: '', cancel: '', pause: '', resume: '' }
  const outcome = done ? 'succeeded' : null
  return { id: 'nightly 1', subscription, status, done, outcome, counts, progress, stages: [], createdAt, links }
}

function setUp(handler: Handler) {
  const server = createFakeServer(handler)
  const timing = createFakeTiming()
  const waybill = createClientIn(timing, { baseUrl: 'https://waybill.test', fetch: server.fetch })
  return { executions: waybill.executions, requests: server.requests, timing }
}

describe('executions', () => {
  it('are created once though the answer gets lost, and got by their id', async () => {
    const running = executionAs('running')
    const { executions, requests } = setUp(inTurn(breakConnection, answer(202, running), answer(200, running)))
    expect(await executions.create(input)).toEqual(running)
    expect(await executions.get('nightly 1')).toEqual(running)
    expect(requests.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
      'POST /v1/executions',
      'POST /v1/executions',
      'GET /v1/executions/nightly%201',
    ])
    expect(JSON.parse(requests[0]!.body)).toEqual(input)
    const keys = requests.slice(0, 2).map(({ headers }) => headers.get('Idempotency-Key'))
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
    expect(keys[1]).toBe(keys[0])
  })

  it('that were refused leave the key with the error', async () => {
    const { executions } = setUp(inTurn(refuse(409, 'execution_exists')))
    const error = await executions.create({ stages: [] }, { idempotencyKey: 'mine' }).catch((error: unknown) => error)
    expect(error).toMatchObject({ name: 'ConflictError', code: 'execution_exists' })
    expect(isWaybillError(error) && error.idempotencyKey).toBe('mine')
  })

  it.each(['', '.', '..'])('refuse the id %j, which would be another path', async (id) => {
    const { executions, requests } = setUp(inTurn(answer(200, executionAs('ended'))))
    await expect(executions.get(id)).rejects.toThrow(TypeError)
    await expect(executions.wait(id)).rejects.toThrow(TypeError)
    expect(requests).toHaveLength(0)
  })
})

describe('executions.wait', () => {
  it('polls until all jobs are done, over failures that pass, and reports every answer', async () => {
    const { executions, requests, timing } = setUp(
      inTurn(
        answer(200, executionAs('running')),
        breakConnection,
        refuse(503, 'overloaded', { 'Retry-After': '7' }),
        answer(200, executionAs('running'), { 'Retry-After': '20' }),
        answer(200, executionAs('ended')),
      ),
    )
    const seen: string[] = []
    const ended = await executions.wait('nightly', { onProgress: ({ status }) => seen.push(status) })
    expect(ended.done).toBe(true)
    expect(seen).toEqual(['running', 'running', 'ended'])
    expect(requests).toHaveLength(5)
    expect(timing.sleeps).toEqual([500, 500, 7_000, 20_000])
    expect(timing.openDeadlines).toBe(0)
  })

  it('ends at once when it is refused permanently, and after the allowed number of failures', async () => {
    const missing = setUp(inTurn(refuse(404, 'execution_not_found')))
    await expect(missing.executions.wait('nightly')).rejects.toMatchObject({ name: 'NotFoundError' })
    expect(missing.requests).toHaveLength(1)
    const broken = setUp(breakConnection)
    const failing = broken.executions.wait('nightly', { maxConsecutiveErrors: 3 })
    await expect(failing).rejects.toMatchObject({ name: 'ConnectionError' })
    expect(broken.requests).toHaveLength(3)
  })

  it('ends when its time is up, with what was seen last', async () => {
    const { executions, timing } = setUp(inTurn(answer(200, executionAs('paused'))))
    const error = await executions.wait('nightly', { timeoutMs: 5_000 }).catch((error: unknown) => error)
    if (!isExecutionTimeoutError(error)) throw error
    expect(error.message).toBe(
      'Cannot wait longer for execution nightly as it must be done within 5000 ms: its status is paused',
    )
    expect([error.executionId, error.execution?.status]).toEqual(['nightly', 'paused'])
    expect(timing.openDeadlines).toBe(0)
  })

  it('ends with the reason of its signal, and with what onProgress throws', async () => {
    const { executions, requests } = setUp(inTurn(answer(200, executionAs('running'))))
    const controller = new AbortController()
    const reason = new Error('enough')
    const waiting = executions.wait('nightly', {
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    })
    await expect(waiting).rejects.toBe(reason)
    const thrown = new Error('mine')
    const throwing = executions.wait('nightly', {
      onProgress: () => {
        throw thrown
      },
    })
    await expect(throwing).rejects.toBe(thrown)
    expect(requests).toHaveLength(2)
  })
})

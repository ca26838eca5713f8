import { type Operation, operations, type Problem, type Scope, scopes } from '@waybill/spec'
import type {
  Channel,
  CreatedWebhookEndpoint,
  DeadLetterPage,
  Execution,
  Job,
  JobActionReceipt,
  ParkedItemPage,
  ServerPage,
  WebhookDeliveryPage,
} from '@waybill/spec'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { firstEvents } from '../support/first-events.ts'
import { operationPath } from '../support/operation-path.ts'
import { ENVELOPE, type HostileWorld, JSON_BODY } from '../support/hostile-world.ts'
import { bearer, createToken, startTokenWorld, submitAs } from '../support/token-world.ts'

/*
 * The permissions of a token: of each operation of the spec, with real tokens. By scope: exactly those that the spec names. By subscription (SEC-1):
 * whatever belongs to another one is answered as if it were not there.
 */

const all: readonly Operation[] = Object.values(operations)
const secured = all.filter((operation) => operation.scopes !== null)

let world: HostileWorld
/** Texts of tokens by their scopes. */
const tokens = new Map<string, string>()

beforeAll(async () => {
  world = await startTokenWorld()
})
afterAll(() => world.remove())

/** A token of subscription `scoped` with exactly these scopes. */
async function tokenWith(wanted: readonly Scope[]): Promise<string> {
  const name = wanted.join()
  const made = tokens.get(name) ?? (await createToken(world, wanted, { subscription: 'scoped' })).token
  tokens.set(name, made)
  return made
}

/** Asks for an operation, with a body where it takes one. */
function ask(operation: Operation, token: string, options: { ids?: Record<string, string>; body?: unknown } = {}) {
  const { ids, body = {} } = options
  const init = { method: operation.method, headers: { ...bearer(token), ...JSON_BODY, prefer: 'wait=0' } }
  return world.fetch(operationPath(operation, ids), {
    ...init,
    ...(operation.requestBody !== null && { body: JSON.stringify(body) }),
  })
}

describe('scopes', () => {
  test.each(secured.map((operation) => [operation.operationId, operation] as const))(
    'of %s are enough, and none of them may be missing',
    async (operationId, operation) => {
      const wanted = operation.scopes!
      const admitted = await ask(operation, await tokenWith(wanted.length === 0 ? ['metrics'] : wanted))
      await admitted.body?.cancel()
      expect([401, 403]).not.toContain(admitted.status)
      for (const scope of wanted) {
        const others = scopes.filter((one) => one !== scope && one !== 'admin')
        const refused = await ask(operation, await tokenWith(others))
        expect(await refused.json()).toMatchObject({
          ...{ status: 403, code: 'forbidden' },
          detail: `Cannot carry out ${operationId} as the token must have the scope ${scope}: it does not`,
        })
      }
    },
  )

  test('of every operation are included in admin', async () => {
    const token = await tokenWith(['admin'])
    for (const operation of secured) {
      const answer = await ask(operation, token)
      await answer.body?.cancel()
      expect([operation.operationId, answer.status === 401 || answer.status === 403]).toEqual([
        operation.operationId,
        false,
      ])
    }
  })
})

describe('SEC-1 another subscription', () => {
  const KEY = 'key-of-a'
  /** The token of `a`, and that of `b` with all scopes. */
  let a: string
  let b: string
  /** As that of `b`, of another one that makes what it can. */
  let c: string
  let tokenOfA: string
  let failed: Job
  let parked: Job
  let pending: Job
  let open: Job
  let endpoint: string
  const execution = 'execution-of-a'

  beforeAll(async () => {
    const made = await createToken(world, ['admin'], { subscription: 'a' })
    a = made.token
    tokenOfA = made.id
    const own = scopes.filter((scope) => scope !== 'admin')
    b = (await createToken(world, own, { subscription: 'b' })).token
    c = (await createToken(world, own, { subscription: 'c' })).token
    const wish = JSON.stringify({ url: 'https://hooks.example/of-a', state: 'disabled' })
    const endpointMade = await world.post('/v1/webhook-endpoints', wish, { ...JSON_BODY, ...bearer(a) })
    expect(endpointMade.status).toBe(201)
    endpoint = ((await endpointMade.json()) as CreatedWebhookEndpoint).id
    failed = await submitAs(world, a, { items: [{ id: 'fails-1' }], executionId: execution })
    parked = await submitAs(world, a, {
      items: [{ id: 'parks-1' }],
      retry: { rules: [{ code: ['ask'], then: 'park' }] },
    })
    pending = await submitAs(world, a, { channel: 'still', items: [{ id: 'sku' }] }, { 'idempotency-key': KEY })
    open = await submitAs(world, a, { open: true })
    const stages = [{ name: 'first', jobs: [{ ...ENVELOPE, channel: 'still', items: [{ id: 'sku' }] }] }]
    const body = JSON.stringify({ id: `${execution}-2`, stages })
    expect((await world.post('/v1/executions', body, { ...JSON_BODY, ...bearer(a) })).status).toBe(202)
    const read = async <T>(path: string): Promise<T> =>
      (await (await world.fetch(path, { headers: bearer(a) })).json()) as T
    await vi.waitFor(
      async () => {
        expect((await read<Job>(`/v1/jobs/${failed.id}`)).done).toBe(true)
        expect((await read<ParkedItemPage>('/v1/parked')).parked).toHaveLength(1)
        expect((await read<DeadLetterPage>('/v1/dead-letters')).deadLetters).toHaveLength(1)
      },
      { timeout: 30_000 },
    )
  }, 60_000)

  /** Bodies that would be carried out on a job of one's own. */
  const bodies: Readonly<Record<string, unknown>> = {
    appendItems: [{ id: 'sku-2' }],
    sealJob: { itemCount: 0 },
    retryJob: { status: ['failed'] },
    replayWebhookEvents: { since: '2026-01-01T00:00:00Z' },
  }
  const ofJobs = secured.filter(({ path }) => path.includes(':jobId'))
  const ofEndpoints = secured.filter(({ path }) => path.includes(':endpointId'))
  const ofExecutions = secured.filter(({ path }) => path.includes(':executionId'))

  /** The answer, without what names the request. */
  async function answerTo(operation: Operation, ids: Record<string, string>): Promise<unknown> {
    const answer = await ask(operation, b, { ids, body: bodies[operation.operationId] })
    const { requestId: _, ...problem } = (await answer.json()) as Problem
    const text = JSON.stringify([answer.status, problem, answer.headers.get('etag'), answer.headers.get('retry-after')])
    return Object.values(ids).reduce((shown, id) => shown.replaceAll(id, 'ID'), text)
  }

  test('has ids in operations that this suite knows', () => {
    expect(ofJobs.length).toBeGreaterThanOrEqual(14)
    expect(ofExecutions.length).toBeGreaterThanOrEqual(4)
    const taking = ofJobs.filter(({ requestBody }) => requestBody !== null).map(({ operationId }) => operationId)
    expect([...taking, 'replayWebhookEvents'].sort()).toEqual(Object.keys(bodies).sort())
    expect(ofEndpoints.length).toBeGreaterThanOrEqual(9)
  })

  test.each(ofJobs.map((operation) => [operation.operationId, operation] as const))(
    '%s: its jobs are not there, whatever their state',
    async (_, operation) => {
      const absent = await answerTo(operation, { jobId: `job_${'1'.repeat(32)}` })
      expect(absent).toContain('[404,')
      for (const { id } of [failed, parked, pending, open])
        expect(await answerTo(operation, { jobId: id })).toBe(absent)
    },
  )

  test.each(ofExecutions.map((operation) => [operation.operationId, operation] as const))(
    '%s: its executions are not there, made as one or only named',
    async (_, operation) => {
      const absent = await answerTo(operation, { executionId: 'another-execution' })
      expect(absent).toContain('[404,')
      for (const executionId of [execution, `${execution}-2`])
        expect(await answerTo(operation, { executionId })).toBe(absent)
    },
  )

  test.each(ofEndpoints.map((operation) => [operation.operationId, operation] as const))(
    '%s: its webhook endpoints are not there',
    async (_, operation) => {
      const absent = await answerTo(operation, { endpointId: `whe_${'1'.repeat(32)}` })
      expect(absent).toContain('[404,')
      expect(await answerTo(operation, { endpointId: endpoint })).toBe(absent)
    },
  )

  test('revokeToken: its tokens are not there', async () => {
    const absent = await answerTo(operations.revokeToken, { tokenId: `tok_${'1'.repeat(32)}` })
    expect(absent).toContain('[404,')
    expect(await answerTo(operations.revokeToken, { tokenId: tokenOfA })).toBe(absent)
    expect(await world.statusOf('/v1/self', { headers: bearer(a) })).toBe(200)
  })

  const get = async (path: string): Promise<Record<string, unknown>> =>
    (await (await world.fetch(path, { headers: bearer(b) })).json()) as Record<string, unknown>

  test('has nothing in any list, whatever the filter', async () => {
    const paths = [
      ...['/v1/jobs', `/v1/jobs?executionId=${execution}`, '/v1/jobs?channel=shop', '/v1/executions'],
      ...['/v1/dead-letters', '/v1/dead-letters?code=refused', '/v1/dead-letters?channel=shop&partitionKey=fails-1'],
      ...[
        `/v1/dead-letters?jobId=${failed.id}`,
        '/v1/parked',
        `/v1/parked?jobId=${parked.id}`,
        '/v1/parked?channel=shop',
      ],
      ...['/v1/webhook-endpoints', '/v1/webhook-deliveries', `/v1/webhook-deliveries?endpointId=${endpoint}`],
      `/v1/webhook-deliveries?jobId=${failed.id}`,
    ]
    for (const path of paths) {
      const page = await get(path)
      // A filter by a job that is not there may as well be refused as one that never was.
      if (page['code'] === 'job_not_found') continue
      expect([path, Object.values(page)]).toEqual([path, [[]]])
    }
    for (const filter of ['', '?code=refused', '?channel=shop&partitionKey=fails-1', `?jobId=${failed.id}`]) {
      expect(await get(`/v1/dead-letters/groups${filter}`)).toEqual({ groups: [], complete: true })
    }
    for (const text of [failed.id, execution, 'fails-1', 'refused'])
      expect(await get(`/v1/search?q=${encodeURIComponent(text)}`)).toMatchObject({ hits: [], complete: true })
    const own = await world.fetch('/v1/webhook-deliveries', { headers: bearer(a) })
    expect(((await own.json()) as WebhookDeliveryPage).deliveries.length).toBeGreaterThan(0)
    const { tokens: listed } = await get('/v1/tokens')
    expect((listed as { subscription: string }[]).map(({ subscription }) => subscription)).toEqual(['b'])
  })

  /** Operations that name nothing, each with a body that is carried out. */
  const unnamed = secured.filter(({ path }) => !path.includes(':'))
  const unnamedBodies: Readonly<Record<string, unknown>> = {
    submitJob: { ...ENVELOPE, open: true, executionId: 'of-b' },
    deliverItem: { ...ENVELOPE, channel: 'still', item: { id: 'sku-of-b' } },
    createExecution: { id: 'execution-of-b', stages: [{ name: 'first', jobs: [{ ...ENVELOPE, open: true }] }] },
    retryDeadLetters: { codes: ['refused'] },
    actOnJobs: { action: 'cancel', filter: {}, dryRun: true },
    resolveParked: { items: [{ jobId: `job_${'1'.repeat(32)}`, index: 0 }], decision: 'retry' },
    createToken: { name: 'of b', scopes: ['jobs:read'] },
    createWebhookEndpoint: { url: 'https://hooks.invalid/of-b', state: 'disabled' },
    updateJobWebhooks: { state: 'disabled' },
    rotateJobWebhookSecret: {},
  }

  test('has operations without ids whose bodies this suite knows', () => {
    const taking = unnamed.filter(({ requestBody }) => requestBody !== null).map(({ operationId }) => operationId)
    expect(taking.sort()).toEqual(Object.keys(unnamedBodies).sort())
    expect(unnamed.length).toBeGreaterThanOrEqual(14)
  })

  test.each(unnamed.map((operation) => [operation.operationId, operation] as const))(
    '%s: shows nothing of it, neither in its answer nor in its headers',
    async (operationId, operation) => {
      const answer = await ask(operation, c, { body: unnamedBodies[operationId] })
      const body = operationId === 'streamUpdates' ? await firstEvents(answer) : await answer.text()
      const text = `${JSON.stringify([...answer.headers])} ${body}`
      const isOfAdmin = operation.scopes!.includes('admin')
      expect([operationId, answer.status]).toEqual([operationId, isOfAdmin ? 403 : expectedStatus(operationId)])
      const marks = [
        endpoint,
        failed.id,
        parked.id,
        pending.id,
        open.id,
        execution,
        tokenOfA,
        KEY,
        'fails-1',
        'parks-1',
      ]
      expect(marks.filter((mark) => text.includes(mark))).toEqual([])
    },
  )

  /** It has nothing that could be retried or decided. */
  function expectedStatus(operationId: string): number {
    const refused: Readonly<Record<string, number>> = { retryDeadLetters: 409, resolveParked: 404, actOnJobs: 200 }
    if (refused[operationId] !== undefined) return refused[operationId]
    const described = Object.keys(operations[operationId as keyof typeof operations].responses).map(Number)
    const made = ['submitJob', 'createToken', 'createWebhookEndpoint'].includes(operationId) ? 201 : 202
    return described.includes(made) ? made : 200
  }

  test('counts for nothing in actions on jobs, and its selections are of no use to others', async () => {
    const act = async (token: string, more: object) => {
      const body = JSON.stringify({ action: 'cancel', filter: { sources: ['acted-on'] }, ...more })
      return (await world.post('/v1/jobs/actions', body, { ...JSON_BODY, ...bearer(token) })).json()
    }
    await submitAs(world, a, { channel: 'still', items: [{ id: 'sku' }], source: 'acted-on' })
    for (const token of [b, c]) expect(await act(token, { dryRun: true })).toMatchObject({ count: 0 })
    const { count, selection } = (await act(a, { dryRun: true })) as JobActionReceipt
    expect(count).toBe(1)
    const { token: sibling } = await createToken(world, ['jobs:write'], { subscription: 'a' })
    for (const token of [b, c, sibling])
      expect(await act(token, { selection })).toMatchObject({ status: 409, code: 'selection_invalid' })
    expect(await act(a, { dryRun: true })).toMatchObject({ count })
    expect(await act(a, { selection })).toMatchObject({ count, remaining: 0 })
  })

  test('counts for nothing in channels and limits', async () => {
    const { channels } = (await get('/v1/channels')) as unknown as { channels: Channel[] }
    expect(channels.map(({ name }) => name)).toEqual(['shop', 'still'])
    for (const channel of [...channels, (await get('/v1/channels/shop')) as unknown as Channel]) {
      const { counts, waiting, lastError } = channel.state
      expect([Object.values(counts).filter((count) => count !== 0), waiting, lastError]).toEqual([[], [], null])
    }
  })

  test('shows how the server runs, and where to none but admins', async () => {
    const { servers } = (await get('/v1/servers')) as unknown as ServerPage
    expect(servers).toEqual([
      expect.objectContaining({ role: 'active', address: null, takeover: expect.anything() as unknown }),
    ])
    const metrics = await world.fetch('/metrics', { headers: bearer(b) })
    expect(await metrics.text()).toContain('waybill_servers{role="active"} 1\n')
  })

  test('keeps its idempotency keys, its ids of executions and its items to itself', async () => {
    const job = await submitAs(world, b, { channel: 'still', items: [{ id: 'sku' }] }, { 'idempotency-key': KEY })
    expect([job.id === pending.id, job.subscription]).toEqual([false, 'b'])
    const stages = [{ name: 'first', jobs: [{ ...ENVELOPE, open: true }] }]
    const body = JSON.stringify({ id: `${execution}-2`, stages })
    const made = await world.post('/v1/executions', body, { ...JSON_BODY, ...bearer(b) })
    const shown = (await made.json()) as Execution
    expect([made.status, shown.counts.total, shown.stages.flatMap(({ jobs }) => jobs).length]).toEqual([202, 0, 1])

    const post = async (path: string, value: unknown) => {
      const answer = await world.post(path, JSON.stringify(value), { ...JSON_BODY, ...bearer(b) })
      return [answer.status, (await answer.json()) as Record<string, unknown>] as const
    }
    const depending = { ...ENVELOPE, items: [], dependsOn: [{ job: failed.id }] }
    expect(await post('/v1/jobs', depending)).toMatchObject([400, { code: 'dependency_not_found' }])
    const place = { jobId: parked.id, index: 0 }
    for (const decision of ['retry', 'skip', 'skip_key']) {
      const [status, answer] = await post('/v1/parked/resolve', { items: [place], decision })
      const [absentStatus] = await post('/v1/parked/resolve', {
        items: [{ jobId: `job_${'1'.repeat(32)}`, index: 0 }],
        decision,
      })
      expect([status, answer['resolved'] ?? 0]).toEqual([absentStatus, 0])
    }
    expect((await post('/v1/dead-letters/retry', { codes: ['refused'] }))[1]['code']).toBe('nothing_to_retry')
    expect(await post('/v1/dead-letters/retry', { jobIds: [failed.id] })).toMatchObject([
      404,
      { code: 'job_not_found' },
    ])
    const letters = await world.fetch('/v1/parked', { headers: bearer(a) })
    expect(((await letters.json()) as ParkedItemPage).parked).toHaveLength(1)
  })
})

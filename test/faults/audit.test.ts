import { request } from 'node:http'
import { type AuditEntry, type AuditPage, type Job, type Operation, operations } from '@waybill/spec'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ENVELOPE, type HostileWorld, JSON_BODY, usedBy } from '../support/hostile-world.ts'
import { ADMIN_TOKEN, bearer, createToken, startTokenWorld, submitAs } from '../support/token-world.ts'

/*
 * The audit of a real server: no operation of the spec that changes something is forgotten, whoever adds it; what strangers cause is bounded.
 */

const changes = Object.values<Operation>(operations).filter(({ audit }) => audit === 'change')

let world: HostileWorld
beforeAll(async () => {
  world = await startTokenWorld()
}, 60_000)
afterAll(() => world.remove())

async function auditOf(query = '', token = ADMIN_TOKEN): Promise<AuditEntry[]> {
  const answer = await world.fetch(`/v1/audit?pageSize=1000${query}`, { headers: bearer(token) })
  expect(answer.status).toBe(200)
  return ((await answer.json()) as AuditPage).entries
}

/** Sends a request that must succeed, and returns its id and body. */
async function sent(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ id: string; json: Record<string, unknown> }> {
  const init = { method, headers: JSON_BODY, ...(body !== undefined && { body: JSON.stringify(body) }) }
  const answer = await world.fetch(path, init)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`Cannot ${method} ${path}: ${answer.status} ${text}`)
  return {
    id: answer.headers.get('x-request-id')!,
    json: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  }
}

const items = [{ id: 'sku' }]
/** A job that is done, or has a failed or a parked item. */
async function endedJob(id: string): Promise<Job> {
  const job = await submitAs(world, ADMIN_TOKEN, {
    items: [{ id }],
    retry: { maxAttempts: 1, rules: [{ code: ['ask'], then: 'park' }] },
  })
  if (!id.startsWith('parks')) return world.untilDone(job.id)
  await vi.waitFor(async () => {
    const { parked } = (await sent('GET', `/v1/parked?jobId=${job.id}`)).json as { parked: unknown[] }
    expect(parked).toHaveLength(1)
  })
  return job
}
const stillJob = (more: object = { items }): Promise<Job> => submitAs(world, ADMIN_TOKEN, { channel: 'still', ...more })
const stages = (id: string) => ({ id, stages: [{ name: 'first', jobs: [{ ...ENVELOPE, channel: 'still', items }] }] })
const connector = { type: 'http', url: 'https://shop.example/deliver' }
const SINCE = '2026-01-15T00:00:00Z'

/** Nothing is ever sent to it: its name cannot be resolved. */
async function madeEndpoint(state = 'disabled'): Promise<{ id: string; endpoint: string; path: string }> {
  const wish = { url: 'https://hooks.invalid/waybill', eventTypes: ['webhook_endpoint.test'], state }
  const { id, json } = await sent('POST', '/v1/webhook-endpoints', wish)
  const endpoint = json['id'] as string
  return { id, endpoint, path: `/v1/webhook-endpoints/${endpoint}` }
}

/** A request of each operation that changes something; and what its entry must name. */
const requests: Readonly<Record<string, () => Promise<{ id: string; resource: Partial<AuditEntry['resource']> }>>> = {
  async submitJob() {
    // Its webhook makes a secret and a channel before the job is durable.
    const webhook = { url: 'https://hooks.invalid/done' }
    const { id, json } = await sent('POST', '/v1/jobs', { ...ENVELOPE, webhook, items })
    return { id, resource: { job: json['id'] as string, channel: 'shop' } }
  },
  async deliverItem() {
    const { id, json } = await sent('POST', '/v1/items', { ...ENVELOPE, item: { id: 'sku' } })
    return { id, resource: { job: (json['job'] as Job).id, channel: 'shop' } }
  },
  async appendItems() {
    const job = await stillJob({ open: true })
    const { id } = await sent('POST', `/v1/jobs/${job.id}/items?fromIndex=0`, items)
    return { id, resource: { job: job.id, channel: 'still' } }
  },
  async sealJob() {
    const job = await stillJob({ open: true })
    const { id } = await sent('POST', `/v1/jobs/${job.id}/seal`, { itemCount: 0 })
    return { id, resource: { job: job.id, channel: 'still' } }
  },
  async resumeJob() {
    const job = await stillJob()
    await sent('POST', `/v1/jobs/${job.id}/pause`)
    return { id: (await sent('POST', `/v1/jobs/${job.id}/resume`)).id, resource: { job: job.id, channel: 'still' } }
  },
  async releaseJob() {
    const job = await stillJob({ items, dependsOn: [{ job: (await stillJob()).id }] })
    return { id: (await sent('POST', `/v1/jobs/${job.id}/release`)).id, resource: { job: job.id, channel: 'still' } }
  },
  async retryJob() {
    const job = await endedJob('fails-1')
    const { id, json } = await sent('POST', `/v1/jobs/${job.id}/retry`, { status: ['failed'] })
    expect((json['jobs'] as Job[])[0]!.retryOf).toBe(job.id)
    return { id, resource: { job: job.id, channel: 'shop' } }
  },
  async deleteJob() {
    const job = await endedJob('sku')
    return { id: (await sent('DELETE', `/v1/jobs/${job.id}`)).id, resource: { job: job.id, channel: 'shop' } }
  },
  async actOnJobs() {
    const job = await stillJob({ items, source: 'acted-on' })
    const wish = { action: 'pause', filter: { sources: ['acted-on'] } }
    const { selection } = (await sent('POST', '/v1/jobs/actions', { ...wish, dryRun: true })).json
    const { id } = await sent('POST', '/v1/jobs/actions', { ...wish, selection })
    return { id, resource: { job: job.id, channel: 'still' } }
  },
  async createExecution() {
    const { id } = await sent('POST', '/v1/executions', stages('made'))
    return { id, resource: { execution: 'made', channel: 'still' } }
  },
  async retryDeadLetters() {
    const job = await endedJob('fails-2')
    const { id, json } = await sent('POST', '/v1/dead-letters/retry', { jobIds: [job.id] })
    return { id, resource: { job: (json['jobs'] as Job[])[0]!.id, channel: 'shop' } }
  },
  async resolveParked() {
    const job = await endedJob('parks-1')
    const body = { items: [{ jobId: job.id, index: 0 }], decision: 'skip' }
    return { id: (await sent('POST', '/v1/parked/resolve', body)).id, resource: {} }
  },
  async putChannel() {
    return { id: (await sent('PUT', '/v1/channels/made', { connector })).id, resource: { channel: 'made' } }
  },
  async deleteChannel() {
    await sent('PUT', '/v1/channels/spare', { connector })
    return { id: (await sent('DELETE', '/v1/channels/spare')).id, resource: { channel: 'spare' } }
  },
  async testChannel() {
    const { id } = await sent('POST', '/v1/channels/shop/test', { item: { id: 'sku' } })
    return { id, resource: { channel: 'shop' } }
  },
  async putCredentials() {
    const path = '/v1/channels/made/credentials/acme'
    await sent('PUT', '/v1/channels/made', { connector })
    const { id } = await sent('PUT', path, { type: 'bearer', token: 'a-token-of-acme' })
    return { id, resource: { channel: 'made', subscription: 'acme' } }
  },
  async deleteCredentials() {
    const path = '/v1/channels/made/credentials/globex'
    await sent('PUT', '/v1/channels/made', { connector })
    await sent('PUT', path, { type: 'bearer', token: 'a-token-of-globex' })
    return { id: (await sent('DELETE', path)).id, resource: { channel: 'made', subscription: 'globex' } }
  },
  async putSubscription() {
    const { id } = await sent('PUT', '/v1/subscriptions/acme', { weight: 2 })
    return { id, resource: { subscription: 'acme' } }
  },
  async deleteSubscription() {
    await sent('PUT', '/v1/subscriptions/gone', {})
    return { id: (await sent('DELETE', '/v1/subscriptions/gone')).id, resource: { subscription: 'gone' } }
  },
  async createWebhookEndpoint() {
    const { id, endpoint } = await madeEndpoint()
    return { id, resource: { endpoint } }
  },
  async updateWebhookEndpoint() {
    const { endpoint, path } = await madeEndpoint()
    return { id: (await sent('PATCH', path, { description: 'changed' })).id, resource: { endpoint } }
  },
  async deleteWebhookEndpoint() {
    const { endpoint, path } = await madeEndpoint()
    return { id: (await sent('DELETE', path)).id, resource: { endpoint } }
  },
  async rotateWebhookSecret() {
    const { endpoint, path } = await madeEndpoint()
    return { id: (await sent('POST', `${path}/rotate-secret`, {})).id, resource: { endpoint } }
  },
  async revokePreviousWebhookSecret() {
    const { endpoint, path } = await madeEndpoint()
    await sent('POST', `${path}/rotate-secret`, {})
    return { id: (await sent('POST', `${path}/revoke-previous-secret`)).id, resource: { endpoint } }
  },
  async enableWebhookEndpoint() {
    const { endpoint, path } = await madeEndpoint()
    return { id: (await sent('POST', `${path}/enable`, {})).id, resource: { endpoint } }
  },
  async disableWebhookEndpoint() {
    const { endpoint, path } = await madeEndpoint('enabled')
    return { id: (await sent('POST', `${path}/disable`)).id, resource: { endpoint } }
  },
  async testWebhookEndpoint() {
    const { endpoint, path } = await madeEndpoint()
    return { id: (await sent('POST', `${path}/test`)).id, resource: { endpoint } }
  },
  async replayWebhookEvents() {
    const { endpoint, path } = await madeEndpoint()
    return { id: (await sent('POST', `${path}/replay`, { since: SINCE })).id, resource: { endpoint } }
  },
  async updateJobWebhooks() {
    return { id: (await sent('PATCH', '/v1/job-webhooks', { state: 'disabled' })).id, resource: {} }
  },
  async rotateJobWebhookSecret() {
    return { id: (await sent('POST', '/v1/job-webhooks/rotate-secret', {})).id, resource: {} }
  },
  async createToken() {
    const { id, json } = await sent('POST', '/v1/tokens', { name: 'made', scopes: ['jobs:read'] })
    return { id, resource: { token: json['id'] as string } }
  },
  async revokeToken() {
    const made = await createToken(world, ['jobs:read'])
    return { id: (await sent('DELETE', `/v1/tokens/${made.id}`)).id, resource: { token: made.id } }
  },
}

/** A request of an operation that this suite does not know, by the names in its path. */
async function simplest({ operationId, method, path }: Operation): Promise<{ id: string; resource: object }> {
  const job = path.includes(':jobId') ? (await stillJob()).id : ''
  const executionId = `for-${operationId}`
  if (path.includes(':executionId')) await sent('POST', '/v1/executions', stages(executionId))
  if (operationId === 'resumeExecution') await sent('POST', `/v1/executions/${executionId}/pause`)
  const names: Record<string, string> = { jobId: job, executionId, channel: 'still', subscription: 'default' }
  const filled = path.replace(/:(\w+)/g, (_, name: string) => names[name] ?? `no-${name}`)
  const { id } = await sent(method, filled)
  const of = path.split(':')[1]?.split('/')[0]
  return {
    id,
    resource: of === 'jobId' ? { job } : of === 'executionId' ? { execution: executionId } : { channel: 'still' },
  }
}

describe('an operation that changes something', () => {
  test.each(changes.map((operation) => [operation.operationId, operation] as const))(
    '%s has an entry when it is answered: who, what, from where, with what result',
    async (operationId, operation) => {
      const { id, resource } = await (requests[operationId]?.() ?? simplest(operation))
      const entries = (await auditOf(`&action=${operationId}`)).filter(({ requestId }) => requestId === id)
      expect(entries.length).toBeGreaterThan(0)
      const named = entries.find((entry) =>
        Object.entries(resource).every(([key, value]) => entry.resource[key] === value),
      )
      expect([operationId, entries, named !== undefined]).toEqual([operationId, entries, true])
      const actor = { kind: 'admin', tokenId: null, tokenName: null }
      for (const entry of entries)
        expect(entry).toMatchObject({ actor, subscription: 'default', address: '127.0.0.1', code: null, count: 1 })
    },
    30_000,
  )

  test('has the status with which it was answered in the end', async () => {
    const { id } = await requests['submitJob']!()
    await vi.waitFor(async () => {
      const [entry] = (await auditOf('&action=submitJob')).filter(({ requestId }) => requestId === id)
      expect(entry?.status).toBe(202)
    })
  })
})

test('what a decision of several items on jobs changed is found by each job', async () => {
  const jobs = [await endedJob('parks-2'), await endedJob('parks-3')]
  const places = jobs.map(({ id }) => ({ jobId: id, index: 0 }))
  const { id } = await sent('POST', '/v1/parked/resolve', { items: places, decision: 'skip' })
  for (const job of jobs) {
    const found = await auditOf(`&jobId=${job.id}&action=resolveParked`)
    expect(found.map(({ requestId, resource }) => [requestId, resource.job])).toEqual([[id, job.id]])
  }
})

describe('requests that are only counted', () => {
  test('are reads of data, by token, operation and hour; polls of a status are not', async () => {
    const reader = await createToken(world, ['jobs:read', 'items:read'])
    const job = await endedJob('sku')
    for (let n = 0; n < 25; n++) {
      expect(await world.statusOf(`/v1/jobs/${job.id}`, { headers: bearer(reader.token) })).toBe(200)
      expect(await world.statusOf(`/v1/jobs/${job.id}/results`, { headers: bearer(reader.token) })).toBe(200)
    }
    expect(await world.statusOf(`/v1/jobs/job_${'0'.repeat(32)}/items`, { headers: bearer(reader.token) })).toBe(404)
    await vi.waitFor(async () => {
      const entries = await auditOf(`&actor=${reader.id}`)
      expect(entries.map(({ action, status, count, resource }) => [action, status, count, resource.job])).toEqual([
        ['listItems', 404, 1, `job_${'0'.repeat(32)}`],
        ['getResults', 200, 25, job.id],
      ])
    }, 5000)
  })

  test('are changes that were refused, by operation and code', async () => {
    const writer = await createToken(world, ['jobs:write'])
    for (let n = 0; n < 20; n++) {
      const path = `/v1/jobs/job_${'0'.repeat(32)}/cancel`
      expect(await world.statusOf(path, { method: 'POST', headers: bearer(writer.token) })).toBe(404)
    }
    await vi.waitFor(async () => {
      const entries = await auditOf(`&actor=${writer.id}`)
      expect(entries).toMatchObject([{ action: 'cancelJob', status: 404, code: 'job_not_found', count: 20 }])
    }, 5000)
  })

  test('100,000 refusals leave few entries, and take no memory', async () => {
    const before = (await auditOf('&actor=anonymous')).length
    const refuse = (): Promise<number> => {
      const { port, hostname } = new URL(world.server.url)
      return new Promise((resolve, reject) => {
        const sending = request(
          { port, host: hostname, path: '/v1/jobs', agent, headers: bearer('wrong') },
          (answer) => {
            answer.resume().on('end', () => resolve(answer.statusCode!))
          },
        )
        sending.on('error', reject).end()
      })
    }
    const { Agent } = await import('node:http')
    const agent = new Agent({ keepAlive: true, maxSockets: 32 })
    const { memoryMiB } = usedBy(world.server.pid)
    let left = 100_000
    const startedMs = performance.now()
    await Promise.all(
      Array.from({ length: 32 }, async () => {
        while (left-- > 0) expect([401, 429]).toContain(await refuse())
      }),
    )
    agent.destroy()
    const countOf = (entries: AuditEntry[]): number => entries.reduce((sum, { count }) => sum + count, 0)
    await vi.waitFor(async () => {
      const entries = await auditOf('&actor=anonymous')
      expect(countOf(entries)).toBeGreaterThanOrEqual(100_000)
      // Two a minute: those beyond the bound of the address are another one.
      const minutes = Math.ceil((performance.now() - startedMs) / 60_000)
      expect(entries.length - before).toBeLessThanOrEqual(2 * (minutes + 2))
      const of = { subscription: null, address: '127.0.0.1' }
      expect(entries).toContainEqual(expect.objectContaining({ ...of, status: 401, code: 'unauthenticated' }))
      expect(entries).toContainEqual(expect.objectContaining({ ...of, status: 429, code: 'rate_limited' }))
    }, 30_000)
    expect(usedBy(world.server.pid).memoryMiB - memoryMiB).toBeLessThan(150)
  }, 240_000)
})

describe('SEC-1 the audit', () => {
  test('shows a caller without admin only what was done for its subscription', async () => {
    const a = await createToken(world, ['audit:read', 'jobs:write'], { subscription: 'a' })
    const b = await createToken(world, ['audit:read'], { subscription: 'b' })
    await submitAs(world, a.token, { channel: 'still', items })
    const ofA = await auditOf('', a.token)
    expect(ofA.map(({ action, actor }) => [action, actor.tokenId])).toEqual([['submitJob', a.id]])
    expect(await auditOf('', b.token)).toEqual([])
    expect(await auditOf(`&jobId=${ofA[0]!.resource.job}`, b.token)).toEqual([])
    expect(await auditOf(`&actor=${a.id}`, b.token)).toEqual([])
    expect((await auditOf()).length).toBeGreaterThan(10)
  })

  test('does not show a token that was sent in a path', async () => {
    const made = await createToken(world, ['jobs:read'])
    await world.statusOf(`/v1/tokens/${made.token}`, { method: 'DELETE' })
    await vi.waitFor(async () => {
      const refused = (await auditOf('&action=revokeToken')).filter(({ status }) => status >= 400)
      expect(refused).toMatchObject([{ code: 'bad_request' }])
    }, 5000)
    expect(JSON.stringify(await auditOf())).not.toContain(made.token.slice(-43))
  })
})

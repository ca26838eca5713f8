import { setTimeout as sleep } from 'node:timers/promises'
import type { CreatedAccessToken, CreatedWebhookEndpoint, Execution, Job, JsonSchema, Operation } from '@waybill/spec'
import {
  ENVELOPE,
  envelopeLine,
  HostileWorld,
  type HostileWorldOptions,
  itemLines,
  JSON_BODY,
  NDJSON,
} from './hostile-world.ts'

const ADMIN_TOKEN = 'wba_of-a-world-that-is-full'
/** Parked and dead items: a page of each. */
const FAILED = 1000
const CHANNELS = 100
const CREDENTIALS = 200
const TOKENS = 100
const SUBSCRIPTIONS = 100
/** As many as a subscription may have. */
const ENDPOINTS = 50
const EXECUTIONS = 40
/** Results of 8 MB: more than the kernel takes for a client that does not read. */
const LARGE_RESULTS = 400
const AT_ONCE = 20

/** A server where every read of the spec has much to answer, and each id names something that exists. */
export class FullWorld {
  readonly world: HostileWorld
  /** By the name of the parameter in paths. */
  readonly places: Readonly<Record<string, string>>
  /** A job that takes items. */
  readonly openJob: string

  private constructor(world: HostileWorld, { places, openJob }: Pick<FullWorld, 'places' | 'openJob'>) {
    this.world = world
    this.places = places
    this.openJob = openJob
  }

  static async start(options: HostileWorldOptions = {}): Promise<FullWorld> {
    const world = await HostileWorld.start({
      ...options,
      adminToken: ADMIN_TOKEN,
      connector: {
        answer: () => ({
          kind: 'items',
          answer: ({ id }) =>
            id.startsWith('bad')
              ? { kind: 'failed', code: 'refused' }
              : { kind: 'succeeded', result: 'r'.repeat(20_000) },
        }),
      },
    })
    return new FullWorld(world, await fill(world))
  }

  /** A caller of its own, who may do everything. */
  async caller(): Promise<{ readonly authorization: string }> {
    const { token } = await made<CreatedAccessToken>(this.world, 'POST /v1/tokens', {
      name: 'caller',
      scopes: ['admin'],
    })
    return { authorization: `Bearer ${token}` }
  }

  /** The path of an operation, with what makes its answer as large as it can be. */
  pathOf({ path, operationId, method, parameters }: Operation): string {
    const takesItems = operationId === 'appendItems' || operationId === 'sealJob' || operationId.startsWith('stream')
    const places: Record<string, string> = { ...this.places, ...(takesItems && { jobId: this.openJob }) }
    const target = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(places[name]!))
    const { properties = {} } = parameters.query as { properties?: Record<string, JsonSchema> }
    const query = new URLSearchParams()
    if (operationId === 'search') query.set('q', 'bad')
    if (operationId === 'appendItems') query.set('fromIndex', '0')
    if (method === 'GET' && 'pageSize' in properties) query.set('pageSize', '1000')
    const { items } = (properties['include'] ?? {}) as { items?: { enum?: readonly string[] } }
    if (items?.enum !== undefined) query.set('include', items.enum.join())
    return query.size === 0 ? target : `${target}?${query.toString()}`
  }

  remove(): Promise<void> {
    return this.world.remove()
  }
}

/** Carries out a request that must succeed. */
async function made<Answer>(world: HostileWorld, request: string, body: object): Promise<Answer> {
  const [method = '', path = ''] = request.split(' ')
  const answer = await world.fetch(path, { method, headers: JSON_BODY, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`Cannot fill the server with ${request}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Answer
}

async function many(count: number, make: (n: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, n) => make(from + n)))
}

async function fill(world: HostileWorld): Promise<Pick<FullWorld, 'places' | 'openJob'>> {
  const submit = async (body: string): Promise<string> => {
    const { id } = (await (await world.post('/v1/jobs', body, NDJSON)).json()) as Job
    return id
  }
  const linesOf = (name: string, count: number): string =>
    Array.from({ length: count }, (_, n) => `{"id":"${name}-${n}","data":"${'x'.repeat(900)}"}\n`).join('')

  const connector = { type: 'http', url: 'https://target.invalid/items', headers: { 'x-note': 'n'.repeat(1000) } }
  await many(CHANNELS, (n) => made(world, `PUT /v1/channels/channel-${n}`, { connector }))
  await many(CREDENTIALS, (n) =>
    made(world, `PUT /v1/channels/shop/credentials/subscription-${n}`, { type: 'bearer', token: 'k'.repeat(500) }),
  )
  await many(SUBSCRIPTIONS, (n) => made(world, `PUT /v1/subscriptions/subscription-${n}`, {}))
  await many(TOKENS, () => made(world, 'POST /v1/tokens', { name: 't'.repeat(64), scopes: ['jobs:read'] }))
  const endpoints: string[] = []
  await many(ENDPOINTS, async (n) => {
    const wish = { url: `https://hooks.invalid/${'u'.repeat(1000)}/${n}`, state: 'disabled' }
    endpoints.push((await made<CreatedWebhookEndpoint>(world, 'POST /v1/webhook-endpoints', wish)).id)
  })

  const jobId = await submit(envelopeLine() + linesOf('big', LARGE_RESULTS) + itemLines(4, 1_000_000))
  const failed = await submit(envelopeLine() + linesOf('bad', FAILED))
  for (const id of [jobId, failed]) await world.untilDone(id)
  await submit(
    envelopeLine({ retry: { rules: [{ code: ['refused'], then: 'park' }] } }) + linesOf('bad-parked', FAILED),
  )
  while ((await parked(world)) < FAILED) await sleep(200)
  const jobs = new Array<object>(20).fill({ ...ENVELOPE, items: [{ id: 'a' }], runAt: '2100-01-01T00:00:00Z' })
  let executionId = ''
  await many(EXECUTIONS, async () => {
    executionId = (await made<Execution>(world, 'POST /v1/executions', { stages: [{ name: 'all', jobs }] })).id
  })
  const { id: openJob } = await made<Job>(world, 'POST /v1/jobs', { ...ENVELOPE, open: true })
  const places = { channel: 'shop', subscription: 'subscription-0', index: String(LARGE_RESULTS), tokenId: 'none' }
  return { openJob, places: { ...places, jobId, executionId, endpointId: endpoints[0]! } }
}

async function parked(world: HostileWorld): Promise<number> {
  return ((await (await world.fetch('/v1/parked?pageSize=1000')).json()) as { parked: unknown[] }).parked.length
}

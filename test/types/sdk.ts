// Calls that must compile and calls that must not: `check:types` reads this file, nothing runs it. A `@ts-expect-error` over a call that compiles
// is an error itself.

import { expectTypeOf } from 'vitest'
import {
  type ApiError,
  type Channel,
  createClient,
  type DeadLetter,
  type Execution,
  isApiError,
  isNotFoundError,
  isWaitTimeoutError,
  isUploadError,
  isWaybillError,
  type Item,
  type ItemSource,
  type Job,
  type JobHandle,
  type JobId,
  type JobItem,
  type JobState,
  type NewJob,
  type NotFoundError,
  type ParkedItem,
  type ParkedReceipt,
  type Problem,
  type ResultEnd,
  type ResultItem,
  type WaitTimeoutError,
} from '@waybill/sdk'

interface Product {
  price: number
}
interface Revision {
  revision: number
}

const envelope = { channel: 'sandbox', objectType: 'product', action: 'update' } as const
const items = [{ id: 'sku-1001', data: { price: 1990 } }]

export function createClients(): void {
  createClient({ baseUrl: 'http://localhost:8080' })
  createClient({
    baseUrl: 'http://localhost:8080',
    token: 'secret',
    retry: false,
    requestTimeoutMs: 5_000,
    headers: { 'X-Tenant': 'eu' },
  })
  createClient({
    baseUrl: 'http://localhost:8080',
    token: () => 'secret',
    retry: { limit: 2 },
    fetch: globalThis.fetch,
  })
  createClient({ baseUrl: 'http://localhost:8080', token: async () => await Promise.resolve('secret') })
  // @ts-expect-error baseUrl is required
  createClient({})
  // @ts-expect-error a time-out says its unit
  createClient({ baseUrl: 'http://localhost:8080', timeout: 5_000 })
}

const waybill = createClient({ baseUrl: 'http://localhost:8080' })

async function* yieldProducts() {
  yield await Promise.resolve({ id: 'sku-1001', data: { price: 1990 } })
}

export async function submitJobs(): Promise<void> {
  expectTypeOf(await waybill.jobs.submit({ ...envelope, items })).toEqualTypeOf<JobHandle<Product>>()
  await waybill.jobs.submit<Product>({ ...envelope, items, partitionBy: '/data/storefront', metadata: { run: '42' } })
  await waybill.jobs.submit(
    { ...envelope, items: [] },
    { idempotencyKey: 'nightly', signal: AbortSignal.timeout(1_000) },
  )
  expectTypeOf(await waybill.jobs.run({ ...envelope, items }, { onProgress: (job) => job.counts })).toEqualTypeOf<Job>()

  // @ts-expect-error a typing error in a field
  await waybill.jobs.submit({ chanel: 'sandbox', objectType: 'product', action: 'update', items })
  // @ts-expect-error items are required
  await waybill.jobs.submit({ ...envelope })
  // @ts-expect-error an action that does not exist
  await waybill.jobs.submit({ ...envelope, action: 'upsert', items })
  // @ts-expect-error an item has an id
  await waybill.jobs.submit({ ...envelope, items: [{ data: {} }] })
  // @ts-expect-error the data of the items are no products
  await waybill.jobs.submit<Product>({ ...envelope, items: [{ id: 'a', data: { price: '19.90' } }] })
  await waybill.jobs.submit({ ...envelope, items: new Set(items) })
  await waybill.jobs.submit<Product>({ ...envelope, items: yieldProducts() }, { retryUploadForMs: 1_000 })
  // @ts-expect-error the items of the source are no products
  await waybill.jobs.submit<{ price: string }>({ ...envelope, items: yieldProducts() })
  // @ts-expect-error text is no source of items
  await waybill.jobs.submit({ ...envelope, items: 'sku-1001' })
  // @ts-expect-error whether a job is made open is the SDK's
  await waybill.jobs.submit({ ...envelope, items: [], open: true })
  // @ts-expect-error the count is the SDK's
  await waybill.jobs.submit({ ...envelope, items, itemCount: 1 })
  expectTypeOf<NewJob<Product>['items']>().toEqualTypeOf<ItemSource<Product>>()
}

export async function followJobs(job: JobHandle): Promise<void> {
  expectTypeOf(
    await job.wait({ timeoutMs: 60_000, transport: 'long-poll', backoff: { maxMs: 5_000 } }),
  ).toEqualTypeOf<Job>()
  expectTypeOf(job.last).toEqualTypeOf<Job | null>()
  expectTypeOf(job.toJSON()).toEqualTypeOf<JobState>()
  expectTypeOf<JobHandle>().not.toHaveProperty('then')
  for await (const snapshot of job.poll()) expectTypeOf(snapshot).toEqualTypeOf<Job>()
  for await (const snapshot of job.events({ timeoutMs: 60_000 })) expectTypeOf(snapshot).toEqualTypeOf<Job>()
  await job.wait({ transport: 'events' })
  // @ts-expect-error events are one transport
  job.events({ transport: 'poll' })
  // @ts-expect-error a transport that does not exist
  await job.wait({ transport: 'websocket' })
  // @ts-expect-error a time-out says its unit
  await job.wait({ timeout: 60_000 })
  // @ts-expect-error the id stays
  job.id = 'job_1'
  // @ts-expect-error nothing that was not asked for
  await job.wait({ onprogress: () => undefined })
}

export async function readResults(job: JobHandle): Promise<void> {
  const results = job.results<Revision>({ status: 'failed', from: 10 })
  for await (const item of results) {
    expectTypeOf(item).toEqualTypeOf<ResultItem<Revision>>()
    expectTypeOf(item.result).toEqualTypeOf<Revision | null>()
    expectTypeOf(item.status).toEqualTypeOf<'succeeded' | 'failed' | 'cancelled'>()
  }
  expectTypeOf(results.end).toEqualTypeOf<ResultEnd | null>()
  for await (const item of job.results()) expectTypeOf(item.result).toEqualTypeOf<unknown>()
  for await (const item of job.items<Product, Revision>({ include: ['data'] })) {
    expectTypeOf(item).toEqualTypeOf<JobItem<Product, Revision>>()
    expectTypeOf(item.data).toEqualTypeOf<Product | undefined>()
  }
  // @ts-expect-error an item that is not ended has no result
  job.results({ status: 'running' })
  // @ts-expect-error a part that does not exist
  job.items({ include: ['result'] })
}

/** Types given once, when a job is submitted or attached to, apply to its items and results. */
export async function letTypesFlow(): Promise<void> {
  const job = await waybill.jobs.submit<Product, Revision>({ ...envelope, items })
  expectTypeOf(job).toEqualTypeOf<JobHandle<Product, Revision>>()
  for await (const item of job.results()) expectTypeOf(item.result).toEqualTypeOf<Revision | null>()
  for await (const item of job.items()) expectTypeOf(item).toEqualTypeOf<JobItem<Product, Revision>>()
  expectTypeOf((await job.item(3)).data).toEqualTypeOf<Product | undefined>()
  expectTypeOf(await job.retryFailed()).toEqualTypeOf<JobHandle<Product, Revision>>()
  expectTypeOf(waybill.jobs.attach<Product, Revision>(job.toJSON())).toEqualTypeOf<typeof job>()
  // What a single call says counts there.
  for await (const item of job.results<string>()) expectTypeOf(item.result).toEqualTypeOf<string | null>()
  // A function that takes any job takes this one.
  const follow = async (any: JobHandle): Promise<Job> => await any.wait()
  await follow(job)

  for await (const item of job.results()) {
    // @ts-expect-error a revision has no such field
    console.log(item.result?.price)
    // @ts-expect-error an item may have no result
    console.log(item.result.revision)
  }
}

/** One kind of id is not taken for another; plain strings are taken for all. */
export async function distinguishIds(job: Job, execution: Execution, channel: Channel): Promise<void> {
  expectTypeOf(waybill.jobs.attach(job.id).id).toEqualTypeOf<JobId>()
  expectTypeOf(job.retryOf).toEqualTypeOf<JobId | null>()
  expectTypeOf(execution.stages[0]!.jobs[0]!.id).toEqualTypeOf<JobId>()
  const text: string = job.id
  waybill.jobs.attach(text)
  await waybill.channels.pause(job.channel)
  await waybill.executions.get('nightly')
  for await (const { item } of waybill.parked.list({ channel: channel.name, jobId: text })) {
    waybill.jobs.attach(item.jobId)
    // @ts-expect-error the job of an item is no execution
    await waybill.executions.get(item.jobId)
  }
  // @ts-expect-error a job is no channel
  await waybill.channels.get(job.id)
  // @ts-expect-error an execution is no job
  waybill.jobs.attach(execution.id)
  // @ts-expect-error a channel is no execution
  await waybill.executions.wait(channel.name)
  // @ts-expect-error a channel is no job
  waybill.deadLetters.list({ jobId: [channel.name] })
  // @ts-expect-error a job is no channel
  await waybill.deadLetters.retry({ channel: job.id })
  // @ts-expect-error an item has no id that names it across jobs
  await waybill.parked.resolve([{ id: 'sku-1' }], 'skip')
}

export async function callTheRest(job: Job): Promise<void> {
  waybill.jobs.attach('job_0198c2f04b7e7c3fa1d2b3c4d5e6f708')
  waybill.jobs.attach(job)
  const attached = waybill.jobs.attach<Product>({ version: 1, id: job.id })
  expectTypeOf(await attached.upload(yieldProducts(), { from: 10 })).toEqualTypeOf<Job>()
  // @ts-expect-error items that are no products
  await attached.upload([{ id: 'a', data: { price: '19.90' } }])
  // @ts-expect-error a state of another version
  waybill.jobs.attach({ version: 2, id: job.id })
  for await (const listed of waybill.jobs.list({ status: ['running'], createdAfter: new Date() })) {
    expectTypeOf(listed).toEqualTypeOf<Job>()
  }
  const { done, item } = await waybill.items.deliver<Product, Revision>(
    { ...envelope, item: items[0]! },
    { waitSeconds: 5 },
  )
  expectTypeOf(done).toEqualTypeOf<boolean>()
  expectTypeOf(item.result).toEqualTypeOf<Revision | null>()
  await waybill.channels.put('shop-eu', { connector: { type: 'http', url: 'https://shop.example' } })
  const tested = await waybill.channels.test('shop-eu', { item: { id: 'sku-1', data: { price: 1 } }, send: true })
  const outcome: 'succeeded' | 'failed' | undefined = tested.result?.outcome
  void outcome
  // @ts-expect-error there is one item
  await waybill.channels.test('shop-eu', { items: [{ id: 'sku-1' }] })
  // @ts-expect-error an item has an id
  await waybill.channels.test('shop-eu', { item: { data: 1 } })
  // @ts-expect-error a module stands in the configuration file
  await waybill.channels.put('shop-eu', { connector: { type: 'module', path: './x.mjs' } })
}

export async function retryItems(job: JobHandle): Promise<void> {
  expectTypeOf(await job.retryFailed({ status: ['failed', 'cancelled'], allowStale: true })).toEqualTypeOf<JobHandle>()
  expectTypeOf(await waybill.deadLetters.retry({ channel: 'shop-eu', code: ['http_503'] })).toEqualTypeOf<JobHandle[]>()
  // @ts-expect-error what succeeded is not tried again
  await job.retryFailed({ status: 'succeeded' })
  // @ts-expect-error all of them is said with {}
  await waybill.deadLetters.retry()
  for await (const listed of waybill.deadLetters.list({ retried: false }))
    expectTypeOf(listed).toEqualTypeOf<DeadLetter>()
  for await (const listed of waybill.parked.list({ jobId: job.id })) {
    expectTypeOf(listed).toEqualTypeOf<ParkedItem>()
    expectTypeOf(await waybill.parked.resolve([listed], 'skip')).toEqualTypeOf<ParkedReceipt>()
  }
  await waybill.parked.resolve([{ jobId: job.id, index: 3 }], 'retry')
  const replacement = { decision: 'replace', item: { jobId: job.id, index: 3 }, data: { price: 1 } } as const
  expectTypeOf(await waybill.parked.resolve(replacement)).toEqualTypeOf<ParkedReceipt>()
  // @ts-expect-error a decision that does not exist
  await waybill.parked.resolve([], 'ignore')
}

export async function runExecutions(): Promise<void> {
  const stages = [{ name: 'products', jobs: [{ ...envelope, items }] }]
  const execution = await waybill.executions.create({ id: 'nightly', stages }, { idempotencyKey: 'nightly' })
  expectTypeOf(execution).toEqualTypeOf<Execution>()
  const onProgress = (seen: Execution): void => console.log(seen.counts)
  expectTypeOf(await waybill.executions.wait(execution.id, { timeoutMs: 1_000, onProgress })).toEqualTypeOf<Execution>()
  // @ts-expect-error a stage has jobs
  await waybill.executions.create({ stages: [{ name: 'products' }] })
  // @ts-expect-error an execution is polled
  await waybill.executions.wait('nightly', { transport: 'long-poll' })
}

export async function callRaw(): Promise<void> {
  const { data, error, response } = await waybill.raw.GET('/v1/jobs/{jobId}/items/{index}', {
    params: { path: { jobId: 'job_1', index: 0 } },
  })
  expectTypeOf(response).toEqualTypeOf<Response>()
  if (error !== undefined) expectTypeOf(error.code).toEqualTypeOf<Problem['code']>()
  else expectTypeOf(data.warnings).toEqualTypeOf<Item['warnings']>()
  // @ts-expect-error a path that does not exist
  await waybill.raw.GET('/v1/job')
  // @ts-expect-error a parameter that is missing
  await waybill.raw.GET('/v1/jobs/{jobId}')
}

export function handleErrors(error: unknown): void {
  if (isWaitTimeoutError(error)) {
    expectTypeOf(error).toEqualTypeOf<WaitTimeoutError>()
    expectTypeOf(error.job).toEqualTypeOf<JobHandle>()
  }
  if (isUploadError(error)) {
    expectTypeOf(error.job).toEqualTypeOf<JobHandle>()
    expectTypeOf(error.itemIndex).toEqualTypeOf<number | null>()
  }
  if (isNotFoundError(error)) expectTypeOf(error).toEqualTypeOf<NotFoundError>()
  if (isApiError(error)) {
    expectTypeOf(error).toEqualTypeOf<ApiError>()
    expectTypeOf(error.status).toEqualTypeOf<number>()
    expectTypeOf(error.retryAfterMs).toEqualTypeOf<number | null>()
    if (error.code === 'unknown_field') expectTypeOf(error.problem).toEqualTypeOf<Problem | null>()
  }
  if (isWaybillError(error)) expectTypeOf(error.idempotencyKey).toEqualTypeOf<string | undefined>()
}

// What every runtime must be able to do: the same program everywhere, through the public surface of the installed package alone.

import {
  createClient,
  isAuthenticationError,
  isBadRequestError,
  isConnectionError,
  isNotFoundError,
  isWaitTimeoutError,
  type Job,
  type JobHandle,
  NotFoundError,
  type Waybill,
  WaybillError,
} from '@waybill/sdk'

/** Where the program finds what it talks to. */
export interface ProgramTargets {
  /** A server whose channel `shop` gives back the data of an item, and refuses an item whose data says `refuse`. */
  readonly serverUrl: string
  /** Nobody listens here. */
  readonly closedUrl: string
}

export interface CheckResult {
  readonly name: string
  /** Null: passed. */
  readonly failure: string | null
}

interface Product {
  readonly title: string
  readonly refuse?: boolean
}

interface World extends ProgramTargets {
  readonly waybill: Waybill
  /** Of this check alone, in all runtimes. */
  readonly source: string
}

/** A check that takes longer has failed: it is over within a second or two. */
const checkTimeoutMs = 30_000
/** The longest of the delays that an abort must not sit out is far longer, and a busy machine answers far sooner. */
const promptlyMs = 5_000

const checks: Record<string, (world: World) => Promise<void>> = {
  'submits an array, waits, and reads every result in order with its check sum': async ({ waybill, source }) => {
    // Letters of two, three and four bytes, in an answer of many pieces: nothing may be cut inside of one.
    const items = Array.from({ length: 1_500 }, (_, index) => createItem(index, `Stühle 椅子 🪑 ${index}`))
    const job = await waybill.jobs.submit<Product>({ ...envelope(source), items })
    equal(job.last?.counts.total, items.length, 'counts.total')
    const ended = await job.wait()
    equal([ended.done, ended.outcome, ended.counts.succeeded], [true, 'succeeded', items.length], 'the ended job')

    const results = job.results<Product>()
    let index = 0
    for await (const item of results) {
      equal([item.index, item.id], [index, items[index]!.id], 'index and id')
      equal(item.result?.title, items[index]!.data.title, 'result.title')
      index++
    }
    equal([results.end?.complete, results.end?.count], [true, items.length], 'the end record')
  },

  'tells which items failed, and why': async ({ waybill, source }) => {
    const items = Array.from({ length: 40 }, (_, index) => createItem(index, 'Chair', index % 10 === 9))
    const job = await waybill.jobs.submit({ ...envelope(source), items })
    const seen: Job[] = []
    const ended = await job.wait({ onProgress: (snapshot) => seen.push(snapshot) })
    equal([ended.outcome, ended.counts.failed], ['partial', 4], 'the ended job')
    equal(seen.at(-1)?.version, ended.version, 'the last snapshot')
    const failed = await collect(job.results({ status: 'failed' }))
    equal(
      failed.map(({ index, error }) => [index, error?.code]),
      [9, 19, 29, 39].map((index) => [index, 'refused']),
      'what failed',
    )
    const listed = await collect(job.items<Product>({ status: 'failed', include: ['data'], pageSize: 3 }))
    equal(
      listed.map(({ index, data }) => [index, data?.refuse]),
      [9, 19, 29, 39].map((index) => [index, true]),
      'items over two pages',
    )
  },

  ...Object.fromEntries(
    (['long-poll', 'poll', 'auto'] as const).map((transport) => [
      `waits by ${transport}`,
      async ({ waybill, source }: World) => {
        const input = { ...envelope(source), items: [createItem(0, 'Chair')] }
        const ended = await waybill.jobs.run(input, { transport, backoff: { initialMs: 50 } })
        equal([ended.done, ended.outcome], [true, 'succeeded'], 'the ended job')
      },
    ]),
  ),

  'gives snapshots one by one': async ({ waybill, source }) => {
    const job = await waybill.jobs.submit({ ...envelope(source), items: [createItem(0, 'Chair')] })
    const versions: number[] = []
    let last: Job | null = null
    for await (const snapshot of job.poll()) {
      versions.push(snapshot.version)
      last = snapshot
    }
    equal(last?.done, true, 'done of the last snapshot')
    equal(
      versions,
      [...new Set(versions)].sort((a, b) => a - b),
      'growing versions',
    )
  },

  ...Object.fromEntries(
    (['long-poll', 'poll'] as const).map((transport) => [
      `ends a wait by ${transport} at once when it is aborted, and asks nothing more`,
      async ({ serverUrl, source }: World) => {
        let requests = 0
        const counting = (request: Request): Promise<Response> => {
          requests++
          return fetch(request)
        }
        const waybill = createClient({ baseUrl: serverUrl, fetch: counting })
        const job = await submitForLater(waybill, source)
        const reason = new Error('Enough')
        const controller = new AbortController()
        // What stays alive keeps the whole program alive: that it ends by itself is looked at from outside.
        const waiting = job.wait({
          transport,
          signal: controller.signal,
          backoff: { initialMs: 60_000, maxMs: 60_000 },
        })
        await sleep(300)
        const abortedMs = Date.now()
        controller.abort(reason)
        const error = await catchError(waiting)
        const requestsWhenEnded = requests
        equal(error === reason, true, `the reason (${String(error)})`)
        equal(Date.now() - abortedMs < promptlyMs, true, `ended promptly (${Date.now() - abortedMs} ms)`)
        await sleep(200)
        equal(requests, requestsWhenEnded, 'requests after the abort')
        await job.cancel()
      },
    ]),
  ),

  'ends a wait at its time limit with a job that can be waited for again': async ({ waybill, source }) => {
    const job = await submitForLater(waybill, source)
    const error = await catchError(job.wait({ timeoutMs: 200 }))
    equal(isWaitTimeoutError(error), true, `a WaitTimeoutError (${String(error)})`)
    if (!isWaitTimeoutError(error)) return
    equal([error.job.id, error.last?.status], [job.id, 'scheduled'], 'what it carries')
    await error.job.cancel()
    equal((await error.job.wait()).outcome, 'cancelled', 'outcome')
  },

  'goes on with a job from what was written down': async ({ waybill, source }) => {
    const job = await waybill.jobs.submit({ ...envelope(source), items: [createItem(0, 'Chair')] })
    const attached = waybill.jobs.attach(JSON.parse(JSON.stringify(job)) as { version: 1; id: string })
    equal((await attached.wait()).id, job.id, 'id')
    equal((await collect(attached.results())).length, 1, 'number of results')
  },

  'makes one job when the first answer is lost': async ({ serverUrl, waybill, source }) => {
    let posts = 0
    const losing = async (request: Request): Promise<Response> => {
      const isFirst = request.method === 'POST' && ++posts === 1
      const response = await fetch(request)
      if (!isFirst) return response
      await response.arrayBuffer()
      throw new TypeError('The connection broke')
    }
    const input = { ...envelope(source), items: [createItem(0, 'Chair')] }
    const job = await createClient({ baseUrl: serverUrl, fetch: losing, retry: { initialMs: 10 } }).jobs.submit(input)
    equal(posts, 2, 'submissions')
    const jobs = await collect(waybill.jobs.list({ source }))
    equal(
      jobs.map(({ id }) => id),
      [job.id],
      'jobs at the server',
    )
    await job.wait()
    await job.delete()
    equal(isNotFoundError(await catchError(job.get())), true, 'gone after delete')
  },

  'retries what failed as a new job, and finds it among the dead letters': async ({ waybill, source }) => {
    const items = [createItem(0, 'Chair'), createItem(1, 'Table', true)]
    const job = await waybill.jobs.submit({ ...envelope(source), items })
    equal((await job.wait()).outcome, 'partial', 'outcome')
    const retried = await job.retryFailed()
    const ended = await retried.wait()
    equal([ended.retryOf, ended.outcome, ended.counts.total], [job.id, 'failed', 1], 'the new job')
    const dead = await collect(waybill.deadLetters.list({ jobId: retried.id }))
    equal(
      dead.map(({ item }) => [item.id, item.error?.code]),
      [[items[1]!.id, 'refused']],
      'dead letters',
    )
  },

  'follows an execution of two stages': async ({ waybill, source }) => {
    const jobs = [{ ...envelope(source), items: [createItem(0, 'Chair')] }]
    const stages = ['brands', 'products'].map((name) => ({ name, jobs }))
    const { id } = await waybill.executions.create({ stages })
    const ended = await waybill.executions.wait(id, { backoff: { initialMs: 50 } })
    equal([ended.done, ended.outcome, ended.counts.succeeded], [true, 'succeeded', 2], 'the ended execution')
  },

  'delivers a single item': async ({ waybill, source }) => {
    const { items: _, ...call } = { ...envelope(source), items: [] }
    const delivery = await waybill.items.deliver({ ...call, item: createItem(0, 'Chair') }, { waitSeconds: 10 })
    equal([delivery.done, delivery.item?.status], [true, 'succeeded'], 'the delivery')
  },

  'gives errors of its own classes, known by their guards': async ({ serverUrl, closedUrl, waybill, source }) => {
    const missing = await catchError(waybill.jobs.attach(`job_${'0'.repeat(32)}`).get())
    equal([isNotFoundError(missing), missing instanceof NotFoundError], [true, true], `not found (${String(missing)})`)
    equal(missing instanceof WaybillError && missing instanceof Error, true, 'the classes above it')
    if (isNotFoundError(missing)) {
      equal([missing.status, missing.problem?.status, typeof missing.requestId], [404, 404, 'string'], 'its details')
    }
    const wrong = { ...envelope(source), noSuchField: 1, items: [createItem(0, 'Chair')] }
    const refused = await catchError(waybill.jobs.submit(wrong))
    equal(isBadRequestError(refused), true, `bad request (${String(refused)})`)

    const stranger = createClient({ baseUrl: serverUrl, token: async () => 'not a token' })
    const unknown = await catchError(collect(stranger.jobs.list()))
    equal(isAuthenticationError(unknown), true, `unknown token (${String(unknown)})`)

    const lost = createClient({ baseUrl: closedUrl, retry: false })
    const unreachable = await catchError(lost.jobs.submit({ ...envelope(source), items: [] }))
    equal(isConnectionError(unreachable), true, `unreachable (${String(unreachable)})`)
    if (isConnectionError(unreachable)) equal(typeof unreachable.idempotencyKey, 'string', 'the key to go on with')

    const unusable = await catchError(Promise.resolve().then(() => createClient({ baseUrl: 'ftp://localhost' })))
    equal(unusable instanceof TypeError, true, `a wrong argument (${String(unusable)})`)
  },

  'makes every call of the API by raw, with text and bytes as they are': async ({ waybill, source }) => {
    const { data: limits, error } = await waybill.raw.GET('/v1/limits')
    equal([error, typeof limits?.maxItemsPerNdjsonRequest], [undefined, 'number'], 'limits')
    const lines = [envelope(source), createItem(0, 'Stühle'), createItem(1, '椅子')]
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    for (const body of [text, new TextEncoder().encode(text), new Blob([text])]) {
      const { data: job, response } = await waybill.raw.POST('/v1/jobs', {
        headers: { 'Content-Type': 'application/x-ndjson' },
        // The description knows the type of the JSON body only.
        body: body as unknown as string,
      })
      equal([response.status, job?.counts.total], [202, 2], 'the answer')
      equal(response.headers.get('Location'), `/v1/jobs/${job?.id}`, 'Location')
    }
  },
}

/** The names of all checks, in order. */
export const checkNames: readonly string[] = Object.keys(checks)

/** Runs all checks, one after another; a failure ends none of the others. */
export async function runProgram(targets: ProgramTargets): Promise<CheckResult[]> {
  const waybill = createClient({ baseUrl: targets.serverUrl })
  const results: CheckResult[] = []
  for (const [name, check] of Object.entries(checks)) {
    const world = { ...targets, waybill, source: `runtimes-${Math.random().toString(36).slice(2)}` }
    results.push({ name, failure: await failureOf(check(world)) })
  }
  return results
}

async function failureOf(check: Promise<void>): Promise<string | null> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    const message = `Cannot pass the check as it must end within ${checkTimeoutMs} ms: it did not`
    timer = setTimeout(() => reject(new Error(message)), checkTimeoutMs)
  })
  try {
    await Promise.race([check, late])
    return null
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  } finally {
    clearTimeout(timer)
  }
}

function envelope(source: string) {
  return { channel: 'shop', objectType: 'product', action: 'update', source } as const
}

function createItem(index: number, title: string, refuse = false): { id: string; data: Product } {
  return { id: `sku-${index}-ü`, data: refuse ? { title, refuse } : { title } }
}

/** A job that will not end by itself while the check runs. */
function submitForLater(waybill: Waybill, source: string): Promise<JobHandle> {
  const runAt = new Date(Date.now() + 3_600_000).toISOString()
  return waybill.jobs.submit({ ...envelope(source), runAt, items: [createItem(0, 'Chair')] })
}

async function collect<Entry>(entries: AsyncIterable<Entry>): Promise<Entry[]> {
  const collected: Entry[] = []
  for await (const entry of entries) collected.push(entry)
  return collected
}

async function catchError(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
  } catch (error) {
    return error
  }
  throw new Error('Cannot pass the check as the call must fail: it succeeded')
}

function equal(actual: unknown, wanted: unknown, what: string): void {
  const [shown, shownWanted] = [JSON.stringify(actual), JSON.stringify(wanted)]
  if (shown === shownWanted) return
  throw new Error(`Cannot pass the check as ${what} must be ${shownWanted}: current value is ${shown}`)
}

function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs))
}

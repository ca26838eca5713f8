import { randomUUID } from 'node:crypto'
import type {
  DeadLetterGroupPage,
  DeadLetterPage,
  Execution,
  ExecutionPage,
  Item,
  Job,
  ParkedReceipt,
  RetryReceipt,
} from '@waybill/spec'
import { describe, expect, it } from 'vitest'
import { json, send, submit, untilDone, untilParked } from './api.ts'
import { envelope, eventually } from './bodies.ts'
import { checkAnswer, checkProblem } from './check-answer.ts'
import type { UseTarget } from './target.ts'

const failing = { sandbox: { status: 422 } }

/** Failed and parked items, and jobs that are held back: all of them can be read, and decided on. */
export function describeFailures(target: UseTarget): void {
  const control = (operationId: 'pauseJob' | 'resumeJob' | 'releaseJob' | 'cancelJob', jobId: string) =>
    send(target(), { operationId, pathParams: { jobId } })
  const jobOf = async (jobId: string) =>
    json<Job>(await send(target(), { operationId: 'getJob', pathParams: { jobId } }))
  const itemOf = async (jobId: string, index = 0) =>
    json<Item>(await send(target(), { operationId: 'getItem', pathParams: { jobId, index: String(index) } }))

  describe('failed items', () => {
    it('are listed with what to do, tried again as a new job, and then say so', async () => {
      const id = `sku-${randomUUID()}`
      const body = { ...envelope, items: [{ id, data: { sandbox: { status: 422, times: 1 } } }] }
      const job = await submit(target(), body)
      expect(await untilDone(target(), job.id)).toMatchObject({ outcome: 'failed' })
      const list = () => send(target(), { operationId: 'listDeadLetters', query: { jobId: job.id } })
      const [letter] = json<DeadLetterPage>(await list()).deadLetters
      expect(letter).toMatchObject({ code: 'http_422', item: { id, retriedAs: null } })
      expect(letter!.advice).not.toBe('')
      expect(letter!.item.log).toHaveLength(1)

      const retry = () => send(target(), { operationId: 'retryJob', pathParams: { jobId: job.id }, body: {} })
      const retried = json<RetryReceipt>(await retry()).jobs
      expect(retried).toMatchObject([{ retryOf: job.id, counts: { total: 1 } }])
      await untilDone(target(), retried[0]!.id)
      expect(await itemOf(job.id)).toMatchObject({ status: 'failed', retriedAs: retried[0]!.id })
      checkProblem(await retry(), 'nothing_to_retry')
      const open = await send(target(), { operationId: 'listDeadLetters', query: { jobId: job.id, retried: 'false' } })
      expect(json<DeadLetterPage>(open).deadLetters).toEqual([])
    })
  })

  describe('groups of failed items', () => {
    it('count items with the same error, and are listed and tried again by their id', async () => {
      const sandbox = [{ status: 422, times: 1 }, { status: 422, times: 1 }, { status: 410 }]
      const items = sandbox.map((one) => ({ id: randomUUID(), data: { sandbox: one } }))
      const job = await submit(target(), { ...envelope, items })
      await untilDone(target(), job.id)
      const query = { jobId: job.id }
      const groups = async (more = {}) => {
        const answer = await send(target(), { operationId: 'listDeadLetterGroups', query: { ...query, ...more } })
        checkAnswer(answer)
        const page = json<DeadLetterGroupPage>(answer)
        expect(page.complete).toBe(true)
        return page.groups
      }
      const [most, other, ...rest] = await groups()
      expect(rest).toEqual([])
      expect(most).toMatchObject({ channel: 'sandbox', code: 'http_422', count: 2, retried: 0 })
      expect(other).toMatchObject({ code: 'http_410', count: 1, example: { jobId: job.id, index: 2 } })
      expect(most!.advice).not.toBe('')
      expect(await groups({ group: other!.id })).toEqual([other])

      const listed = await send(target(), { operationId: 'listDeadLetters', query: { ...query, group: most!.id } })
      expect(
        json<DeadLetterPage>(listed)
          .deadLetters.map(({ item }) => item.index)
          .sort(),
      ).toEqual([0, 1])
      const body = { jobIds: [job.id], groups: [most!.id] }
      const retry = await send(target(), { operationId: 'retryDeadLetters', body })
      expect(json<RetryReceipt>(retry).jobs).toMatchObject([{ retryOf: job.id, counts: { total: 2 } }])
      expect((await groups({ group: most!.id }))[0]).toMatchObject({ count: 2, retried: 2 })
      expect(await groups({ retried: 'false' })).toEqual([other])
      checkProblem(await send(target(), { operationId: 'retryDeadLetters', body }), 'nothing_to_retry')
    })
  })

  describe('an Idempotency-Key on trying again', () => {
    const retryJob = (jobId: string, key: string, body: object = {}) =>
      send(target(), { operationId: 'retryJob', pathParams: { jobId }, headers: { 'idempotency-key': key }, body })
    const retryDeadLetters = (jobId: string, key: string, body: object = {}) =>
      send(target(), {
        operationId: 'retryDeadLetters',
        headers: { 'idempotency-key': key },
        body: { jobIds: [jobId], ...body },
      })

    it.each([
      ['retryJob', retryJob],
      ['retryDeadLetters', retryDeadLetters],
    ] as const)('%s gives the same job again, and refuses another body', async (_, retry) => {
      const item = { id: randomUUID(), data: { sandbox: { status: 422, times: 1 } } }
      const job = await submit(target(), { ...envelope, items: [item] })
      await untilDone(target(), job.id)
      const key = randomUUID()
      const first = await retry(job.id, key)
      checkAnswer(first)
      expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([202, null])
      const [made] = json<RetryReceipt>(first).jobs
      await untilDone(target(), made!.id)
      const again = await retry(job.id, key)
      checkAnswer(again)
      expect(again.headers.get('idempotent-replayed')).toBe('true')
      expect(json(again)).toEqual(json(first))
      checkProblem(await retry(job.id, key, { allowStale: true }), 'idempotency_mismatch')
      expect(await itemOf(job.id)).toMatchObject({ retriedAs: made!.id })
    })

    it('of two requests at once lets one do it, and the other see that', async () => {
      const job = await submit(target(), { ...envelope, items: [{ id: randomUUID(), data: failing }] })
      await untilDone(target(), job.id)
      const key = randomUUID()
      const answers = await Promise.all([retryJob(job.id, key), retryJob(job.id, key)])
      for (const answer of answers) if (answer.status !== 202) checkProblem(answer, 'idempotency_in_progress')
      const made = answers.flatMap((answer) => (answer.status === 202 ? json<RetryReceipt>(answer).jobs : []))
      expect(made.length).toBeGreaterThan(0)
      expect(new Set(made.map(({ id }) => id)).size).toBe(1)
    })
  })

  describe('a parked item', () => {
    it.each([
      ['skip', 'succeeded', 'partial'],
      ['skip_key', 'cancelled', 'failed'],
    ] as const)('holds its key until it is decided on: %s', async (decision, status, outcome) => {
      const partitionKey = randomUUID()
      const job = await submit(target(), {
        ...envelope,
        retry: {
          rules: [
            { status: ['5xx'], then: 'fail' },
            { status: ['4xx'], then: 'park' },
          ],
        },
        items: [
          { id: randomUUID(), partitionKey, data: failing },
          { id: randomUUID(), partitionKey },
        ],
      })
      const parked = await untilParked(target(), job.id)
      expect(parked.item).toMatchObject({ index: 0, status: 'waiting', waiting: { reason: 'parked' } })
      expect(await itemOf(job.id, 1)).toMatchObject({
        status: 'pending',
        waiting: { reason: 'partition', behind: { jobId: job.id, index: 0 } },
      })
      const body = { items: [{ jobId: job.id, index: 0 }], decision }
      const answer = await send(target(), { operationId: 'resolveParked', body })
      checkAnswer(answer)
      expect(json<ParkedReceipt>(answer)).toEqual({ resolved: 1, notParked: [] })
      expect(await untilDone(target(), job.id)).toMatchObject({ outcome })
      expect(await itemOf(job.id)).toMatchObject({ status: 'failed', error: { code: 'http_422' } })
      expect(await itemOf(job.id, 1)).toMatchObject({ status })
    })
  })

  describe('a parked item whose data is replaced', () => {
    const park = async (data: unknown, over: object = {}): Promise<Job> => {
      const rules = [{ status: ['4xx'], then: 'park' as const }]
      const job = await submit(target(), {
        ...envelope,
        retry: { rules },
        ...over,
        items: [{ id: randomUUID(), data }],
      })
      await untilParked(target(), job.id)
      return job
    }
    const replace = (jobId: string, data: unknown) =>
      send(target(), {
        operationId: 'resolveParked',
        body: { items: [{ jobId, index: 0 }], decision: 'replace', data },
      })

    it.each([
      ['100 bytes', 100],
      ['900 KB', 900_000],
    ])('is tried again with the new data of %s, and its log keeps the old', async (_, bytes) => {
      const old = { ...failing, text: 'o'.repeat(bytes) }
      const job = await park(old)
      const data = { text: 'n'.repeat(bytes), price: 1990 }
      const answer = await replace(job.id, data)
      checkAnswer(answer)
      expect(json<ParkedReceipt>(answer)).toEqual({ resolved: 1, notParked: [] })
      expect(await untilDone(target(), job.id)).toMatchObject({ outcome: 'succeeded' })
      const found = await send(target(), { operationId: 'getItem', pathParams: { jobId: job.id, index: '0' } })
      checkAnswer(found)
      const item = json<Item>(found)
      expect(item).toMatchObject({ status: 'succeeded', attempts: 2, data })
      const [first, second] = item.log!
      expect(first).toMatchObject({ attempt: 1, verdict: 'parked', replaced: { data: old } })
      expect(first!.replaced!.by).toMatch(/^(token|address):./)
      expect(Date.parse(first!.replaced!.at)).toBeGreaterThan(Date.parse(first!.startedAt))
      expect(second).not.toHaveProperty('replaced')
      const list = await send(target(), {
        operationId: 'listItems',
        pathParams: { jobId: job.id },
        query: { include: ['data', 'log'] },
      })
      checkAnswer(list)
      const { at, by } = first!.replaced!
      expect(json<{ items: Item[] }>(list).items[0]).toMatchObject({ data, log: [{ replaced: { at, by } }, {}] })
      expect(json<{ items: Item[] }>(list).items[0]!.log![0]!.replaced).not.toHaveProperty('data')
      expect(json<ParkedReceipt>(await replace(job.id, data)).notParked).toEqual([{ jobId: job.id, index: 0 }])
    })

    it('is replaced again and again, and a retry of the job takes what it had last', async () => {
      const job = await park({ ...failing, n: 0 })
      for (const n of [1, 2]) {
        await replace(job.id, { ...failing, n })
        await eventually(async () => ((await itemOf(job.id)).attempts === n + 1 ? true : null))
        await untilParked(target(), job.id)
      }
      const { log } = await itemOf(job.id)
      expect(log!.map(({ replaced }) => (replaced?.data as { n: number } | undefined)?.n)).toEqual([0, 1, undefined])
      const skip = { items: [{ jobId: job.id, index: 0 }], decision: 'skip' }
      await send(target(), { operationId: 'resolveParked', body: skip })
      await untilDone(target(), job.id)
      const letters = await send(target(), { operationId: 'listDeadLetters', query: { jobId: job.id } })
      checkAnswer(letters)
      expect(json<DeadLetterPage>(letters).deadLetters[0]!.item.log).toHaveLength(3)
      const retry = await send(target(), { operationId: 'retryJob', pathParams: { jobId: job.id }, body: {} })
      const [retried] = json<RetryReceipt>(retry).jobs
      const { id, data } = await itemOf(retried!.id)
      expect([id, data]).toEqual([(await itemOf(job.id)).id, { ...failing, n: 2 }])
      await control('cancelJob', retried!.id)
    })

    it('keeps its partition key: new data that leads to another one is refused', async () => {
      const storefront = randomUUID()
      const job = await park({ ...failing, storefront }, { partitionBy: '/data/storefront' })
      for (const data of [{ storefront: 'another' }, { storefront: [] }, {}, null]) {
        const answer = await replace(job.id, data)
        checkProblem(answer, 'invalid_item')
        expect(json<{ errors: object[] }>(answer).errors).toMatchObject([{ pointer: '/data/storefront' }])
      }
      expect(await itemOf(job.id)).toMatchObject({ waiting: { reason: 'parked' }, data: { storefront } })
      await replace(job.id, { storefront, price: 1 })
      expect(await untilDone(target(), job.id)).toMatchObject({ outcome: 'succeeded' })
      expect(await itemOf(job.id)).toMatchObject({ partitionKey: storefront, data: { storefront, price: 1 } })
    })

    it('refuses what does not fit, and leaves it parked', async () => {
      const job = await park(failing)
      checkProblem(await replace(job.id, 'x'.repeat(1024 * 1024)), 'line_too_large')
      checkProblem(await replace(job.id, 'x'.repeat(1024 * 1024 - 10)), 'line_too_large')
      expect(await itemOf(job.id)).toMatchObject({ waiting: { reason: 'parked' }, data: failing })
      await control('cancelJob', job.id)
    })

    it('is refused when so much of it was replaced that its log is full', async () => {
      const job = await park({ ...failing, text: 'x'.repeat(1_000_000) })
      let answer = await replace(job.id, { ...failing, text: 'y'.repeat(1_000_000) })
      for (let times = 2; answer.status === 200 && times < 10; times++) {
        await eventually(async () => ((await itemOf(job.id)).attempts === times ? true : null))
        await untilParked(target(), job.id)
        answer = await replace(job.id, { ...failing, text: 'y'.repeat(1_000_000) })
      }
      checkProblem(answer, 'replaced_too_often')
      expect((await itemOf(job.id)).log).toHaveLength(5)
      await control('cancelJob', job.id)
    })
  })

  describe('a job that is held back', () => {
    it('starts nothing while it is paused, and continues when it is resumed', async () => {
      const job = await submit(target(), { ...envelope, runAt: soon(), items: [{ id: randomUUID() }] })
      expect(json<Job>(await control('pauseJob', job.id))).toMatchObject({ status: 'paused', done: false })
      const after = await submit(target(), { ...envelope, runAt: soon(), items: [{ id: randomUUID() }] })
      await untilDone(target(), after.id)
      expect(await jobOf(job.id)).toMatchObject({ status: 'paused', counts: { pending: 1 } })
      await control('resumeJob', job.id)
      expect(await untilDone(target(), job.id)).toMatchObject({ outcome: 'succeeded' })
      checkProblem(await control('pauseJob', job.id), 'job_ended')
    })

    it('says why it stays blocked, until it is released', async () => {
      const failed = await submit(target(), { ...envelope, items: [{ id: randomUUID(), data: failing }] })
      const dependsOn = [{ job: failed.id, require: 'succeeded' as const }]
      const job = await submit(target(), { ...envelope, dependsOn, items: [{ id: randomUUID() }] })
      await untilDone(target(), failed.id)
      const blocked = await eventually(async () => {
        const seen = await jobOf(job.id)
        return seen.error === null ? null : seen
      })
      expect(blocked).toMatchObject({
        status: 'blocked',
        error: { code: 'dependency_unmet', dependencies: [failed.id] },
        waiting: [{ reason: 'dependency', items: 1 }],
      })
      await control('releaseJob', job.id)
      expect(await untilDone(target(), job.id)).toMatchObject({ outcome: 'succeeded', error: null })
    })

    it('expires at its deadline', async () => {
      const { id: open } = await submit(target(), { ...envelope, open: true })
      const deadlineAt = soon()
      const dependsOn = [{ job: open }]
      const job = await submit(target(), { ...envelope, dependsOn, deadlineAt, items: [{ id: randomUUID() }] })
      expect(await untilDone(target(), job.id)).toMatchObject({ outcome: 'expired', counts: { cancelled: 1 } })
      expect(await itemOf(job.id)).toMatchObject({ status: 'cancelled', error: { code: 'deadline_passed' } })
      await control('cancelJob', open)
    })
  })

  it('an execution runs its stages one after another', async () => {
    const stage = (name: string) => ({ name, jobs: [{ ...envelope, items: [{ id: randomUUID() }] }] })
    const stages = [stage('first'), { name: 'open', jobs: [{ ...envelope, open: true }] }, stage('last')]
    const made = await send(target(), { operationId: 'createExecution', body: { stages } })
    checkAnswer(made)
    const { id, stages: shown } = json<Execution>(made)
    expect(made.headers.get('location')).toBe(`/v1/executions/${id}`)
    expect(shown.map(({ jobs }) => jobs[0]!.status)).toEqual(['pending', 'open', 'blocked'])
    const jobId = shown[1]!.jobs[0]!.id
    await send(target(), {
      operationId: 'appendItems',
      pathParams: { jobId },
      query: { fromIndex: '0' },
      body: [{ id: randomUUID() }],
    })
    await send(target(), { operationId: 'sealJob', pathParams: { jobId }, body: { itemCount: 1 } })
    const ended = await eventually(async () => {
      const answer = await send(target(), { operationId: 'getExecution', pathParams: { executionId: id } })
      checkAnswer(answer)
      const execution = json<Execution>(answer)
      return execution.done ? execution : null
    })
    expect(ended).toMatchObject({ status: 'ended', outcome: 'succeeded', counts: { total: 3, succeeded: 3 } })
    const starts = ended.stages.map(({ jobs }) => jobs[0]!.startedAt!)
    expect(starts).toEqual([...starts].sort())
  })

  it('an execution is paused, resumed and cancelled as one, and listed', async () => {
    const executionId = `nightly ${randomUUID()}`
    const act = async (operationId: 'cancelExecution' | 'pauseExecution' | 'resumeExecution') => {
      const answer = await send(target(), { operationId, pathParams: { executionId } })
      checkAnswer(answer)
      return answer.status === 202 ? json<Execution>(answer) : answer
    }
    const items = [{ id: randomUUID(), data: { sandbox: { delayMs: 60_000 } } }, { id: randomUUID() }]
    const stages = [
      { name: 'first', jobs: [{ ...envelope, partitionBy: 'job', items }] },
      { name: 'second', jobs: [{ ...envelope, items: [{ id: randomUUID() }] }] },
      { name: 'third', jobs: [{ ...envelope, open: true }] },
    ]
    await send(target(), { operationId: 'createExecution', body: { id: executionId, stages } })
    const paused = (await act('pauseExecution')) as Execution
    expect(paused.stages.map(({ jobs }) => jobs[0]!.status).slice(1)).toEqual(['paused', 'open'])
    expect(await act('pauseExecution')).toMatchObject({ id: executionId })
    const resumed = (await act('resumeExecution')) as Execution
    expect(resumed.stages[1]!.jobs[0]!.status).toBe('blocked')

    const list = async (query: object) => {
      const answer = await send(target(), { operationId: 'listExecutions', query: { ...query, pageSize: '100' } })
      checkAnswer(answer)
      return json<ExecutionPage>(answer).executions.map(({ id }) => id)
    }
    expect(await list({ channel: 'sandbox' })).toContain(executionId)
    expect(await list({ channel: 'no-such-channel' })).not.toContain(executionId)
    expect(await list({ status: 'ended' })).not.toContain(executionId)

    const [first] = resumed.stages[0]!.jobs
    await eventually(async () => ((await jobOf(first!.id)).counts.running > 0 ? true : null))
    expect(await act('cancelExecution')).toMatchObject({ id: executionId })
    for (const { jobs } of resumed.stages.slice(1))
      expect(await untilDone(target(), jobs[0]!.id)).toMatchObject({ outcome: 'cancelled' })
    expect(await act('cancelExecution')).toMatchObject({ id: executionId })
  })

  it('no stage starts after one that was cancelled, unless it only requires that to have ended', async () => {
    const stage = (name: string, more: object = {}) => ({
      name,
      jobs: [{ ...envelope, items: [{ id: randomUUID() }] }],
      ...more,
    })
    const stages = [{ name: 'open', jobs: [{ ...envelope, open: true }] }, stage('default'), stage('last')]
    const create = async (body: object) =>
      json<Execution>(await send(target(), { operationId: 'createExecution', body: { stages: body } }))
    const [strict, lax] = [await create(stages), await create([stages[0]!, stage('any', { require: 'ended' })])]
    const read = async () => {
      const answer = await send(target(), { operationId: 'getExecution', pathParams: { executionId: strict.id } })
      checkAnswer(answer)
      return json<Execution>(answer)
    }
    for (const { stages: made } of [strict, lax]) await control('cancelJob', made[0]!.jobs[0]!.id)
    expect(await untilDone(target(), lax.stages[1]!.jobs[0]!.id)).toMatchObject({ outcome: 'succeeded' })
    const blocked = await eventually(async () => {
      const job = await jobOf(strict.stages[1]!.jobs[0]!.id)
      return job.error === null ? null : job
    })
    expect(blocked).toMatchObject({ status: 'blocked', error: { code: 'dependency_unmet' }, counts: { pending: 1 } })
    // The execution stands still, and says so until somebody releases or cancels the job.
    const stuck = await read()
    expect(stuck.stages.map(({ status }) => status)).toEqual(['ended', 'blocked', 'blocked'])
    expect(stuck).toMatchObject({ status: 'blocked', done: false, outcome: null })
    expect(stuck.progress?.etaSeconds ?? null).toBe(null)
    await control('releaseJob', blocked.id)
    expect((await read()).status).not.toBe('blocked')
    expect(await untilDone(target(), blocked.id)).toMatchObject({ outcome: 'succeeded' })
    expect(await untilDone(target(), strict.stages[2]!.jobs[0]!.id)).toMatchObject({ outcome: 'succeeded' })
    expect(await read()).toMatchObject({ status: 'ended', outcome: 'cancelled' })
  })
}

function soon(): string {
  return new Date(Date.now() + 700).toISOString()
}

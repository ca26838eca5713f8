import { randomUUID } from 'node:crypto'
import type { Execution, ExecutionPage, Job } from '@waybill/spec'
import { expect, it } from 'vitest'
import { json, send, untilDone } from './api.ts'
import { envelope, eventually } from './bodies.ts'
import { checkAnswer } from './check-answer.ts'
import type { UseTarget } from './target.ts'

/** Executions: stages that run one after another, and are controlled as one. */
export function describeExecutions(target: UseTarget): void {
  const control = (operationId: 'releaseJob' | 'cancelJob', jobId: string) =>
    send(target(), { operationId, pathParams: { jobId } })
  const jobOf = async (jobId: string) =>
    json<Job>(await send(target(), { operationId: 'getJob', pathParams: { jobId } }))

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

import type { ExecutionSubmission, JobDependency, Requirement, StageJobSubmission } from '@waybill/spec'
import { checkEnvelope, checkSchema, type EnvelopePlace } from './check-envelope.ts'
import { executionPath, executionView } from './execution-view.ts'
import { readIdempotencyKey } from './idempotency.ts'
import { askAgain } from './job-handlers.ts'
import { limits } from './limits.ts'
import { makeJob } from './make-job.ts'
import type { MockExecution, MockJob } from './mock-job.ts'
import type { MockWorld } from './mock-world.ts'
import type { OperationHandlers } from './operation-handler.ts'
import { badRequest, limitPassed, MockProblem } from './problems.ts'
import { randomHex } from './random.ts'
import { readBody, requireMediaType } from './read-body.ts'
import { parseJson, sentMembers } from './read-items.ts'
import { type Submission, withItems } from './read-submission.ts'

const CREATE: EnvelopePlace = { action: 'create execution' }

/** Jobs that belong together, in stages. */
export const executionHandlers: Pick<OperationHandlers, 'createExecution' | 'getExecution'> = {
  async createExecution({ operation, request, world }) {
    const mediaType = requireMediaType(request, operation)
    const key = readIdempotencyKey(request)
    const { first, isReplay } = await world.keys.once({
      key,
      scope: operation.operationId,
      mediaType,
      receive: () => readBody(request, { name: 'maxExecutionBodyBytes', bytes: limits.maxExecutionBodyBytes }),
      carryOut(body) {
        const execution = create(readExecution(body, world), key, world)
        const jobIds = execution.stages.flatMap(({ jobs }) => jobs.map(({ id }) => id))
        return {
          status: 202,
          body: executionView(execution, [], { book: world.book, nowMs: world.clock.nowMs() }),
          jobIds,
        }
      },
    })
    return {
      status: 202,
      body: first.body,
      headers: { Location: executionPath(first.body.id), ...(isReplay && { 'Idempotent-Replayed': 'true' }) },
    }
  },

  getExecution({ path, world }) {
    const { book, clock } = world
    const id = path.executionId
    const made = book.executions.get(id)
    const named = book.all().filter(({ envelope }) => envelope.executionId === id)
    if (named.length === 0) {
      throw new MockProblem(
        'execution_not_found',
        `Cannot find execution ${id} as there is none of this id for the caller`,
      )
    }
    const staged = new Set(made?.stages.flatMap(({ jobs }) => jobs))
    const loose = named.filter((job) => !staged.has(job))
    const { createdAtMs, stages = [] } =
      made ?? (named[0]! as { createdAtMs: number; stages?: MockExecution['stages'] })
    const kept = stages.map((stage) => ({ ...stage, jobs: stage.jobs.filter((job) => named.includes(job)) }))
    const execution = executionView({ id, createdAtMs, stages: kept }, loose, { book, nowMs: clock.nowMs() })
    return { status: 200, body: execution, headers: askAgain(execution) }
  },
}

interface ReadStage {
  readonly name: string
  readonly require: Requirement
  readonly jobs: readonly Submission[]
}

/** @throws MockProblem what is wrong with the body */
function readExecution(body: Uint8Array, world: MockWorld): { id: string | null; stages: ReadStage[] } {
  const value = parseJson(body)
  checkSchema('ExecutionSubmission', withoutItems(value), CREATE)
  const { id = null, stages } = value as ExecutionSubmission
  const all = stages.flatMap(({ jobs }) => jobs.flatMap(({ items = [] }) => items))
  if (all.length > limits.maxItemsPerExecution) {
    throw limitPassed({ code: 'too_many_items', name: 'maxItemsPerExecution', value: limits.maxItemsPerExecution })
  }
  const jobs = stages.reduce((sum, stage) => sum + stage.jobs.length, 0)
  if (jobs > limits.maxJobsPerExecution) {
    throw limitPassed({ code: 'too_many_items', name: 'maxJobsPerExecution', value: limits.maxJobsPerExecution })
  }
  const names = stages.map(({ name }) => name)
  const twice = names.findIndex((name, n) => names.indexOf(name) < n)
  if (twice !== -1) {
    const detail = `must be the name of one stage: ${JSON.stringify(names[twice])} is there twice`
    throw badRequest(CREATE.action, { pointer: `/stages/${twice}/name`, detail })
  }
  const read = stages.map(({ name, require = 'finished', jobs }, n) => ({
    name,
    require,
    jobs: jobs.map((job, m) => readJob(job, { within: `/stages/${n}/jobs/${m}`, bodyBytes: body.length }, world)),
  }))
  return { id, stages: read }
}

function readJob(job: StageJobSubmission, at: { within: string; bodyBytes: number }, world: MockWorld): Submission {
  const place = { ...CREATE, within: at.within }
  const { items, ...rest } = job
  if (job.open === true && items !== undefined) {
    throw badRequest(CREATE.action, { pointer: `${at.within}/items`, detail: 'must not be given together with open' })
  }
  const checked = checkEnvelope({ ...rest, open: items === undefined }, place, world)
  return withItems(checked, sentMembers(items ?? [], `${at.within}/items`, at.bodyBytes), place)
}

/** Items are looked at one by one, and told as items. */
function withoutItems(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutItems)
  if (typeof value !== 'object' || value === null) return value
  const { stages, jobs, items, ...rest } = value as Record<string, unknown>
  return {
    ...rest,
    ...(stages !== undefined && { stages: withoutItems(stages) }),
    ...(jobs !== undefined && { jobs: withoutItems(jobs) }),
    ...(items !== undefined && { items: Array.isArray(items) ? [] : items }),
  }
}

function create(
  { id: wanted, stages }: { id: string | null; stages: readonly ReadStage[] },
  idempotencyKey: string | null,
  world: MockWorld,
): MockExecution {
  const { book, clock, random } = world
  const id = wanted ?? `exec_${randomHex(random, 32)}`
  if (book.executions.has(id)) {
    throw new MockProblem('execution_exists', `Cannot create execution as there must be none of id ${id}: there is one`)
  }
  let before: readonly MockJob[] = []
  const made = stages.map(({ name, require, jobs }) => {
    const waitsFor = before.map(({ id: job }): Required<JobDependency> => ({ job, require }))
    before = jobs.map(({ envelope, items, open }) => {
      const dependsOn = [...envelope.dependsOn, ...waitsFor]
      return makeJob(world, { envelope: { ...envelope, executionId: id, dependsOn }, items, open, idempotencyKey })
    })
    return { name, require, jobs: before }
  })
  const execution = { id, createdAtMs: clock.nowMs(), stages: made }
  book.executions.set(id, execution)
  return execution
}

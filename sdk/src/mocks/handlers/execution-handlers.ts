import type { Execution, ExecutionSubmission, Job, JobDependency, Requirement, StageJobSubmission } from '@waybill/spec'
import { requireCapacity } from './capacity.ts'
import {
  checkEnvelope,
  type EnvelopeFault,
  envelopeFaults,
  type EnvelopePlace,
  refuseEnvelope,
} from '../read/check-envelope.ts'
import { parseTraceparent, rootPaths } from '@waybill/spec/rules'
import { executionView } from '../show/execution-view.ts'
import { readIdempotencyKey } from '../engine/idempotency.ts'
import { askAgain } from './job-handlers.ts'
import { limits } from '../engine/limits.ts'
import { makeJob, type NewJob } from './make-job.ts'
import type { MockExecution, MockJob } from '../engine/mock-job.ts'
import type { MockWorld } from '../engine/mock-world.ts'
import type { OperationHandlers } from './operation-handler.ts'
import { cutPage } from '../show/pages.ts'
import { badRequest, limitPassed, MockProblem } from '../show/problems.ts'
import { randomHex } from '../engine/random.ts'
import { readBody, requireMediaType } from '../read/read-body.ts'
import { parseJson, sentMembers } from '../read/read-items.ts'
import { type Submission, withItems } from '../read/read-submission.ts'
import { type Fault, findFaults } from '../read/validate.ts'

const CREATE: EnvelopePlace = { action: 'create execution' }

type ExecutionOperation =
  | 'createExecution'
  | 'listExecutions'
  | 'getExecution'
  | 'cancelExecution'
  | 'pauseExecution'
  | 'resumeExecution'

/** Jobs that belong together, in stages. */
export const executionHandlers: Pick<OperationHandlers, ExecutionOperation> = {
  async createExecution({ operation, request, world }) {
    const mediaType = requireMediaType(request, operation)
    const key = readIdempotencyKey(request)
    const { first, isReplay } = await world.keys.once({
      key,
      scope: operation.operationId,
      mediaType,
      receive: () => readBody(request, { name: 'maxExecutionBodyBytes', bytes: limits.maxExecutionBodyBytes }),
      carryOut(body) {
        const execution = create(
          readExecution(body, world),
          { idempotencyKey: key, traceparent: parseTraceparent(request.headers.get('traceparent')) },
          world,
        )
        const jobIds = execution.stages.flatMap(({ jobs }) => jobs.map(({ id }) => id))
        return {
          status: 202,
          body: executionView(execution, [], viewMoment(world)),
          jobIds,
        }
      },
    })
    return {
      status: 202,
      body: first.body,
      headers: { Location: rootPaths.execution(first.body.id), ...(isReplay && { 'Idempotent-Replayed': 'true' }) },
    }
  },

  listExecutions({ query, world }) {
    const { status, channel, source, createdAfter, createdBefore } = query
    const ids = new Set(world.book.all().flatMap(({ envelope: { executionId } }) => executionId ?? []))
    const found = [...ids]
      .map((id) => show(id, world))
      .filter(
        (execution) =>
          (status?.includes(execution.status) ?? true) &&
          (createdAfter === undefined || Date.parse(execution.createdAt) >= Date.parse(createdAfter)) &&
          (createdBefore === undefined || Date.parse(execution.createdAt) < Date.parse(createdBefore)) &&
          (channel === undefined || jobsOf(execution).some((job) => channel.includes(job.channel))) &&
          (source === undefined || jobsOf(execution).some((job) => source.includes(job.source ?? ''))),
      )
      .sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.id < b.id ? 1 : -1))
    const scope = ['listExecutions', status, channel, source, createdAfter, createdBefore]
    const page = cutPage(found, query, { scope, idOf: ({ id }) => id })
    return { status: 200, body: { executions: [...page.entries], ...page.next } }
  },

  getExecution({ path, world }) {
    const execution = show(path.executionId, world)
    return { status: 200, body: execution, headers: askAgain(execution) }
  },

  cancelExecution({ path, world }) {
    for (const job of jobsNaming(path.executionId, world)) world.lifeCycle.stop(job, 'cancelled')
    return accepted(path.executionId, world)
  },

  pauseExecution({ path, world }) {
    for (const job of unendedJobs(path.executionId, 'pause', world)) world.lifeCycle.pause(job)
    return accepted(path.executionId, world)
  },

  resumeExecution({ path, world }) {
    for (const job of unendedJobs(path.executionId, 'resume', world)) world.lifeCycle.resume(job)
    return accepted(path.executionId, world)
  },
}

function accepted(id: string, world: MockWorld): { status: 202; body: Execution; headers: Record<string, string> } {
  const execution = show(id, world)
  return { status: 202, body: execution, headers: askAgain(execution) }
}

/** The execution as it is now. @throws MockProblem `execution_not_found` */
function show(id: string, world: MockWorld): Execution {
  const named = jobsNaming(id, world)
  const made = world.book.executions.get(id)
  const staged = new Set(made?.stages.flatMap(({ jobs }) => jobs))
  const loose = named.filter((job) => !staged.has(job))
  const { createdAtMs, stages = [] } = made ?? (named[0]! as { createdAtMs: number; stages?: MockExecution['stages'] })
  const kept = stages.map((stage) => ({ ...stage, jobs: stage.jobs.filter((job) => named.includes(job)) }))
  return executionView({ id, createdAtMs, stages: kept }, loose, viewMoment(world))
}

function viewMoment({ book, clock }: MockWorld): { showJob: (job: MockJob) => Job; nowMs: number } {
  return { showJob: (job) => book.show(job), nowMs: clock.nowMs() }
}

function jobsOf({ stages, jobs = [] }: Execution): Job[] {
  return [...stages.flatMap((stage) => stage.jobs), ...jobs]
}

/** @throws MockProblem `execution_not_found` */
function jobsNaming(id: string, { book }: MockWorld): readonly MockJob[] {
  const named = book.all().filter(({ envelope }) => envelope.executionId === id)
  if (named.length > 0) return named
  throw new MockProblem('execution_not_found', `Cannot find execution ${id} as there is none of this id for the caller`)
}

/** @throws MockProblem `execution_not_found`, `execution_ended` */
function unendedJobs(id: string, action: string, world: MockWorld): readonly MockJob[] {
  const live = jobsNaming(id, world).filter(({ phase }) => phase !== 'ended')
  if (live.length > 0) return live.filter(({ stop }) => stop === null)
  const detail = `Cannot ${action} execution as one of its jobs must not have ended: all jobs of ${id} have`
  throw new MockProblem('execution_ended', detail)
}

interface ReadStage {
  readonly name: string
  readonly require: Requirement
  readonly jobs: readonly Submission[]
}

/** @throws MockProblem what is wrong with the body */
function readExecution(body: Uint8Array, world: MockWorld): { id: string | null; stages: ReadStage[] } {
  const value = parseJson(body)
  const faults = findFaults('ExecutionSubmission', withoutItems(value))
  refuseEnvelope([...faults, ...stageFaults(value, faults, world)], CREATE, world.channels)
  const { id = null, stages } = value as ExecutionSubmission
  const all = stages.flatMap(({ jobs }) => jobs.flatMap(({ items = [] }) => items))
  if (all.length > limits.maxItemsPerExecution) {
    throw limitPassed({ code: 'too_many_items', name: 'maxItemsPerExecution', value: limits.maxItemsPerExecution })
  }
  const jobs = stages.reduce((sum, stage) => sum + stage.jobs.length, 0)
  if (jobs > limits.maxJobsPerExecution) {
    throw limitPassed({ code: 'too_many_items', name: 'maxJobsPerExecution', value: limits.maxJobsPerExecution })
  }
  const read = stages.map(({ name, require = 'finished', jobs }, n) => ({
    name,
    require,
    jobs: jobs.map((job, m) => readJob(job, { within: `/stages/${n}/jobs/${m}`, bodyBytes: body.length }, world)),
  }))
  return { id, stages: read }
}

/** Checks the rules about stages and their jobs that no schema states, where each is valid by itself. */
function stageFaults(value: unknown, faults: readonly Fault[], world: MockWorld): EnvelopeFault[] {
  const { stages } = (value ?? {}) as { stages?: unknown }
  if (!Array.isArray(stages)) return []
  const names = stages.map((stage) => (stage as { name?: unknown } | null)?.name)
  return stages.flatMap((stage, n) => {
    const { name, jobs } = (stage ?? {}) as { name?: unknown; jobs?: unknown }
    const isTwice = typeof name === 'string' && names.indexOf(name) < n
    const detail = `must be the name of one stage: ${JSON.stringify(name)} is there twice`
    return [
      ...(isTwice ? [{ pointer: `/stages/${n}/name`, detail, isUnknown: false }] : []),
      ...(Array.isArray(jobs) ? jobs : []).flatMap((job, m) => {
        const within = `/stages/${n}/jobs/${m}`
        const own = faults.flatMap((fault) =>
          fault.pointer.startsWith(within) ? [{ ...fault, pointer: fault.pointer.slice(within.length) }] : [],
        )
        return envelopeFaults(job, own, world).map((fault) => ({ ...fault, pointer: within + fault.pointer }))
      }),
    ]
  })
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

/** Items are checked one by one, and reported as items. */
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
  request: Pick<NewJob, 'idempotencyKey' | 'traceparent'>,
  world: MockWorld,
): MockExecution {
  const { book, clock, random } = world
  const id = wanted ?? `exec_${randomHex(random, 32)}`
  if (book.executions.has(id)) {
    throw new MockProblem('execution_exists', `Cannot create execution as there must be none of id ${id}: there is one`)
  }
  const jobs = stages.flatMap((stage) => stage.jobs)
  const items = jobs.reduce((sum, job) => sum + job.items.length, 0)
  requireCapacity({ items, openJobs: jobs.filter(({ open }) => open).length }, world)
  let before: readonly MockJob[] = []
  const made = stages.map(({ name, require, jobs }) => {
    const waitsFor = before.map(({ id: job }): Required<JobDependency> => ({ job, require }))
    before = jobs.map(({ envelope, items, open }) => {
      const dependsOn = [...envelope.dependsOn, ...waitsFor]
      return makeJob(world, { envelope: { ...envelope, executionId: id, dependsOn }, items, open, ...request })
    })
    return { name, require, jobs: before }
  })
  const execution = { id, createdAtMs: clock.nowMs(), stages: made }
  book.executions.set(id, execution)
  return execution
}

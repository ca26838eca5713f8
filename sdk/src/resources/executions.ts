import type { ExecutionSubmission, StageJobSubmission, StageSubmission } from '@waybill/spec'
import type { Execution, ExecutionId } from '../ids.ts'
import type { Answer, Calls, RawFetch } from '../client.ts'
import type { NewItem } from '../upload/encode-items.ts'
import type { CallOptions } from '../job-handle.ts'
import { type JobsFilter, toJobFilters } from './list-jobs.ts'
import { readPages, toList } from '../transport/pages.ts'
import { type IdempotencyOptions, repeatSafely } from '../transport/repeat-safely.ts'
import type { ExecutionWaitOptions } from '../follow/wait-for-execution.ts'

/** A job of a stage: with its items, or `open: true` to be filled and sealed later. */
export type NewStageJob<Data = unknown> = Omit<StageJobSubmission, 'items'> & { items?: readonly NewItem<Data>[] }

/** Jobs that may run side by side. */
export type NewStage<Data = unknown> = Omit<StageSubmission, 'jobs'> & { jobs: readonly NewStageJob<Data>[] }

/** A workflow: jobs in stages, each stage after the one before. */
export type NewExecution<Data = unknown> = Omit<ExecutionSubmission, 'stages'> & { stages: readonly NewStage<Data>[] }

/** Which executions to list. A filter with several values matches any of them. */
export interface ExecutionsFilter extends Omit<JobsFilter, 'status'> {
  status?: Execution['status'] | readonly Execution['status'][]
}

/** Jobs that belong together. */
export interface Executions {
  /**
   * Makes all jobs of a workflow at once or none: each job of a stage depends on all jobs of the stage before. A job with `items`
   * (10,000 in all at most) starts by itself; one with `open: true` is filled and sealed later. Carries an idempotency key that is
   * kept over all retries. Does not wait: `wait(execution.id)` for that.
   *
   * @throws {BadRequestError} a stage, a job or an item is not valid; `problem.errors` names the places, and nothing was made
   * @throws {ConflictError} there is an execution of this id
   * @throws {ConnectionError} {RequestTimeoutError} whether it was made is unknown: repeat it with the error's `idempotencyKey`
   * @example
   * ```ts
   * const { id } = await waybill.executions.create({
   *   stages: [
   *     { name: 'brands', jobs: [{ channel: 'sandbox', objectType: 'brand', action: 'update', items: [{ id: 'acme' }] }] },
   *     { name: 'products', jobs: [{ channel: 'sandbox', objectType: 'product', action: 'update', items: [{ id: 'a' }] }] },
   *   ],
   * })
   * ```
   */
  create<Data = unknown>(input: NewExecution<Data>, options?: IdempotencyOptions): Promise<Execution>

  /**
   * The execution as it is now, with all its jobs.
   * @throws {NotFoundError} there is no such execution
   */
  get(id: ExecutionId, options?: CallOptions): Promise<Execution>

  /** Executions newest first, each with its jobs; pages are read as needed. */
  list(filter?: ExecutionsFilter): AsyncIterable<Execution>

  /**
   * Cancels all jobs of the execution, or none: running calls may finish, everything else becomes `cancelled`, and no further stage starts. May be repeated.
   * @throws {NotFoundError} there is no such execution
   */
  cancel(id: ExecutionId, options?: CallOptions): Promise<Execution>

  /**
   * Pauses all jobs of the execution, or none, including jobs of stages that have not started. May be repeated.
   * @throws {NotFoundError} there is no such execution
   * @throws {ConflictError} all its jobs have ended
   */
  pause(id: ExecutionId, options?: CallOptions): Promise<Execution>

  /**
   * Resumes all paused jobs of the execution, or none. May be repeated.
   * @throws {NotFoundError} there is no such execution
   * @throws {ConflictError} all its jobs have ended
   */
  resume(id: ExecutionId, options?: CallOptions): Promise<Execution>

  /**
   * Waits until all jobs of the execution are done, and gives it. Jobs and items that failed are an ordinary result: look at
   * `outcome`. Changes nothing: a wait that ends early leaves the execution as it is.
   *
   * @throws {ExecutionTimeoutError} `timeoutMs` passed
   * @throws {ApiError} the server refused for good (400, 401, 403, 404 ...)
   * @throws the signal's reason, when it is aborted
   */
  wait(id: ExecutionId, options?: ExecutionWaitOptions): Promise<Execution>
}

export function createExecutions(calls: Calls): Executions {
  const { raw, read, via, timing } = calls

  async function request(id: ExecutionId, { signal }: CallOptions, how?: RawFetch): Promise<Answer<Execution>> {
    const call = raw.GET('/v1/executions/{executionId}', { params: idInPath(id), signal, ...how })
    return await read(`get execution ${id}`, call)
  }

  return {
    create: (input, options = {}) =>
      repeatSafely('create execution', options, async (idempotencyKey) => {
        const header = { 'Idempotency-Key': idempotencyKey }
        const call = raw.POST('/v1/executions', {
          params: { header },
          body: input as ExecutionSubmission,
          signal: options.signal,
        })
        return (await read('create execution', call)).data
      }),

    get: async (id, options = {}) => (await request(id, options)).data,

    list({ signal, ...filter } = {}) {
      const filters = { status: toList(filter.status), ...toJobFilters(filter) }
      return readPages(
        async (pageToken) => {
          const call = raw.GET('/v1/executions', { params: { query: { ...filters, pageToken } }, signal })
          return (await read('list executions', call)).data
        },
        (page) => page.executions,
      )
    },

    async cancel(id, { signal } = {}) {
      const how = { params: idInPath(id), signal, ...via({ repeatable: true }) }
      return (await read(`cancel execution ${id}`, raw.POST('/v1/executions/{executionId}/cancel', how))).data
    },

    async pause(id, { signal } = {}) {
      const how = { params: idInPath(id), signal, ...via({ repeatable: true }) }
      return (await read(`pause execution ${id}`, raw.POST('/v1/executions/{executionId}/pause', how))).data
    },

    async resume(id, { signal } = {}) {
      const how = { params: idInPath(id), signal, ...via({ repeatable: true }) }
      return (await read(`resume execution ${id}`, raw.POST('/v1/executions/{executionId}/resume', how))).data
    },

    async wait(id, options = {}) {
      const { waitForExecution } = await import('../follow/wait-for-execution.ts')
      return await waitForExecution(timing, id, options, (signal) =>
        request(id, { signal }, via({ repeatable: false })),
      )
    },
  }
}

/** `.` and `..` would become another path, escaped or not. */
function idInPath(id: string): { path: { executionId: string } } {
  if (!/^\.{0,2}$/.test(id)) return { path: { executionId: id } }
  throw new TypeError(
    `Cannot get execution as its id must be 1 to 128 characters, not only dots: current value is ${JSON.stringify(id)}`,
  )
}

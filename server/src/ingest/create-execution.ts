import { type JobId, newJobId } from '../model/ids.ts'
import type { Dependency } from '../model/job.ts'
import { MAX_ITEMS_PER_EXECUTION } from '../model/limits.ts'
import type { ExecutionRecord } from '../store/job-store.ts'
import { checkDependencies } from './check/check-dependencies.ts'
import { checkWebhook } from './check/check-webhook.ts'
import type { IngestOptions } from './ingest-ports.ts'
import { JobDraft, type JobUpload, type PreparedJob, publishJobs, type SubmitUpload } from './publish.ts'
import { EXECUTION_ACTION, type JobInput, parseExecution } from './check/parse-execution.ts'
import { executionExists } from './check/refusals.ts'
import { within } from './check/body-faults.ts'

export interface CreatedExecution {
  readonly id: string
  /** The `Execution` as JSON: the first answer's bytes if `replayed`. */
  readonly body: string
  readonly replayed: boolean
}

interface Stage {
  readonly name: string
  readonly drafts: readonly { readonly draft: JobDraft; readonly hasItems: boolean }[]
}

/**
 * `POST /v1/executions`: all jobs of a workflow in one transaction. Ids are made first, so that the jobs of a stage can name those of the
 * stage before; as each names only earlier ones, no cycle is possible.
 */
export async function createExecution(upload: SubmitUpload, deps: IngestOptions): Promise<CreatedExecution> {
  const { store, clock } = deps
  const { subscription } = upload.request
  const { slice } = upload.place
  const input = await parseExecution(upload, deps)
  const createdAtMs = clock.nowMs()
  const id = input.id ?? newJobId(createdAtMs).replace('job_', 'exec_')
  if (input.id !== null && (await store.findExecution(id, subscription)) !== null) throw executionExists(id)
  const stages: Stage[] = []
  try {
    let before: readonly JobId[] = []
    for (const { name, require, jobs } of input.stages) {
      const behind = before.map((job): Dependency => ({ job, require }))
      const drafts: { draft: JobDraft; hasItems: boolean }[] = []
      stages.push({ name, drafts })
      for (const job of jobs) {
        if (slice.over) await slice.next()
        const draft = await within(job.pointer, () => startDraft(job, { id, behind, upload }, deps))
        drafts.push({ draft, hasItems: job.hasItems })
        await within(job.pointer, async () => {
          for (const block of job.blocks) await draft.take(block)
        })
      }
      before = drafts.map(({ draft }) => draft.id)
    }
    const execution = { id, subscription, createdAtMs, stages, pointers: input.stages }
    return await publish(execution, upload, deps)
  } catch (error) {
    for (const { drafts } of stages) for (const { draft } of drafts) await draft.discard()
    throw error
  }
}

async function startDraft(
  job: JobInput,
  {
    id,
    behind,
    upload,
  }: { readonly id: string; readonly behind: readonly Dependency[]; readonly upload: SubmitUpload },
  deps: IngestOptions,
): Promise<JobDraft> {
  const { subscription } = upload.request
  const context = { schema: 'StageJobSubmission', action: EXECUTION_ACTION, subscription } as const
  const { parsed } = job
  await checkWebhook(parsed, context, { request: upload.request, deps })
  await checkDependencies(parsed, context, deps)
  const dependsOn = [...behind, ...parsed.envelope.dependsOn]
  return new JobDraft(
    {
      parsed: {
        ...parsed,
        open: parsed.open || !job.hasItems,
        envelope: { ...parsed.envelope, executionId: id, dependsOn },
      },
      place: ({ item, pointer }) => ({ pointer: `/items/${item}${pointer}` }),
      limit: { name: 'maxItemsPerExecution', items: MAX_ITEMS_PER_EXECUTION },
      action: EXECUTION_ACTION,
      linesBefore: 0,
      brokenJson: 'body',
    },
    deps,
    upload,
  )
}

async function publish(
  execution: {
    readonly id: string
    readonly subscription: string
    readonly createdAtMs: number
    readonly stages: readonly Stage[]
    readonly pointers: readonly { readonly jobs: readonly JobInput[] }[]
  },
  { first, place: { slice } }: JobUpload,
  deps: IngestOptions,
): Promise<CreatedExecution> {
  const { id, subscription, createdAtMs, stages, pointers } = execution
  const jobs: PreparedJob[] = []
  for (const [n, { drafts }] of stages.entries()) {
    for (const [m, { draft, hasItems }] of drafts.entries()) {
      if (slice.over) await slice.next()
      jobs.push(await within(pointers[n]!.jobs[m]!.pointer, () => draft.prepare(hasItems)))
    }
  }
  const record: ExecutionRecord = {
    ...{ id, subscription, createdAtMs },
    stages: stages.map(({ name, drafts }) => ({ name, jobs: drafts.map(({ draft }) => draft.id) })),
  }
  const body = deps.executions.first(
    record,
    jobs.map(({ publication, rejected }) => ({ record: publication.record, rejected })),
  ).json
  const answer = { status: 202, body }
  await publishJobs({ jobs, kind: 'execution', execution: record, first, answer }, deps)
  return { id, body, replayed: false }
}

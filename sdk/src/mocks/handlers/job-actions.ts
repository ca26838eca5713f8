import type { JobActionFilter, JobActionReceipt, JobActionRequest } from '@waybill/spec'
import { createSha256 } from '../../follow/sha256.ts'
import type { MockJob } from '../engine/mock-job.ts'
import type { MockWorld } from '../engine/mock-world.ts'
import { badRequest, MockProblem } from '../show/problems.ts'
import type { Answer, Call } from './operation-handler.ts'

const SELECTION_MS = 600_000

type Action = JobActionRequest['action']

/** Acts on all jobs that match a filter, or counts them. A selection names the newest job, and carries a digest of what it is for. */
export async function actOnJobs(call: Call<'actOnJobs'>): Promise<Answer<'actOnJobs'>> {
  const { world, caller } = call
  const { action, filter, dryRun, selection } = await call.json<JobActionRequest>()
  if ((dryRun === undefined) === (selection === undefined)) {
    const areBoth = dryRun !== undefined
    const detail = `exactly one of dryRun and selection is required: there ${areBoth ? 'are both' : 'is neither'}`
    throw badRequest(`${action} jobs`, { pointer: areBoth ? '/dryRun' : '/selection', detail })
  }
  const mark = digestOf([caller.subscription, caller.token?.id ?? caller.kind, action, sorted(filter)])
  const jobs = world.book.all()
  if (selection === undefined) {
    const count = jobs.filter((job) => isConcerned(job, action) && isWanted(job, filter, world)).length
    const expiresAtMs = Math.floor(world.clock.nowMs()) + SELECTION_MS
    const made = `${mark}.${jobs.length === 0 ? '' : jobs.at(-1)!.id}.${expiresAtMs}`
    return { status: 200, body: receipt({ action, dryRun: true, count, remaining: count, selection: made }) }
  }
  const [signed, newest = '', expiresAt] = selection.split('.')
  if (signed !== mark || expiresAt === undefined) {
    const detail = 'must be made by a preview (dryRun) with the same token, action and filter: it was not'
    throw new MockProblem('selection_invalid', `Cannot ${action} jobs as selection ${detail}`)
  }
  if (Number(expiresAt) <= world.clock.nowMs()) {
    const detail = `must be at most ${SELECTION_MS / 1000} s old: it expired at ${new Date(Number(expiresAt)).toISOString()}`
    throw new MockProblem('selection_expired', `Cannot ${action} jobs as selection ${detail}`)
  }
  const until = jobs.findIndex(({ id }) => id === newest)
  const chosen = jobs.slice(0, until + 1).filter((job) => isConcerned(job, action) && isWanted(job, filter, world))
  for (const job of chosen) {
    if (action === 'cancel') world.lifeCycle.stop(job, 'cancelled')
    else world.lifeCycle[action](job)
  }
  return { status: 202, body: receipt({ action, dryRun: false, count: chosen.length, remaining: 0, selection }) }
}

function receipt(made: Omit<JobActionReceipt, 'expiresAt'>): JobActionReceipt {
  return { ...made, expiresAt: new Date(Number(made.selection.split('.')[2])).toISOString() }
}

function isConcerned({ phase, stop, pausedAtMs }: MockJob, action: Action): boolean {
  if (phase === 'ended' || stop !== null) return false
  return action === 'cancel' || (pausedAtMs === null) === (action === 'pause')
}

function isWanted(job: MockJob, filter: JobActionFilter, world: MockWorld): boolean {
  const { statuses, channels, executionId, sources, createdAfter, createdBefore } = filter
  const { envelope, createdAtMs } = job
  return (
    (channels?.includes(envelope.channel) ?? true) &&
    (sources?.includes(envelope.source ?? '') ?? true) &&
    (executionId === undefined || world.book.show(job).executionId === executionId) &&
    (createdAfter === undefined || createdAtMs >= Date.parse(createdAfter)) &&
    (createdBefore === undefined || createdAtMs < Date.parse(createdBefore)) &&
    (statuses?.includes(world.book.statusOf(job)) ?? true)
  )
}

/** The same filter is written in any order of its members. */
function sorted(filter: JobActionFilter): readonly unknown[] {
  return Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1))
}

function digestOf(scope: readonly unknown[]): string {
  const hash = createSha256()
  hash.update(new TextEncoder().encode(JSON.stringify(scope)))
  return hash.digest().slice(0, 32)
}

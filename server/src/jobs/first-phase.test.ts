import { expect, test } from 'vitest'
import type { JobId } from '../model/ids.ts'
import type { Dependency, Envelope, JobOutcome } from '../model/job.ts'
import type { LiveJob } from '../model/live-job.ts'
import { firstPhase } from './first-phase.ts'

test('a job begins when its time has come and its dependencies are met, or were dropped', async () => {
  const live = { record: { subscription: 'mine' } } as LiveJob
  const outcomes = new Map<string, JobOutcome>([['ended', 'partial']])
  const places = {
    clock: { nowMs: () => 1000 },
    liveJobs: { byId: (id: JobId) => ((id as string) === 'live' ? live : undefined) },
    store: { jobOutcomes: (ids: readonly JobId[]) => Promise.resolve(ids.map((id) => outcomes.get(id) ?? null)) },
  }
  const after = (id: string, require: Dependency['require'] = 'ended'): Dependency => ({ job: id as JobId, require })
  const phase = (dependsOn: readonly Dependency[], at: { runAtMs?: number; releasedAtMs?: number } = {}) => {
    const envelope = { dependsOn, runAtMs: at.runAtMs ?? null } as unknown as Envelope
    return firstPhase({ envelope, subscription: 'mine', releasedAtMs: at.releasedAtMs ?? null }, places)
  }
  expect(await phase([])).toBe('eligible')
  expect(await phase([], { runAtMs: 1000 })).toBe('eligible')
  expect(await phase([], { runAtMs: 1001 })).toBe('waiting')
  expect(await phase([after('live')])).toBe('waiting')
  expect(await phase([after('ended')])).toBe('eligible')
  expect(await phase([after('ended', 'succeeded')])).toBe('waiting')
  expect(await phase([after('ended', 'succeeded')], { releasedAtMs: 5 })).toBe('eligible')
})

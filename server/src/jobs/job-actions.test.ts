import { describe, expect, it } from 'vitest'
import { ProblemError } from '../model/errors.ts'
import type { JobRecord } from '../model/job.ts'
import { type LiveJob, liveJob, LiveJobs } from '../model/live-job.ts'
import { ownerUnavailable } from '../store/find-job.ts'
import type { JobsQuery } from '../store/job-store.ts'
import { StoreError } from '../store/store-error.ts'
import { type JobAction, type JobActionFilter, JobActions } from './job-actions.ts'

const UNENDED = ['open', 'waiting', 'eligible']

interface Made {
  readonly channel?: string
  readonly source?: string
  readonly executionId?: string
  readonly subscription?: string
  readonly createdAtMs?: number
  readonly phase?: string
}

class World {
  readonly liveJobs = new LiveJobs()
  readonly slices: number[][] = []
  readonly actions: JobActions
  refused: number | null = null
  /** Jobs of channels that nobody runs. */
  readonly stored: JobRecord[] = []
  readonly queries: JobsQuery[] = []
  refuseOnce: (() => never) | null = null

  constructor(maxJobs?: number) {
    const hold = (pausedAtMs: number | null) => (jobs: readonly LiveJob[]) =>
      this.#change(jobs, (record) => (record.pausedAtMs = pausedAtMs))
    this.actions = new JobActions(
      {
        liveJobs: this.liveJobs,
        store: { listJobs: (query) => Promise.resolve(this.#stored(query)) },
        clock: { nowMs: () => 1000 },
        jobs: {
          pauseAll: hold(5),
          resumeAll: hold(null),
          cancelAll: (jobs) => this.#change(jobs, (record) => (record.stop = { reason: 'cancelled', atMs: 5 })),
        },
      },
      maxJobs,
    )
  }

  add(made: Made = {}): LiveJob {
    const ref = this.liveJobs.size + 1
    const { channel = 'shop', source = null, executionId = null, subscription = 'mine', createdAtMs = 1 } = made
    const envelope = { channel, source, executionId, runAtMs: null, dependsOn: [] }
    const record = { ref, id: `job_${ref}`, subscription, createdAtMs, envelope, stop: null, pausedAtMs: null }
    const job = liveJob({ ...record, phase: made.phase ?? 'eligible' } as never)
    this.liveJobs.add(job)
    return job
  }

  /** Gives up a channel: its jobs are in the store alone. */
  release(channel: string): void {
    this.liveJobs.setRuns(channel, false)
    for (const job of [...this.liveJobs.ofChannel(channel)]) {
      this.liveJobs.remove(job)
      this.stored.push(job.record)
    }
  }

  #stored(query: JobsQuery): JobRecord[] {
    this.queries.push(query)
    const { channels = [], phases = [], subscription, limit } = query
    const isOne = ({ envelope, phase, ...job }: JobRecord): boolean =>
      channels.includes(envelope.channel) && phases.includes(phase) && job.subscription === subscription
    return this.stored.filter(isOne).slice(0, limit)
  }

  preview(action: JobAction, filter: Partial<JobActionFilter> = {}) {
    return this.actions.preview({ action, caller: 'me', filter: { subscription: 'mine', ...filter } })
  }

  async apply(action: JobAction, untilEntry: number, filter: Partial<JobActionFilter> = {}) {
    const request = { action, caller: 'me', filter: { subscription: 'mine', ...filter } }
    return this.actions.apply(request, {
      untilEntry,
      carry: async (slice) => {
        if (this.slices.length === this.refused) return false
        await slice()
        return true
      },
    })
  }

  async #change(jobs: readonly LiveJob[], change: (record: Record<string, unknown>) => void): Promise<void> {
    await Promise.resolve()
    const refuse = this.refuseOnce
    this.refuseOnce = null
    refuse?.()
    this.slices.push(jobs.map(({ record }) => record.ref))
    for (const job of jobs) change(job.record as never)
  }
}

describe('actions on jobs', () => {
  it('change what the preview counted, and nothing that came since or belongs to others (SEC-1)', async () => {
    const world = new World()
    world.add()
    world.add({ subscription: 'theirs' })
    world.add({ channel: '~whe_1' }) // delivers webhooks: no caller sees it
    world.add()
    const { count, untilEntry } = await world.preview('pause')
    expect([count, world.slices]).toEqual([2, []])
    world.add()
    expect(await world.apply('pause', untilEntry)).toEqual({ count: 2, remaining: 0, unavailableChannels: [] })
    expect(world.slices).toEqual([[1, 4]])
    expect(await world.apply('pause', untilEntry)).toMatchObject({ count: 0, remaining: 0 })
    expect([(await world.preview('resume')).count, (await world.preview('pause')).count]).toEqual([2, 1])
    expect(await world.apply('cancel', world.liveJobs.lastEntry)).toMatchObject({ count: 3, remaining: 0 })
    for (const action of ['pause', 'resume', 'cancel'] as const) expect((await world.preview(action)).count).toBe(0)
  })

  it.each([
    [{ channels: ['search', 'none'] }, [2]],
    [{ sources: ['pim'] }, [3]],
    [{ executionId: 'nightly' }, [4]],
    [{ createdAfterMs: 10 }, [5]],
    [{ createdBeforeMs: 10, channels: ['shop'] }, [1, 3, 4, 6]],
    [{ statuses: ['open', 'running'] as const }, [6]],
  ])('select by %j', async (filter, refs) => {
    const world = new World()
    world.add()
    world.add({ channel: 'search' })
    world.add({ source: 'pim' })
    world.add({ executionId: 'nightly' })
    world.add({ createdAtMs: 10 })
    world.add({ phase: 'open' })
    await world.apply('cancel', world.liveJobs.lastEntry, filter)
    expect(world.slices).toEqual([refs])
  })

  it('are carried out in slices, as many at a time as a request may, and continue', async () => {
    const world = new World(500)
    for (let jobs = 0; jobs < 1201; jobs++) world.add()
    const until = world.liveJobs.lastEntry
    expect(await world.apply('pause', until)).toMatchObject({ count: 500, remaining: 701 })
    expect(world.slices.map(({ length }) => length)).toEqual([200, 200, 100])
    world.refused = 4 // after one more slice
    expect(await world.apply('pause', until)).toMatchObject({ count: 200, remaining: 501 })
    world.refused = null
    expect(await world.apply('pause', until)).toMatchObject({ count: 500, remaining: 1 })
    expect(await world.apply('pause', until)).toMatchObject({ count: 1, remaining: 0 })
  })

  it('keep what was durable when a write fails, and pass over jobs that have ended meanwhile', async () => {
    const world = new World()
    const jobs = Array.from({ length: 201 }, () => world.add())
    const until = world.liveJobs.lastEntry
    let writes = 0
    const failing = world.actions.apply(
      { action: 'pause', caller: 'me', filter: { subscription: 'mine' } },
      {
        untilEntry: until,
        carry: async (slice) => {
          if (writes++ === 1) throw new Error('disk full')
          await slice()
          return true
        },
      },
    )
    await expect(failing).rejects.toThrow('disk full')
    expect(jobs.filter(({ record }) => record.pausedAtMs !== null)).toHaveLength(200)
    const all = new JobActions({
      liveJobs: world.liveJobs,
      store: { listJobs: () => Promise.resolve([]) },
      clock: { nowMs: () => 1000 },
      jobs: {
        cancelAll: () => Promise.resolve(),
        resumeAll: () => Promise.resolve(),
        pauseAll() {
          Object.assign(jobs[200]!.record, { phase: 'ended' })
          return Promise.reject(new ProblemError({ code: 'job_ended', detail: 'ended' }))
        },
      },
    })
    const request = { action: 'pause' as const, caller: 'me', filter: { subscription: 'mine' } }
    const carry = async (slice: () => Promise<void>) => (await slice(), true)
    expect(await all.apply(request, { untilEntry: until, carry })).toMatchObject({ remaining: 0 })
  })

  it('name the channels that nobody runs and that have jobs that may match, and act on the others', async () => {
    const world = new World()
    for (const channel of ['shop', 'search', 'mail', '~whe_1', 'idle']) world.add({ channel })
    world.add({ channel: 'theirs', subscription: 'theirs' })
    for (const channel of ['search', 'mail', '~whe_1', 'theirs', 'none']) world.release(channel)
    const { count, untilEntry, unavailableChannels } = await world.preview('pause')
    expect([count, unavailableChannels]).toEqual([2, ['mail', 'search']])
    expect(await world.apply('pause', untilEntry)).toEqual({ count: 2, remaining: 0, unavailableChannels })
    expect(await world.preview('pause', { channels: ['idle', 'mail'] })).toMatchObject({
      unavailableChannels: ['mail'],
    })
    expect(await world.preview('pause', { statuses: ['open'] })).toMatchObject({ unavailableChannels: [] })
    world.queries.length = 0
    const filter = { channels: ['shop'], sources: ['pim'], createdAfterMs: 5 }
    expect(await world.preview('pause', filter)).toMatchObject({ unavailableChannels: [] })
    expect(await world.preview('pause', { statuses: ['ended'] })).toMatchObject({ unavailableChannels: [] })
    expect(world.queries).toEqual([])
    await world.preview('pause', { ...filter, channels: ['mail'] })
    expect(world.queries).toEqual([
      { subscription: 'mine', sources: ['pim'], createdAfterMs: 5, channels: ['mail'], phases: UNENDED, limit: 1 },
    ])
  })

  it.each([
    ['before its write', () => ownerUnavailable('search')],
    ['by its write', () => new StoreError('stale_term', 'lost', ['search'])],
  ])('pass over jobs of a channel that is given up %s', async (_, refusal) => {
    const world = new World()
    for (const channel of ['shop', 'search', 'shop']) world.add({ channel })
    world.refuseOnce = () => {
      world.release('search')
      throw refusal()
    }
    const { untilEntry } = await world.preview('pause')
    const unavailableChannels = ['search']
    expect(await world.apply('pause', untilEntry)).toEqual({ count: 2, remaining: 0, unavailableChannels })
    expect(world.slices).toEqual([[1, 3]])
    world.refuseOnce = () => {
      throw refusal()
    }
    await expect(world.apply('cancel', untilEntry)).rejects.toMatchObject({ code: refusal().code })
  })
})

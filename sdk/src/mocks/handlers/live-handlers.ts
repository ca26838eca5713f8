import { hasScope } from '../engine/access-tokens.ts'
import { jobMap } from '../show/job-map.ts'
import { jobNotFound, MockProblem } from '../show/problems.ts'
import { updateStream } from './updates.ts'
import { statsView } from '../show/stats.ts'
import type { OperationHandlers } from './operation-handler.ts'

type LiveOperation = 'getJobMap' | 'getStats' | 'streamUpdates'

/** Jobs and channels as pages show them. */
export const liveHandlers: Pick<OperationHandlers, LiveOperation> = {
  getJobMap({ path, query, world }) {
    const job = world.book.find(path.jobId)
    if (job === null) throw jobNotFound(path.jobId)
    return { status: 200, body: jobMap(job, query.buckets ?? 500, world.clock.nowMs()) }
  },

  streamUpdates({ request, world, caller }) {
    const isResumed = request.headers.has('last-event-id')
    const text = updateStream({ isResumed, caller, drop: world.faults.takeDrop() }, world)
    return { status: 200, body: { mediaType: 'text/event-stream', text } }
  },

  getStats({ query, world, caller }) {
    const { windowSeconds = 600, stepSeconds = 10, channel: channels, subscriptions = 'own' } = query
    if (subscriptions === 'all' && !hasScope(caller, 'admin')) {
      const detail =
        'Cannot carry out getStats of all subscriptions as the token must have the scope admin: it does not'
      throw new MockProblem('forbidden', detail)
    }
    const { clock, book, startedAtMs: sinceMs } = world
    const moment = { sinceMs, nowMs: clock.nowMs(), jobs: book.all(), channels: [...world.channels.values()] }
    return { status: 200, body: statsView({ windowSeconds, stepSeconds, channels, subscriptions }, moment) }
  },
}

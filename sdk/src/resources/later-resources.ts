import type { Job } from '../ids.ts'
import type { Calls } from '../client.ts'
import type { JobHandle } from '../job-handle.ts'
import { createAudit } from './audit.ts'
import { createDeadLetters } from './dead-letters.ts'
import { createJobActions } from './job-actions.ts'
import { liveCalls } from './live-calls.ts'
import { createParked } from './parked.ts'
import { createSearch } from './search.ts'
import { createServers } from './servers.ts'
import { createSubscriptions } from './subscriptions.ts'
import { createTokens } from './tokens.ts'

/** Resources that few programs use, in one file: each alone would cost more than it saves. */
export function laterResources(calls: Calls, attach: (job: Job) => JobHandle) {
  return {
    deadLetters: createDeadLetters(calls, attach),
    parked: createParked(calls),
    tokens: createTokens(calls),
    subscriptions: createSubscriptions(calls),
    audit: createAudit(calls),
    servers: createServers(calls),
    jobActions: createJobActions(calls),
    live: liveCalls(calls),
    finding: createSearch(calls),
  }
}

import type { Job } from '../ids.ts'
import type { Calls } from '../client.ts'
import type { JobHandle } from '../job-handle.ts'
import type { laterResources } from './later-resources.ts'
import { type LaterMethods, loadLater } from './load-later.ts'

type Resources = ReturnType<typeof laterResources>

/** Returns the resources of `later-resources.ts`, which is loaded with the first call of any of them. */
export function loadResources(calls: Calls, attach: (job: Job) => JobHandle): Resources {
  const later = <Name extends keyof Resources>(name: Name, methods: LaterMethods<keyof Resources[Name]>) =>
    loadLater(async () => (await import('./later-resources.ts')).laterResources(calls, attach)[name], methods)
  return {
    deadLetters: later('deadLetters', { calls: ['groups', 'retry'], lists: ['list'] }),
    parked: later('parked', { calls: ['resolve'], lists: ['list'] }),
    tokens: later('tokens', { calls: ['create', 'revoke'], lists: ['list'] }),
    subscriptions: later('subscriptions', { calls: ['get', 'put', 'delete'], lists: ['list'] }),
    audit: later('audit', { lists: ['list'] }),
    servers: later('servers', { calls: ['list'] }),
    finding: later('finding', { calls: ['search'] }),
    jobActions: later('jobActions', { calls: ['previewAction'] }),
    live: later('live', { calls: ['jobMap', 'stats'], lists: ['follow'] }),
  }
}

import type { Item } from '@waybill/spec'
import { boundItem, boundJob } from '@waybill/spec/rules'
import { ProblemError } from '../../model/errors.ts'
import type { CallerToken } from '../../model/caller.ts'
import type { JobId } from '../../model/ids.ts'
import type { ShownItem } from '../../progress/shown-item.ts'
import type { JobSnapshot } from '../../progress/job-view.ts'
import type { HttpPorts, PortName } from '../http-ports.ts'

/** Ports that a caller with a bound token reaches; each shows its jobs alone. */
type BoundPorts = Pick<HttpPorts, 'progress' | 'itemReads' | 'jobMaps' | 'pageTokens'> & {
  /** Its own limits are asked for by its name alone. */
  readonly subscriptions: Pick<HttpPorts['subscriptions'], 'get'>
}
/** Ports that know nothing of any job. */
const harmless: ReadonlySet<PortName> = new Set(['clock', 'logger', 'paths', 'config', 'telemetry'])

/**
 * Returns the ports of a caller whose token is bound to jobs: other jobs are not there, its own name none of them, and page tokens of others are
 * not valid. A port that is not listed here cannot be used, whatever operation asks for it.
 */
export function boundPorts(ports: HttpPorts, token: CallerToken & { readonly jobs: readonly JobId[] }): HttpPorts {
  const bound: BoundPorts = {
    progress: boundProgress(ports.progress, token.jobs),
    itemReads: boundItemReads(ports.itemReads, token.jobs),
    jobMaps: {
      map: async (query) => (token.jobs.includes(query.jobId) ? await ports.jobMaps.map(query) : null),
    },
    pageTokens: ports.pageTokens.of(token.id),
    subscriptions: { get: (name) => ports.subscriptions.get(name) },
  }
  return new Proxy(ports, {
    get(_, name) {
      if (Object.hasOwn(bound, name)) return bound[name as keyof BoundPorts]
      if (harmless.has(name as PortName)) return ports[name as PortName]
      throw new ProblemError({
        code: 'forbidden',
        detail: 'Cannot carry out the request as the token must not be bound to jobs: it is',
      })
    },
  })
}

function boundProgress(progress: HttpPorts['progress'], jobs: readonly JobId[]): HttpPorts['progress'] {
  const shown = (snapshot: JobSnapshot | null): JobSnapshot | null => snapshot && boundSnapshot(snapshot)
  return {
    find: async (id, subscription) => (jobs.includes(id) ? shown(await progress.find(id, subscription)) : null),
    waitFor: async (id, subscription, options) =>
      jobs.includes(id) ? shown(await progress.waitFor(id, subscription, options)) : null,
    subscribe(id, subscription, listener) {
      if (!jobs.includes(id)) return () => {}
      return progress.subscribe(id, subscription, (snapshot) => listener(snapshot && boundSnapshot(snapshot)))
    },
    async list(query) {
      // They show no execution: none is found by one.
      if (query.executionId !== undefined) return { jobs: [], nextBeforeId: null }
      const page = await progress.list({ ...query, ids: jobs })
      return { ...page, jobs: page.jobs.map(boundSnapshot) }
    },
    stopWaiting: () => {},
  }
}

function boundItemReads(itemReads: HttpPorts['itemReads'], jobs: readonly JobId[]): HttpPorts['itemReads'] {
  const shown = (one: ShownItem): ShownItem => ({ ...one, item: boundItem(one.item) })
  return {
    redacts: (channel) => itemReads.redacts(channel),
    async page(query) {
      const page = jobs.includes(query.jobId) ? await itemReads.page(query) : null
      return page && { ...page, items: page.items.map(shown) }
    },
    async item(query) {
      const item = jobs.includes(query.jobId) ? await itemReads.item(query) : null
      return item && shown(item)
    },
    async items(query) {
      const items = jobs.includes(query.jobId) ? await itemReads.items(query) : new Map<number, Item>()
      return new Map(Array.from(items, ([index, item]) => [index, boundItem(item)]))
    },
    async results(query) {
      const answer = jobs.includes(query.jobId) ? await itemReads.results(query) : null
      return answer && { ...answer, items: answer.items.map(boundItem) }
    },
  }
}

/** Of each snapshot one: many streams show it. */
const snapshots = new WeakMap<JobSnapshot, JobSnapshot>()

function boundSnapshot(snapshot: JobSnapshot): JobSnapshot {
  const known = snapshots.get(snapshot)
  if (known !== undefined) return known
  const job = boundJob(snapshot.job)
  const made = { ...snapshot, job, json: JSON.stringify(job) }
  snapshots.set(snapshot, made)
  return made
}

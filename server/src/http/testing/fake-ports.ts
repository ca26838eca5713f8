import type { CredentialsKey, StoredCredentials } from '../../model/channel-credentials.ts'
import type { Execution, Item } from '@waybill/spec'
import { expect } from 'vitest'
import { ChannelRegistry } from '../../limits/channel-registry.ts'
import { SubscriptionRegistry } from '../../limits/subscription-registry.ts'
import type { SubscriptionLimits } from '../../model/subscription.ts'
import type { ChannelConfig } from '../../model/channel.ts'
import { completeChannel } from '../../model/complete-channel.ts'
import type { JobRecord } from '../../model/job.ts'
import { rootPaths } from '@waybill/spec/rules'
import { ProblemError } from '../../model/errors.ts'
import type { ShownItem } from '../../progress/shown-item.ts'
import type { JobSnapshot } from '../../progress/job-view.ts'
import { FakeClock } from '../../runtime/testing/fake-clock.ts'
import { silentLogger } from '../../runtime/logger.ts'
import { Telemetry } from '../../runtime/telemetry.ts'
import type { CreatedExecution } from '../../ingest/create-execution.ts'
import type { Ingest } from '../../ingest/ingest.ts'
import type { DeadLettersRetry } from '../../ingest/retry/retries.ts'
import type { ParkedEntry, ParkedItemId } from '../../schedule/parked/parked-items.ts'
import type { ChannelSettings } from '../../store/channel-store.ts'
import type { DeadLetter, DeadLettersQuery } from '../../store/outcome-store.ts'
import type { StoreSizes } from '../../store/store-sizes.ts'
import type { HttpPorts, HttpConfig } from '../http-ports.ts'
import { FakeFinding } from './fake-finding.ts'
import { PageTokens } from '../answer/page-token.ts'
import { fakeAudit } from './fake-audit.ts'
import { JOB_ID, fakeSnapshot } from './fake-snapshot.ts'
import { fakeStats } from './fake-stats.ts'
import type { ServerEntry } from '../../store/server-store.ts'
import { fakeTokens } from './fake-tokens.ts'
import { fakeWebhooks } from './fake-webhooks.ts'
import { DashboardSessions } from '../../access/dashboard-sessions.ts'
import { createAuthenticate } from '../request/authenticate.ts'
import { FakeChannelTests } from './fake-channel-tests.ts'

export { fakeSnapshot, JOB_ID }
export const TOKEN = 'test-token'

/** Fakes of the stages that keep the state that tests of the routes need in memory. */
export class FakePorts implements HttpPorts {
  readonly clock = new FakeClock()
  readonly jobs = new Map<string, JobSnapshot>()
  /** Whether the server holds its lease. */
  holdsLease = true
  readonly lease = { holds: () => this.holdsLease }
  readonly leaseListeners: (() => void)[] = []
  readonly items = new Map<number, Item>()
  readonly listeners = new Set<(snapshot: JobSnapshot) => void>()
  readonly waits = new Set<() => void>()
  readonly saved: ChannelSettings[] = []
  readonly removed: string[] = []
  readonly savedCredentials: StoredCredentials[] = []
  readonly removedCredentials: CredentialsKey[] = []
  readonly logged: { level: string; fields: object; message: string }[] = []
  readonly config: HttpConfig
  readonly subscriptions: SubscriptionRegistry
  authenticate: HttpPorts['authenticate']
  /** Items one read of the results looks at. */
  resultsPerRead = 2
  inUse = false
  full = false
  damaged = false
  unavailable = false
  /** The calls to the job control, the retries and the parked items. */
  readonly asked: unknown[] = []
  readonly letters: DeadLetter[] = []
  readonly letterQueries: DeadLettersQuery[] = []
  readonly finding = new FakeFinding(this.asked)
  readonly executionsById = new Map<string, Execution>()
  parkedItems: ParkedEntry[] = []
  pending = 0
  readonly paths = rootPaths
  pausedWaiting = false
  servers: readonly ServerEntry[] = []
  listServers = (): Promise<readonly ServerEntry[]> => Promise.resolve(this.servers)
  metrics: HttpPorts['metrics'] = null
  ingest: Pick<Ingest, 'submitJob' | 'appendItems' | 'sealJob' | 'deliverItem'> = {
    submitJob: () => Promise.reject(new Error('no ingest')),
    appendItems: () => Promise.reject(new Error('no ingest')),
    sealJob: () => Promise.resolve(),
    deliverItem: () => Promise.reject(new Error('no ingest')),
  }

  constructor({
    subscriptions = {},
    ...config
  }: Partial<HttpConfig> & { subscriptions?: Record<string, SubscriptionLimits> } = {}) {
    this.config = {
      dev: false,
      paused: false,
      adminToken: TOKEN,
      cors: { origins: [] },
      ...{ publicUrl: null, trustedProxies: [] },
      outbound: { allowPrivateAddresses: 'file-only' },
      limits: { maxPendingItems: 2_000_000, maxDataBytes: null },
      ...config,
    }
    this.subscriptions = new SubscriptionRegistry({ file: subscriptions, stored: [] })
    this.authenticate = createAuthenticate(this.config, this.tokens, this.dashboard)
  }

  readonly tokens = fakeTokens(this.clock)
  readonly dashboard = new DashboardSessions({
    mode: 'on',
    clock: this.clock,
    times: { at: () => () => {} },
    tokens: this.tokens,
  })
  readonly audit = fakeAudit()
  readonly webhooks = fakeWebhooks(this.clock)
  readonly telemetry = new Telemetry(silentLogger)

  readonly logger = {
    ...silentLogger,
    info: (fields: object, message: string) => void this.logged.push({ level: 'info', fields, message }),
    warn: (fields: object, message: string) => void this.logged.push({ level: 'warn', fields, message }),
    error: (fields: object, message: string) => void this.logged.push({ level: 'error', fields, message }),
  }

  readonly jobControl: HttpPorts['jobControl'] = {
    cancel: async (id) => {
      this.#require(id)
    },
    pause: async (id) => this.#control('pause', id),
    resume: async (id) => this.#control('resume', id),
    release: async (id) => this.#control('release', id),
    delete: async (id) => {
      if (!this.#require(id).done) throw new ProblemError({ code: 'job_not_ended', detail: 'it runs' })
      this.jobs.delete(id)
    },
  }

  readonly progress: HttpPorts['progress'] = {
    find: async (id, subscription) => this.#find(id, subscription),
    waitFor: async (id, subscription, options) => {
      const first = this.#find(id, subscription)
      if (first === null || first.done || first.status !== (options.knownStatus ?? first.status) || this.pausedWaiting)
        return first
      await new Promise<void>((resolve) => {
        const finish = (): void => {
          this.waits.delete(finish)
          cancel()
          resolve()
        }
        const cancel = this.clock.after(options.timeoutMs, finish)
        this.waits.add(finish)
        options.signal?.addEventListener('abort', finish)
      })
      return this.#find(id, subscription)
    },
    subscribe: (_id, _subscription, listener) => {
      this.listeners.add(listener)
      return () => this.listeners.delete(listener)
    },
    list: async (query) => {
      const all = [...this.jobs.values()].sort((a, b) => (a.id < b.id ? 1 : -1))
      const older = query.beforeId === undefined ? all : all.filter((job) => job.id < query.beforeId!)
      const jobs = older.slice(0, query.limit)
      return { jobs, nextBeforeId: older.length > jobs.length ? jobs.at(-1)!.id : null }
    },
    stopWaiting: () => {
      this.pausedWaiting = true
      for (const finish of [...this.waits]) finish()
    },
  }

  onLease(listener: () => void): void {
    this.leaseListeners.push(listener)
  }

  readonly itemReads: HttpPorts['itemReads'] = {
    redacts: (channel) => channel === 'redacting',
    page: async (query) => {
      if (this.#find(query.jobId, query.subscription) === null) return null
      const rest = [...this.items.values()].filter(
        (item) =>
          item.index >= query.fromIndex && (query.statuses === undefined || query.statuses.includes(item.status)),
      )
      const items = rest.slice(0, query.limit)
      return {
        items: items.map((item) => shown(item)),
        nextIndex: rest.length > items.length ? items.at(-1)!.index + 1 : null,
      }
    },
    item: async (query) => {
      const item = this.#find(query.jobId, query.subscription) === null ? undefined : this.items.get(query.index)
      return item === undefined ? null : shown(item)
    },
    items: async ({ jobId, subscription, indexes }) => {
      const isThere = this.#find(jobId, subscription) !== null
      const found = [...this.items.values()].filter(({ index }) => isThere && indexes.includes(index))
      return new Map(found.map((item) => [item.index, shown(item).item]))
    },
    results: async (query) => {
      const job = this.#find(query.jobId, query.subscription)
      if (job === null) return null
      const total = this.items.size
      const to = Math.min(query.fromIndex + this.resultsPerRead, total)
      const looked = [...this.items.values()].filter((item) => item.index >= query.fromIndex && item.index < to)
      const ended = looked.filter((item) => isEnded(item))
      return {
        items: ended.filter(
          (item) => query.statuses === undefined || query.statuses.some((status) => status === item.status),
        ),
        nextIndex: Math.max(to, query.fromIndex),
        end: to >= total,
        firstUnended: looked.find((item) => !isEnded(item))?.index ?? null,
      }
    },
  }

  /** Called with each record that changes; null: nobody listens. */
  changed: ((record: JobRecord) => void) | null = null
  readonly changes: HttpPorts['changes'] = {
    onChange: (listener) => (this.changed = listener),
    snapshot: (subject) => this.jobs.get('record' in subject ? subject.record.id : subject.id)!,
    isAway: () => false,
  }

  readonly jobMaps: HttpPorts['jobMaps'] = { map: () => Promise.resolve(null) }

  readonly stats = fakeStats

  readonly channels = new ChannelRegistry({
    telemetry: this.telemetry,
    clock: this.clock,
    channels: {
      'from-file': { config: httpChannel('https://shop.example/', { authorization: 'secret' }), origin: 'file' },
      sandbox: {
        config: { ...httpChannel('https://x.example/'), connector: { type: 'sandbox', timeoutMs: 1000 } },
        origin: 'builtin',
      },
    },
    stored: [],
  })

  readonly channelReads: HttpPorts['channelReads'] = {
    liveState: () => ({
      ...{ pending: 1, waiting: 0, running: 2, runningCalls: 2, itemsPerSecond: 1.23456, reasons: [] },
      lastError: null,
      standstill: this.finding.standstill,
    }),
    works: () => Promise.resolve(new Map()),
    inUse: () => this.inUse,
    callDurations: () => ({ seconds: 330, calls: 2, p50Ms: 7.5, p90Ms: 10, p99Ms: 10 }),
    refusalOf: async (url) => (url.hostname === 'localhost' ? 'must be public' : null),
  }

  readonly store: HttpPorts['store'] = {
    saveChannel: async (channel, removed = []) =>
      void [this.saved.push(channel), this.removedCredentials.push(...removed)],
    removeChannel: async (name) => void this.removed.push(name),
    saveCredentials: async (credentials) => void this.savedCredentials.push(credentials),
    removeCredentials: async (key) => void this.removedCredentials.push(key),
    saveSubscription: () => Promise.resolve(),
    removeSubscription: () => Promise.resolve(),
    listDeadLetters: async (query) => {
      this.letterQueries.push(query)
      return this.letters.filter(({ seq }) => seq < (query.beforeSeq ?? Infinity)).slice(0, query.limit)
    },
    ...this.finding.store,
  }

  readonly retries: HttpPorts['retries'] = {
    retryJob: async ({ id, subscription }, options) => {
      this.#require(id)
      this.asked.push(options)
      const { json } = (await this.progress.find(id, subscription))!
      return { ids: [JOB_ID], body: `{"jobs":[${json}]}`, replayed: false }
    },
    retryDeadLetters: async (query: DeadLettersRetry) => {
      this.asked.push(query)
      const { json } = (await this.progress.find(JOB_ID, query.subscription))!
      return { ids: [JOB_ID], body: `{"jobs":[${json}]}`, replayed: false }
    },
  }

  readonly executions: { -readonly [Name in keyof HttpPorts['executions']]: HttpPorts['executions'][Name] } = {
    create: () => Promise.reject<CreatedExecution>(new Error('no executions')),
    view: async (id) => this.executionsById.get(id) ?? null,
    list: async (query) => {
      this.asked.push(query)
      return { executions: [...this.executionsById.values()].map((one) => JSON.stringify(one)), nextCursor: '17 next' }
    },
    cancel: async (id) => void this.asked.push(['cancel', id]),
    pause: async (id) => void this.asked.push(['pause', id]),
    resume: async (id) => void this.asked.push(['resume', id]),
  }

  readonly epoch = 7
  readonly order = { checks: 12, violations: 0 }
  readonly health = { components: () => this.finding.components }
  readonly jobActions = this.finding.jobActions
  readonly pageTokens = new PageTokens(new Uint8Array(32))

  readonly parked: HttpPorts['parked'] = {
    list: ({ after, limit }) => {
      const from = after === null ? 0 : this.parkedItems.findIndex(({ index }) => index === after.index) + 1
      return this.parkedItems.slice(from, from + limit)
    },
    resolve: async (place: ParkedItemId, decision) => {
      this.asked.push([place, decision])
      return this.parkedItems.some(({ index }) => index === place.index)
    },
    replace: async (place, { data, by }) => {
      this.asked.push([place, 'replace', Buffer.from(data).toString(), by])
      return this.parkedItems.some(({ index }) => index === place.index)
    },
  }

  readonly channelTests = new FakeChannelTests()

  async unblockChannel(name: string): Promise<void> {
    this.channels.unblock(name, this.clock.nowMs())
  }

  pendingItemsOf(): number {
    return this.pending
  }

  readiness(): 'ready' | 'disk_full' | 'store_damaged' | 'store_unavailable' {
    if (this.unavailable) return 'store_unavailable'
    if (this.damaged) return 'store_damaged'
    return this.full ? 'disk_full' : 'ready'
  }

  sizes: StoreSizes | null = null

  storeSizes(): Promise<StoreSizes | null> {
    return Promise.resolve(this.sizes)
  }

  /** Shows another version of a job to every read, subscription and wait. */
  show(snapshot: JobSnapshot): void {
    this.jobs.set(snapshot.id, snapshot)
    for (const listener of [...this.listeners]) listener(snapshot)
    for (const finish of [...this.waits]) finish()
  }

  #find(id: string, subscription: string): JobSnapshot | null {
    const job = this.jobs.get(id)
    return job?.subscription === subscription ? job : null
  }

  #control(action: string, id: string): void {
    if (this.#require(id).done) throw new ProblemError({ code: 'job_ended', detail: `Cannot ${action} job` })
    this.asked.push(action)
  }

  #require(id: string): JobSnapshot {
    const job = this.jobs.get(id)
    if (job === undefined) throw new ProblemError({ code: 'job_not_found', detail: `no ${id}` })
    return job
  }
}

/** An item as the store shows it, its data as it was sent. */
function shown({ data, ...item }: Item): ShownItem {
  return { item, ...(data !== undefined && { data: Buffer.from(JSON.stringify(data)) }) }
}

function isEnded(item: Item): boolean {
  return item.status === 'succeeded' || item.status === 'failed' || item.status === 'cancelled'
}

export function httpChannel(url: string, headers: Record<string, string> = {}): ChannelConfig {
  return completeChannel({ connector: { type: 'http', url, headers } })
}

/** The code of a problem that came over the wire. */
export async function codeOf(answer: Response): Promise<unknown> {
  return ((await answer.json()) as { code?: unknown }).code
}

/** Waits for a value over a real connection; long, as the machine may be busy: a test that passes never waits that long. */
export function eventually<T>(probe: () => T) {
  return expect.poll(probe, { timeout: 8000, interval: 5 })
}

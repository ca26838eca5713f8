import { rmSync } from 'node:fs'
import { hostname } from 'node:os'
import type { FastifyInstance } from 'fastify'
import packageJson from '../package.json' with { type: 'json' }
import { AccessTokens } from './access/access-tokens.ts'
import { DashboardSessions } from './access/dashboard-sessions.ts'
import { AuditTrail } from './access/audit-trail.ts'
import { AdoptedChannels } from './channels/adopted-channels.ts'
import { type Config, ConfigError } from './config.ts'
import { readTlsFiles } from './config/tls-files.ts'
import { fixedPrefix } from './fixed-prefix.ts'
import { addressRefusal } from './connectors/address-refusal.ts'
import { PayloadCache } from './dispatch/payload-cache.ts'
import { channelReads, type ChannelReadsOptions } from './progress/channel-reads.ts'
import type { HttpPorts } from './http/http-ports.ts'
import { PageTokens } from './http/answer/page-token.ts'
import { createAuthenticate } from './http/request/authenticate.ts'
import { parkedItems } from './schedule/parked/parked-items.ts'
import { buildHttp, registerHttp } from './http/server.ts'
import { envelopeFaults, prepareSchemas } from './http/request/spec-schemas.ts'
import { Ingest } from './ingest/ingest.ts'
import { redactionsOf } from './channels/redactions.ts'
import { SecretMask } from './connectors/secret-mask.ts'
import { replaceParked } from './ingest/retry/replace-parked.ts'
import { ChannelRegistry } from './limits/channel-registry.ts'
import { type ApiPaths, apiPaths } from '@waybill/spec/rules'
import { SubscriptionRegistry } from './limits/subscription-registry.ts'
import { Stats } from './metrics/stats.ts'
import { Metrics } from './metrics/metrics.ts'
import { OwnPorts } from './model/egress.ts'
import { DEFAULT_PARK_SECONDS } from './model/channel.ts'
import { ComponentHealth } from './progress/component-health.ts'
import { Executions } from './progress/executions.ts'
import { JobMaps } from './progress/job-maps.ts'
import { ItemReads } from './progress/item-reads.ts'
import { Standstills } from './progress/standstills.ts'
import { readBootId } from './runtime/boot-id.ts'
import { type Clock, systemClock } from './runtime/clock.ts'
import { failpoint, offerChannels } from './runtime/failpoint.ts'
import { type Logger, silentLogger } from './runtime/logger.ts'
import type { Service } from './runtime/service.ts'
import { Services } from './runtime/services.ts'
import { Telemetry } from './runtime/telemetry.ts'
import { type KeyRing, SecretError } from './secrets/key-ring.ts'
import { openKeyRing } from './secrets/open-key-ring.ts'
import { ExecutionControl } from './jobs/execution-control.ts'
import { JobActions } from './jobs/job-actions.ts'
import { Retention } from './jobs/retention.ts'
import { unblockChannel } from './schedule/unblock-channel.ts'
import { openTraces } from './traces/open-traces.ts'
import { WallTimes } from './jobs/wall-times.ts'
import { folderSizes } from './store/sqlite/open/folder-sizes.ts'
import { createStore, openStore, type StoreMember } from './open-store.ts'
import { readiness } from './readiness.ts'
import { metricsListener } from './start-metrics.ts'
import { reportCertificate } from './tls-certificate.ts'
import { configuredChannels, coverCalls, pauseAll, refuseBrokenModules, withinOutboundRules } from './start-channels.ts'
import { warnOfDefaultCredentials, warnOfUnusedCredentials } from './start-warnings.ts'
import { ServerList } from './store/server-list.ts'
import type { Store } from './store/store.ts'
import { ControlEndpoints } from './webhooks/control-endpoints.ts'
import { endpointFact } from './webhooks/endpoint-fact.ts'
import { EndpointSecrets } from './webhooks/endpoint-secrets.ts'
import { JobWebhooks, targetsOfJobs } from './webhooks/job-webhooks.ts'
import { routeFact } from './webhooks/make-event.ts'
import { ReplayEvents } from './webhooks/replay-events.ts'
import { sendTest } from './webhooks/send-test.ts'
import { WatchEndpoints } from './webhooks/watch-endpoints.ts'
import { WebhookDeliveries } from './webhooks/webhook-deliveries.ts'
import { WebhookEndpoints } from './webhooks/webhook-endpoints.ts'
import { WebhookService } from './webhooks/webhook-service.ts'
import { WebhookSource } from './webhooks/webhook-source.ts'

export interface ServerOptions {
  /** @default silent */
  readonly logger?: Logger
  /** Called once when nothing can be made durable any more; the process should end. @default throws */
  readonly onFatal?: (error: unknown) => void
  /** Where the stages report what happens; of the server's own exporters, as events may change with any version. @default one to which nobody listens */
  readonly telemetry?: Telemetry
}

/**
 * Makes a server that is ready to listen: its store is open and everything unfinished has its place again. Nothing listens yet;
 * `close()` of the instance stops every stage and makes durable what has run.
 * @throws StoreError `locked`: another server holds the data folder; `newer_schema`: a later version wrote it
 * @throws ConfigError the module of a channel cannot be loaded, or a file of `tls` cannot be used
 */
export function createServer(config: Config, options: ServerOptions = {}): Promise<FastifyInstance> {
  return createMember(config, options, null)
}

/** The same server as one of a cluster: it may wait as a standby first. @throws StoreError `closed`: it was stopped meanwhile */
export async function createMember(
  config: Config,
  options: ServerOptions,
  member: StoreMember | null,
): Promise<FastifyInstance> {
  const tls = config.tls === null ? null : readTlsFiles(config.tls)
  if (tls !== null) reportCertificate(tls, options.logger ?? silentLogger)
  const mount = (ports: HttpPorts): FastifyInstance => buildHttp(ports, tls)
  return onOpenStore({ config, paths: apiPaths(config.publicUrl ?? ''), mount, member }, options)
}

/** The same server over a store with something before it, for tests. @param wrap returns what the stages use in place of the opened store */
export function createServerOver(
  wrap: (store: Store) => Store,
  config: Config,
  options: ServerOptions = {},
): Promise<FastifyInstance> {
  const mount = (ports: HttpPorts): FastifyInstance => buildHttp(ports, null)
  return onOpenStore({ config, paths: apiPaths(config.publicUrl ?? ''), mount }, options, wrap)
}

/** Options with which `waybillPlugin` is registered. */
export interface PluginOptions extends ServerOptions {
  readonly config: Config
  /** Fastify's own: the path below which the server is. @default none */
  readonly prefix?: string
}

/**
 * The same server as a plugin of a Fastify instance of yours: `await app.register(waybillPlugin, { config })`. Its hooks, errors and
 * bodies stay its own; paths it does not know are the host's. With `prefix: '/bulk'` all of its paths are below `/bulk`, and so is what
 * its answers link to. The host listens; its `pluginTimeout` must be 0 or longer than recovery and 30 s, as starting and stopping may
 * take that long.
 * @throws ConfigError `prefix` has parameters or characters that would have to be escaped, or `config` has `tls`, which is the host's
 */
export async function waybillPlugin(host: FastifyInstance, options: PluginOptions): Promise<void> {
  const mount = (ports: HttpPorts): FastifyInstance => {
    registerHttp(host, ports)
    return host
  }
  const { config } = options
  if (config.tls !== null) {
    throw new ConfigError(
      'Cannot register waybillPlugin as tls must be set on the host, which listens: it is set in config',
    )
  }
  const paths = apiPaths((config.publicUrl ?? '') + fixedPrefix(host.prefix))
  await onOpenStore({ config, paths, mount }, options)
}

async function onOpenStore(
  {
    config,
    paths,
    mount,
    member = null,
  }: Pick<Ground, 'config' | 'paths' | 'mount'> & { readonly member?: StoreMember | null },
  options: ServerOptions,
  wrap: (store: Store) => Store = (store) => store,
): Promise<FastifyInstance> {
  const { logger = silentLogger, onFatal = rethrow, telemetry = new Telemetry(logger) } = options
  const clock = systemClock
  const { ring: keyRing, madeFile, recheck } = openKeyRing(config)
  if (madeFile !== null) logger.info({ file: madeFile }, 'Key ring made: keep a copy of it apart from backups')
  const identity = { name: hostname(), version: packageJson.version, configHash: '' }
  const store = createStore(config, { keyRing, logger, telemetry, clock, onFatal, identity }, member)
  const opened = openStore(store, member)
  prepareSchemas() // 150 to 400 ms of work while the store's thread opens its files
  await opened
  try {
    recheck()
    return await compose({ config, paths, store: wrap(store), keyRing, clock, logger, telemetry, onFatal, mount })
  } catch (error) {
    await store.stop()
    // Nothing is sealed with it: the one that was lost belongs in its place.
    if (error instanceof SecretError && madeFile !== null) rmSync(madeFile, { force: true })
    throw error
  }
}

interface Ground {
  readonly config: Config
  /** Where the routes will be, as answers name it. */
  readonly paths: ApiPaths
  readonly store: Store
  readonly keyRing: KeyRing
  readonly clock: Clock
  readonly logger: Logger
  readonly telemetry: Telemetry
  readonly onFatal: (error: unknown) => void
  /** Gives the routes an instance to live on. */
  readonly mount: (ports: HttpPorts) => FastifyInstance
}

/** Builds what all channels share, then what is live of them, then what callers reach. */
async function compose(ground: Ground): Promise<FastifyInstance> {
  const { config, paths, store, keyRing, clock, logger, telemetry, onFatal, mount } = ground
  const recovery = await store.recover()
  warnOfDefaultCredentials(config, { tokens: recovery.tokens, logger })
  const bootId = readBootId()
  const channels = new ChannelRegistry({
    ...{ clock, bootId, telemetry },
    channels: configuredChannels(config),
    stored: recovery.channels.map((marks) => withinOutboundRules(marks, config, logger)),
    credentials: recovery.credentials,
  })
  warnOfUnusedCredentials(channels, logger)
  const subscriptions = new SubscriptionRegistry({ file: config.subscriptions, stored: recovery.subscriptions })
  const payloads = new PayloadCache({ store })
  const times = new WallTimes(clock)
  const audit = new AuditTrail({ store, clock, logger })
  const tokens = new AccessTokens({ store, clock, times, logger, stored: recovery.tokens })
  const dashboard = new DashboardSessions({ mode: config.dashboard, clock, times, tokens })
  const ownPorts = new OwnPorts()
  const allowPrivateWebhooks = config.dev || config.outbound.allowPrivateAddresses === 'allowed'
  const secrets = new EndpointSecrets({ keyRing, logger })
  const webhooksShared = { store, clock, times, channels, logger, secrets, allowPrivateAddresses: allowPrivateWebhooks }
  const endpoints = new WebhookEndpoints({
    ...{ ...webhooksShared, stored: recovery.webhookEndpoints },
    onRoutingChange: () => webhookService.routingChanged(),
  })
  const jobWebhooks: JobWebhooks = new JobWebhooks({
    ...{ ...webhooksShared, stored: recovery.jobWebhooks, startsPaused: config.paused, addressRefusal },
    inUse() {
      const targets = targetsOfJobs(liveJobs)
      return (target) => targets.has(target) || !webhookService.forward.isIdle(target)
    },
  })
  const endpointWatch = new WatchEndpoints({
    ...{ endpoints, channels, clock, times, logger },
    eventOf: (type, record) => routeFact(endpointFact(type, record, clock.nowMs()), endpoints, record.id),
  })
  const webhookSource = new WebhookSource({
    ...{ store, clock, logger, paths, routing: endpoints },
    parkSecondsOf: (name) => channels.get(name)?.config.parkForSeconds ?? DEFAULT_PARK_SECONDS,
  })
  const traces = await openTraces({
    ...{ settings: config.traces, telemetry, clock, logger, channels, version: packageJson.version },
  })
  const adopted: AdoptedChannels = new AdoptedChannels({
    events: webhookSource.jobs,
    // Judged calls of a webhook endpoint decide whether it is to be disabled: its record is not the engine's.
    onWebhookCalls: (channel, batch) => endpointWatch.note(channel, batch),
    ...{ store, clock, logger, telemetry, channels, subscriptions, payloads, times, paths, bootId, onFatal },
    threads: config.threads,
    allowPrivateAddresses: config.dev,
    egress: { ownPorts: ownPorts.shared, proxy: config.outbound.proxy },
    tracing: traces?.tracing ?? null,
  })
  const { jobControl, ports, adoptChannel } = adopted
  const { reads, dispatcher, commits, channelTests, requireChannel, termOf } = adopted.shared
  const { liveJobs, progress, outcomes, scheduler, explainWaiting } = ports
  const servers = new ServerList({ store, clock })
  const storeSizes = () => (config.store === 'disk' ? folderSizes(config.dataDir) : Promise.resolve(null))
  const metrics = config.metrics.counted
    ? new Metrics({
        ...{ clock, telemetry, liveJobs, channels, progress, explainWaiting, epoch: store.epoch },
        ...{ servers, lease: store.lease, termOf },
        order: scheduler.order,
        sizes: storeSizes,
        firstParkedExpiryMs: (channel) => scheduler.firstParkedExpiryMs(channel),
        version: packageJson.version,
        subscriptionLabel: config.subscriptionLabel,
      })
    : null
  const stats = new Stats({ clock, telemetry, liveJobs, channels, explainWaiting, counted: config.metrics.counted })
  const webhookService = new WebhookService({
    ...{ store, clock, logger, telemetry, ...ports, owners: adopted },
    ...{ routing: endpoints, source: webhookSource, adoptChannel },
    targets: {
      orderingOf: (id) => endpoints.orderingOf(id) ?? jobWebhooks.orderingOf(id),
      dropped: (id, count) => endpointWatch.dropped(id, count),
    },
  })
  const runningCalls: ChannelReadsOptions['runningCalls'] = (channel) => dispatcher.runningCalls(channel)
  const standstills = new Standstills({ clock, liveJobs, channels, explainWaiting, runningCalls })
  const health = new ComponentHealth({ clock, telemetry, channels, standstills, threads: config.threads })
  const executions = new Executions({ clock, store, progress, paths })
  const redactionOf = redactionsOf(channels)
  const itemReads = new ItemReads({
    ...{ store, liveJobs, explainWaiting, clock },
    itemsPerSecondOf: (channel, subscription) => progress.itemsPerSecondOf(channel, subscription),
    redactionOf,
    maskOf: (values) => new SecretMask(values),
  })
  const endpointControl = new ControlEndpoints({
    ...{ endpoints, jobWebhooks, watch: endpointWatch, liveJobs, jobs: jobControl, logger },
    forward: webhookService.forward,
  })
  const executionControl = new ExecutionControl({ store, liveJobs, jobs: jobControl })
  const retention = new Retention({
    ...{ store, clock, logger, telemetry, audit, auditRetainForDays: config.audit.retainForDays },
  })
  const ingest = new Ingest({
    ...{ store, clock, channels, payloads, executions, ...ports, owners: adopted },
    ...{ termOf, adoptChannel, logger, telemetry, paths, events: webhookSource.jobs, jobWebhooks },
    hiddenItems: () => webhookService.forward.pendingItems,
    quotaOf: (name) => subscriptions.get(name),
    findFaults: envelopeFaults,
    limits: config.limits,
  })

  if (channels.list().length === 0) {
    logger.warn({}, 'There is no channel: configure one in waybill.yaml, or with PUT /v1/channels/{channel}')
  }
  const recovering: Service = {
    async start() {
      await refuseBrokenModules(channels, dispatcher)
      await coverCalls(channels, recovery, store)
      const count = recovery.jobs.length
      await adopted.adoptAll(recovery)
      logger.info({ epoch: store.epoch, count }, 'Store opened')
      FAILPOINT: failpoint('recover.done')
      FAILPOINT: offerChannels(adopted)
      store.serve()
      await endpointControl.cancelOrphans()
    },
    stop() {},
  }
  // Stopped in reverse: nothing new comes in, then the channels are released.
  const observing: Service[] =
    metrics === null ? [] : [metrics, ...metricsListener(metrics, { config, ownPorts, logger })]
  if (traces !== null) observing.push(traces)
  const services = new Services([
    ...[stats, ...observing, health, webhookSource, endpointWatch, adopted, times, recovering, retention],
    ...[webhookService, ingest],
  ])
  if (config.paused) {
    await pauseAll(channels, store)
    await endpointControl.disableAll()
  }
  await services.start()

  const parked = parkedItems({ liveJobs, channels, scheduler, outcomes })
  const app = mount({
    ...{ config, paths, clock, logger, telemetry, ingest, jobControl, itemReads, channels, store, metrics },
    ...{ progress: reads, changes: reads },
    jobActions: new JobActions({ liveJobs, store, jobs: jobControl, clock }),
    ...{
      health,
      epoch: store.epoch,
      order: scheduler.order,
      lease: store.lease,
      onLease: (listener: () => void) => store.onLease(listener),
    },
    retries: ingest,
    jobMaps: new JobMaps({ store, liveJobs, clock, countMoving: scheduler.countMoving }),
    executions: {
      create: (request) => ingest.createExecution(request),
      view: (id, subscription) => executions.view(id, subscription),
      list: (query) => executions.list(query),
      cancel: (id, subscription) => executionControl.cancel(id, subscription),
      pause: (id, subscription) => executionControl.pause(id, subscription),
      resume: (id, subscription) => executionControl.resume(id, subscription),
    },
    authenticate: createAuthenticate(config, tokens, dashboard),
    ...{ tokens, subscriptions, stats, dashboard, audit },
    pageTokens: new PageTokens(store.serverKey),
    parked: {
      ...parked,
      replace: (item, replacement) => replaceParked(item, replacement, { liveJobs, parked, redactionOf, store }),
    },
    pendingItemsOf: (subscription) => ingest.pendingItemsOf(subscription),
    channelReads: {
      ...channelReads({
        ...{ liveJobs, progress, explainWaiting, channels, clock, standstills, runningCalls },
      }),
      callDurations: (name) => metrics?.durations.of(name) ?? null,
      refusalOf: config.dev ? () => Promise.resolve(null) : addressRefusal,
    },
    channelTests,
    unblockChannel: (name) =>
      unblockChannel(name, { store, clock, channels, scheduler, outcomes, termOf, adoptChannel: requireChannel }),
    webhooks: {
      ...{ endpoints, control: endpointControl, ofJobs: jobWebhooks },
      deliveries: new WebhookDeliveries({ store, endpoints, jobWebhooks, itemReads }),
      replays: new ReplayEvents({ store, endpoints, itemReads, forward: webhookService.forward, logger, clock }),
      sendTest: (id, subscription) => sendTest({ id, subscription }, { endpoints, store, clock }),
      healthOf: (record) => endpointWatch.healthOf(record),
      allowPrivateAddresses: allowPrivateWebhooks,
    },
    readiness: () => readiness(store.condition, commits.commitRefusal, store.lease.holds()),
    storeSizes,
    listServers: servers.read,
  })
  app.server.on('listening', () => {
    const address = app.server.address()
    if (typeof address === 'object' && address !== null) ownPorts.add(address.port)
  })
  app.addHook('preClose', () => {
    store.hurry()
    return services.stop()
  })
  app.addHook('onClose', async () => {
    await audit.stop() // the last answers are counted
    await store.stop()
  })
  return app
}

function rethrow(error: unknown): void {
  throw error
}

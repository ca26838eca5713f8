import { rmSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import packageJson from '../package.json' with { type: 'json' }
import { AccessTokens } from './access/access-tokens.ts'
import { DashboardSessions } from './access/dashboard-sessions.ts'
import { AuditTrail } from './access/audit-trail.ts'
import { ChannelRuntime } from './channels/channel-runtime.ts'
import { type Config, ConfigError, isLoopbackAddress } from './config.ts'
import { readTlsFiles } from './config/tls-files.ts'
import { fixedPrefix } from './fixed-prefix.ts'
import type { Dispatcher } from './dispatch/dispatcher.ts'
import type { Outcomes } from './outcomes/outcomes.ts'
import { addressRefusal } from './connectors/address-refusal.ts'
import { sandboxChannelConfig } from './connectors/sandbox-connector.ts'
import { PayloadCache } from './dispatch/payload-cache.ts'
import { channelReads } from './progress/channel-reads.ts'
import { storedChannel } from './http/channel-settings.ts'
import type { HttpPorts } from './http/http-ports.ts'
import { PageTokens } from './http/answer/page-token.ts'
import { createAuthenticate } from './http/request/authenticate.ts'
import { parkedItems } from './schedule/parked/parked-items.ts'
import { MetricsListener } from './http/metrics-listener.ts'
import { buildHttp, registerHttp } from './http/server.ts'
import { envelopeFaults, prepareSchemas } from './http/request/spec-schemas.ts'
import { Ingest } from './ingest/ingest.ts'
import { replaceParked } from './ingest/retry/replace-parked.ts'
import { type ChannelMarks, ChannelRegistry, type ChannelRegistryOptions } from './limits/channel-registry.ts'
import { type ApiPaths, apiPaths } from '@waybill/spec/rules'
import { SubscriptionRegistry } from './limits/subscription-registry.ts'
import { Stats } from './metrics/stats.ts'
import { Metrics } from './metrics/metrics.ts'
import { OwnPorts } from './model/egress.ts'
import { DEFAULT_PARK_SECONDS } from './model/channel.ts'
import { withinRules } from './model/outbound-policy.ts'
import { Executions } from './progress/executions.ts'
import { JobMaps } from './progress/job-maps.ts'
import { ItemReads } from './progress/item-reads.ts'
import { readBootId } from './runtime/boot-id.ts'
import { type Clock, systemClock } from './runtime/clock.ts'
import { failpoint } from './runtime/failpoint.ts'
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
import { WallTimes } from './jobs/wall-times.ts'
import { folderSizes } from './store/sqlite/open/folder-sizes.ts'
import { createSqliteStore } from './store/sqlite/sqlite-store.ts'
import { reportCertificate } from './tls-certificate.ts'
import { warnOfDefaultCredentials, warnOfUnusedCredentials } from './start-warnings.ts'
import type { Store } from './store/store.ts'
import type { StoreCondition } from './store/store-condition.ts'
import { ControlEndpoints } from './webhooks/control-endpoints.ts'
import { endpointFact } from './webhooks/endpoint-fact.ts'
import { EndpointSecrets } from './webhooks/endpoint-secrets.ts'
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
export async function createServer(config: Config, options: ServerOptions = {}): Promise<FastifyInstance> {
  const tls = config.tls === null ? null : readTlsFiles(config.tls)
  if (tls !== null) reportCertificate(tls, options.logger ?? silentLogger)
  const mount = (ports: HttpPorts): FastifyInstance => buildHttp(ports, tls)
  return onOpenStore({ config, paths: apiPaths(config.publicUrl ?? ''), mount }, options)
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
  { config, paths, mount }: Pick<Ground, 'config' | 'paths' | 'mount'>,
  options: ServerOptions,
): Promise<FastifyInstance> {
  const { logger = silentLogger, onFatal = rethrow, telemetry = new Telemetry(logger) } = options
  const clock = systemClock
  const { ring: keyRing, madeFile } = openKeyRing(config)
  if (madeFile !== null) logger.info({ file: madeFile }, 'Key ring made: keep a copy of it apart from backups')
  const store = createSqliteStore({
    keyRing,
    kind: config.store,
    dataDir: config.dataDir,
    maxDataBytes: config.limits.maxDataBytes,
    logger,
    telemetry,
    clock,
    onFatal,
  })
  const opened = store.start()
  prepareSchemas() // 150 to 400 ms of work while the store's thread opens its files
  await opened
  try {
    return await compose({ config, paths, store, keyRing, clock, logger, telemetry, onFatal, mount })
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
  const dashboard = new DashboardSessions({ mode: config.dashboard, clock, tokens })
  const ownPorts = new OwnPorts()
  const allowPrivateWebhooks = config.dev || config.outbound.allowPrivateAddresses === 'allowed'
  const endpoints = new WebhookEndpoints({
    ...{ store, clock, times, channels, logger, stored: recovery.webhookEndpoints },
    secrets: new EndpointSecrets({ keyRing, logger }),
    allowPrivateAddresses: allowPrivateWebhooks,
    onRoutingChange: () => webhookService.routingChanged(),
  })
  const endpointWatch = new WatchEndpoints({
    ...{ endpoints, channels, clock, times, logger },
    eventOf: (type, record) => routeFact(endpointFact(type, record, clock.nowMs()), endpoints, record.id),
  })
  const webhookSource = new WebhookSource({
    ...{ store, clock, logger, paths, routing: endpoints },
    parkSecondsOf: (name) => channels.get(name)?.config.parkForSeconds ?? DEFAULT_PARK_SECONDS,
  })
  const runtime = new ChannelRuntime({
    events: webhookSource.jobs,
    // Judged calls of a webhook endpoint say whether it is to be disabled: its record is not the engine's.
    onWebhookCalls: (channel, batch) => endpointWatch.note(channel, batch),
    ...{ store, clock, logger, telemetry, channels, subscriptions, payloads, times, paths, bootId, onFatal },
    threads: config.threads,
    allowPrivateAddresses: config.dev,
    egress: { ownPorts: ownPorts.shared, proxy: config.outbound.proxy },
  })
  const { liveJobs, progress, outcomes, dispatcher, scheduler, calendar, deadlines, jobControl, explainWaiting } =
    runtime
  const metrics = config.metrics.counted
    ? new Metrics({
        ...{ clock, telemetry, liveJobs, channels, progress, explainWaiting, epoch: store.epoch },
        order: scheduler.waiting.order,
        sizes: () => (config.store === 'disk' ? folderSizes(config.dataDir) : Promise.resolve(null)),
        firstParkedExpiryMs: (channel) => scheduler.waiting.firstParkedExpiryMs(channel),
        version: packageJson.version,
      })
    : null
  const stats = new Stats({ clock, telemetry, liveJobs, channels, explainWaiting, counted: config.metrics.counted })
  const webhookService = new WebhookService({
    ...{ store, clock, logger, telemetry, liveJobs, progress, outcomes, scheduler, calendar, deadlines },
    ...{ routing: endpoints, source: webhookSource },
    // What is dropped is logged.
    targets: { orderingOf: (id) => endpoints.orderingOf(id), dropped() {} },
  })
  const executions = new Executions({ clock, store, progress, paths })
  const itemReads = new ItemReads({
    ...{ store, liveJobs, explainWaiting, clock },
    itemsPerSecondOf: (channel, subscription) => progress.itemsPerSecondOf(channel, subscription),
  })
  const endpointControl = new ControlEndpoints({
    ...{ endpoints, watch: endpointWatch, liveJobs, jobs: jobControl, forward: webhookService.forward, logger },
  })
  const jobActions = new JobActions({ liveJobs, jobs: jobControl, clock })
  const executionControl = new ExecutionControl({ store, liveJobs, jobs: jobControl })
  const retention = new Retention({ store, clock, logger, auditRetainForDays: config.audit.retainForDays })
  const ingest = new Ingest({
    ...{ store, clock, liveJobs, channels, scheduler, calendar, deadlines, outcomes, payloads, progress, executions },
    ...{ logger, telemetry, paths },
    events: webhookSource.jobs,
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
      const count = recovery.jobs.length
      await runtime.adopt(recovery)
      logger.info({ epoch: store.epoch, count }, 'Store opened')
      FAILPOINT: failpoint('recover.done')
      store.serve()
      await endpointControl.cancelOrphans()
    },
    stop() {},
  }
  // Stopped in reverse: nothing new comes in, then the channels are released.
  const observing = metrics === null ? [] : [metrics, ...metricsListener(metrics, { config, ownPorts, logger })]
  const services = new Services([
    ...[stats, ...observing, webhookSource, endpointWatch, runtime, times, recovering, retention, webhookService],
    ingest,
  ])
  if (config.paused) {
    await pauseAll(channels, store)
    await endpointControl.disableAll()
  }
  await services.start()

  const parked = parkedItems({ liveJobs, channels, scheduler, outcomes })
  const app = mount({
    ...{ config, paths, clock, logger, telemetry, ingest, jobControl, progress, itemReads, channels, store, metrics },
    jobActions,
    epoch: store.epoch,
    retries: ingest,
    jobMaps: new JobMaps({ store, liveJobs, clock, countMoving: scheduler.waiting.countMoving }),
    executions: {
      create: (request) => ingest.createExecution(request),
      view: (id, subscription) => executions.view(id, subscription),
      list: (query) => executions.list(query),
      cancel: (id, subscription) => executionControl.cancel(id, subscription),
      pause: (id, subscription) => executionControl.pause(id, subscription),
      resume: (id, subscription) => executionControl.resume(id, subscription),
    },
    authenticate: createAuthenticate(config, tokens, dashboard),
    ...{ tokens, subscriptions, dashboard, stats, changes: progress },
    audit,
    pageTokens: new PageTokens(store.serverKey),
    parked: {
      ...parked,
      replace: (item, replacement) => replaceParked(item, replacement, { liveJobs, parked, store }),
    },
    pendingItemsOf: (subscription) => ingest.pendingItemsOf(subscription),
    channelReads: {
      ...channelReads({
        ...{ liveJobs, progress, explainWaiting, channels, clock },
        runningCalls: (channel) => dispatcher.runningCalls(channel),
      }),
      refusalOf: config.dev ? () => Promise.resolve(null) : addressRefusal,
    },
    channelTests: runtime.channelTests,
    unblockChannel: (name) => unblockChannel(name, { store, clock, channels, scheduler, outcomes }),
    webhooks: {
      endpoints,
      control: endpointControl,
      deliveries: new WebhookDeliveries({ store, endpoints, itemReads }),
      replays: new ReplayEvents({ store, endpoints, itemReads, forward: webhookService.forward, logger }),
      sendTest: (id, subscription) => sendTest({ id, subscription }, { endpoints, store, clock }),
      healthOf: (record) => endpointWatch.healthOf(record),
      allowPrivateAddresses: allowPrivateWebhooks,
    },
    readiness: () => readiness(store.condition, outcomes.commitRefusal),
  })
  app.server.on('listening', () => {
    const address = app.server.address()
    if (typeof address === 'object' && address !== null) ownPorts.add(address.port)
  })
  app.addHook('preClose', () => services.stop())
  app.addHook('onClose', async () => {
    await audit.stop() // the last answers are counted
    await store.stop()
  })
  return app
}

/** The port of their own that metrics may have. */
function metricsListener(
  metrics: Metrics,
  { config, ownPorts, logger }: Pick<Ground, 'config' | 'logger'> & { readonly ownPorts: OwnPorts },
): MetricsListener[] {
  const { port, host } = config.metrics
  if (port === null) return []
  const onListening = (url: string): void => {
    ownPorts.add(Number(new URL(url).port))
    logger.info({ metricsUrl: url }, 'Metrics listening')
  }
  return [new MetricsListener({ metrics, port, host, loopback: isLoopbackAddress(host), onListening })]
}

/** @throws ConfigError names each module that cannot be loaded, its channel and the reason */
async function refuseBrokenModules(channels: ChannelRegistry, dispatcher: Dispatcher): Promise<void> {
  const modules = channels.list().filter(({ config }) => config.connector.type === 'module')
  const broken = await dispatcher.findBrokenConnectors(modules)
  if (broken.length === 0) return
  const lines = broken.map(({ channel: { name, config }, reason }) => {
    const path = config.connector.type === 'module' ? config.connector.path : ''
    return `Cannot start as the module of channel ${name} must load: ${path}: ${reason}`
  })
  throw new ConfigError(lines.join('\n'))
}

/** Durable first: a later start without the flag lets nothing out either. */
async function pauseAll(channels: ChannelRegistry, store: Store): Promise<void> {
  for (const channel of channels.list()) {
    if (channel.gate.paused) continue
    await store.saveChannel(storedChannel(channel, true))
    channels.pause(channel.name)
  }
}

function readiness(condition: StoreCondition, refusal: Outcomes['commitRefusal']): ReturnType<HttpPorts['readiness']> {
  if (condition === 'damaged') return 'store_damaged'
  if (refusal === 'unavailable') return 'store_unavailable'
  return refusal !== null || condition !== 'ample' ? 'disk_full' : 'ready'
}

function configuredChannels(config: Config): ChannelRegistryOptions['channels'] {
  const channels: Record<string, ChannelRegistryOptions['channels'][string]> = {}
  if (config.dev) channels['sandbox'] = { config: sandboxChannelConfig, origin: 'builtin' }
  for (const [name, channel] of Object.entries(config.channels)) {
    channels[name] = { config: withinRules(channel, 'file', config), origin: 'file' }
  }
  return channels
}

/** Drops settings made over the API that the operator has forbidden since, and logs it. */
function withinOutboundRules<T extends ChannelMarks>(marks: T, config: Config, logger: Logger): T {
  if (marks.config === null) return marks
  const allowed = withinRules(marks.config, 'api', config)
  if (allowed === marks.config) return marks
  logger.warn(
    { channel: marks.name, policy: config.outbound.allowPrivateAddresses },
    'channel may no longer call private addresses: move it to the configuration file, or set outbound.allowPrivateAddresses to allowed',
  )
  return { ...marks, config: allowed }
}

function rethrow(error: unknown): void {
  throw error
}

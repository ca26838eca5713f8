import { type Config, ConfigError } from './config.ts'
import { sandboxChannelConfig } from './connectors/sandbox-connector.ts'
import type { Dispatcher } from './dispatch/dispatcher.ts'
import { storedChannel } from './http/channel-settings.ts'
import type { ChannelMarks, ChannelRegistry, ChannelRegistryOptions } from './limits/channel-registry.ts'
import { BUILT_IN_GRACE_MS, longestCallMs } from './model/longest-call.ts'
import { withinRules } from './model/outbound-policy.ts'
import type { Logger } from './runtime/logger.ts'
import { WEBHOOK_TIMEOUT_MS } from './model/webhook-endpoint.ts'
import type { ChannelStore } from './store/channel-store.ts'
import type { Recovery } from './store/recovery-store.ts'
import type { ServerStore } from './store/server-store.ts'

/** The channels of the configuration, and the one that comes with `--dev`. */
export function configuredChannels(config: Config): ChannelRegistryOptions['channels'] {
  const channels: Record<string, ChannelRegistryOptions['channels'][string]> = {}
  if (config.dev) channels['sandbox'] = { config: sandboxChannelConfig, origin: 'builtin' }
  for (const [name, channel] of Object.entries(config.channels)) {
    channels[name] = { config: withinRules(channel, 'file', config), origin: 'file' }
  }
  return channels
}

/** Drops settings made over the API that the operator has forbidden since, and logs it. */
export function withinOutboundRules<T extends ChannelMarks>(marks: T, config: Config, logger: Logger): T {
  if (marks.config === null) return marks
  const allowed = withinRules(marks.config, 'api', config)
  if (allowed === marks.config) return marks
  logger.warn(
    { channel: marks.name, policy: config.outbound.allowPrivateAddresses },
    'channel may no longer call private addresses: move it to the configuration file, or set outbound.allowPrivateAddresses to allowed',
  )
  return { ...marks, config: allowed }
}

/** @throws ConfigError names each module that cannot be loaded, its channel and the reason */
export async function refuseBrokenModules(channels: ChannelRegistry, dispatcher: Dispatcher): Promise<void> {
  const modules = channels.list().filter(({ config }) => config.connector.type === 'module')
  const broken = await dispatcher.findBrokenConnectors(modules)
  if (broken.length === 0) return
  const lines = broken.map(({ channel: { name, config }, reason }) => {
    const path = config.connector.type === 'module' ? config.connector.path : ''
    return `Cannot start as the module of channel ${name} must load: ${path}: ${reason}`
  })
  throw new ConfigError(lines.join('\n'))
}

/** Before the first call: who takes the place of this server waits for those that it may have begun. Channels that are made later add theirs. */
export async function coverCalls(
  channels: ChannelRegistry,
  { webhookEndpoints, jobWebhooks }: Pick<Recovery, 'webhookEndpoints' | 'jobWebhooks'>,
  store: Pick<ServerStore, 'coverCalls'>,
): Promise<void> {
  const hasWebhooks = webhookEndpoints.length + jobWebhooks.length > 0
  const ofWebhooks = hasWebhooks ? WEBHOOK_TIMEOUT_MS + BUILT_IN_GRACE_MS : 0
  await store.coverCalls(Math.max(ofWebhooks, ...channels.all().map(({ config }) => longestCallMs(config))))
}

/** Durable first: a later start without the flag lets nothing out either. */
export async function pauseAll(channels: ChannelRegistry, store: ChannelStore): Promise<void> {
  for (const channel of channels.list()) {
    if (channel.gate.paused) continue
    await store.saveChannel(storedChannel(channel, true))
    channels.pause(channel.name)
  }
}

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { plainPayloadUrl } from '@waybill/spec/rules'
import type { Config } from './config.ts'
import { addressRefusal } from './connectors/address-refusal.ts'
import type { ChannelRegistry } from './limits/channel-registry.ts'
import { SHARED_CREDENTIALS } from './model/channel.ts'
import { isInUse } from './model/channel-credentials.ts'
import type { Logger } from './runtime/logger.ts'

/** A shorter token can be guessed. */
const MIN_TOKEN_LENGTH = 16
const OTHERS = 0o077
/** That of the admin token, and of requests without one. */
const DEFAULT_SUBSCRIPTION = 'default'
const CLOSED = 'it is made 600 by this start; copy with umask 077'

interface Guarded {
  readonly file: string
  readonly what: string
  readonly way: string
}

/** Warns of what a start accepts and an operator should change: one line each, before anything is opened. Never logs the token. */
export function warnAtStart(config: Config, { token, logger }: { token: string | null; logger: Logger }): void {
  const { dataDir } = config
  const guarded: Guarded[] = [
    { file: dataDir, what: 'The data folder', way: 'chmod 700' },
    { file: join(dataDir, 'waybill.db'), what: 'The database', way: CLOSED },
    { file: join(dataDir, 'waybill.db-wal'), what: "The database's log", way: CLOSED },
    { file: join(dataDir, 'admin-token'), what: 'The admin token', way: 'chmod 600, and replace the token' },
  ]
  for (const { file, what, way } of guarded) {
    const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0
    if ((mode & OTHERS) === 0) continue
    logger.warn({ file, mode: (mode & 0o777).toString(8) }, `${what} is open to other users of this machine: ${way}`)
  }
  if (token !== null && token.length < MIN_TOKEN_LENGTH) {
    logger.warn(
      { length: token.length },
      `The admin token is weak: it must have at least ${MIN_TOKEN_LENGTH} characters to be safe, better 43 random ones`,
    )
  }
}

/** Warns of channels of the file with credentials of subscription `default` that others used before each subscription had to have its own. */
export function warnOfDefaultCredentials(
  { channels, subscriptions }: Pick<Config, 'channels' | 'subscriptions'>,
  { tokens, logger }: { readonly tokens: readonly { readonly subscription: string }[]; readonly logger: Logger },
): void {
  const others = [...Object.keys(subscriptions), ...tokens.map(({ subscription }) => subscription)]
  if (!others.some((name) => name !== DEFAULT_SUBSCRIPTION)) return
  for (const [channel, { credentials, payload }] of Object.entries(channels)) {
    for (const [where, all] of [
      ['credentials', credentials] as const,
      ['payload.credentials', payload?.credentials ?? {}] as const,
    ]) {
      if (!Object.hasOwn(all, DEFAULT_SUBSCRIPTION) || Object.hasOwn(all, SHARED_CREDENTIALS)) continue
      logger.warn(
        { channel, where },
        'Only subscription default has its credentials: the others have none but their own; those that all may use stand under "*"',
      )
    }
  }
}

/** Warns of stored credentials that are not used, as the channel's file has sent it elsewhere since they were set. */
export function warnOfUnusedCredentials(
  channels: Pick<ChannelRegistry, 'list' | 'credentialsOf'>,
  logger: Logger,
): void {
  for (const { name, own } of channels.list()) {
    for (const { subscription, target, origin } of channels.credentialsOf(name)) {
      if (isInUse(own, { origin, target })) continue
      logger.warn(
        { channel: name, subscription, target, origin },
        'Stored credentials are not used as the channel must lead to the origin that they were set for; meanwhile the subscription has none: set them again, or delete them',
      )
    }
  }
}

/** Warns of channels whose calls will be refused, as they lead to private addresses. Looks names up; nobody waits for it. */
export async function warnOfPrivateAddresses({ dev, channels }: Config, logger: Logger): Promise<void> {
  if (dev) return
  for (const [channel, { connector, payload }] of Object.entries(channels)) {
    const urls: { url: string; what: string }[] = []
    if (connector.type === 'http' && !connector.allowPrivateAddresses) urls.push({ url: connector.url, what: 'Calls' })
    if (payload?.allowPrivateAddresses === false) {
      urls.push({ url: plainPayloadUrl(payload.resolveUrl), what: 'Requests for payloads' })
    }
    for (const { url, what } of urls) {
      const { host, hostname } = new URL(url)
      if ((await addressRefusal(new URL(url))) === null) continue
      logger.warn(
        { channel, host },
        `${what} of the channel will be refused: ${hostname} is a private address (allowPrivateAddresses: true on the channel allows it)`,
      )
    }
  }
}

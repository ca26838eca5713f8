import type { StoredCredentials } from '../model/channel-credentials.ts'
import type { SealedSecret } from '../model/webhook-endpoint.ts'
import { type KeyRing, SecretError } from '../secrets/key-ring.ts'
import type { Recovery } from './recovery-store.ts'
import type { ChannelSettings, StoredChannel } from './channel-store.ts'
import {
  endpointUrlContext,
  openConfig,
  openCredentials,
  type SealedCredentials,
  urlKeyContext,
} from './sealed-secrets.ts'
import type { SealedChannel } from './rows/job-rows.ts'
import type { SealedPlace } from './thread/messages.ts'

/** A sealed secret, and what is to be stored in its place. */
export type ResealedSecret = SealedPlace & { readonly from: string; readonly to: string }

/**
 * Seals with the first key what is stored under an older one.
 * @throws SecretError the ring has not the keys of all of them
 */
export function sealedAnew(
  stored: readonly (SealedPlace & { readonly sealed: string })[],
  keyRing: Pick<KeyRing, 'reseal'>,
): ResealedSecret[] {
  const resealed: ResealedSecret[] = []
  for (const { place, row, sealed } of stored) {
    const to = naming(() => keyRing.reseal(sealed))
    if (to !== null) resealed.push({ place, row, from: sealed, to })
  }
  return resealed
}

interface OpenedSecrets {
  readonly channels: readonly StoredChannel[]
  readonly credentials: readonly StoredCredentials[]
  /** Channels that were stored before secrets were sealed. */
  readonly inClear: readonly ChannelSettings[]
}

/** Opens what the store keeps of channels. @throws SecretError */
export function openSecrets(
  stored: { readonly channels: readonly SealedChannel[]; readonly credentials: readonly SealedCredentials[] },
  keyRing: Pick<KeyRing, 'seal' | 'open'>,
): OpenedSecrets {
  const inClear: ChannelSettings[] = []
  const channels = stored.channels.map(({ secrets, ...channel }): StoredChannel => {
    const { name, config, paused } = channel
    if (config === null) return channel
    if (secrets !== null) return { ...channel, config: naming(() => openConfig(name, { config, secrets }, keyRing)) }
    inClear.push({ name, config, paused })
    return channel
  })
  const credentials = stored.credentials.map(({ sealed, ...row }): StoredCredentials => {
    const { channel, subscription, target, updatedAtMs } = row
    const opened = naming(() => openCredentials(row, sealed, keyRing))
    return { channel, subscription, target, updatedAtMs, ...opened }
  })
  return { channels, credentials, inClear }
}

/**
 * Opens what is sealed of webhooks but the secrets that sign, which their users open.
 * @param options.anew what was sealed anew in place of what was read
 * @throws SecretError
 */
export function openWebhooks(
  { webhookEndpoints, jobWebhooks }: Pick<Recovery, 'webhookEndpoints' | 'jobWebhooks'>,
  { anew, keyRing }: { readonly anew: ReadonlyMap<string, string>; readonly keyRing: Pick<KeyRing, 'open'> },
): Pick<Recovery, 'webhookEndpoints' | 'jobWebhooks'> {
  const now = (sealed: string): string => anew.get(sealed) ?? sealed
  const open = (sealed: string, context: string): string => naming(() => keyRing.open(now(sealed), context))
  const sealedNow = (secrets: readonly SealedSecret[]): SealedSecret[] =>
    secrets.map((secret) => ({ ...secret, sealed: now(secret.sealed) }))
  return {
    webhookEndpoints: webhookEndpoints.map((endpoint) => ({
      ...endpoint,
      url: open(endpoint.url, endpointUrlContext(endpoint.id)),
      secrets: sealedNow(endpoint.secrets),
    })),
    jobWebhooks: jobWebhooks.map((webhooks) => ({
      ...webhooks,
      urlKey: open(webhooks.urlKey, urlKeyContext(webhooks.subscription)),
      secrets: sealedNow(webhooks.secrets),
    })),
  }
}

/** Runs a step of the start; its error names the secret that cannot be opened, and the remedy. */
function naming<T>(open: () => T): T {
  try {
    return open()
  } catch (error) {
    if (!(error instanceof SecretError)) throw error
    const { code, context } = error
    const message =
      `Cannot open data folder as the key ring must open all of its secrets: that of ${context ?? 'a channel'} cannot be opened ` +
      `(${error.message}). No secret was changed; start with the key ring that the folder was last started with`
    throw new SecretError(code, { message, context })
  }
}

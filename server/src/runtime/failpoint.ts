/*
 * Named places at which a test ends the process: around every durable write, and between "it is durable" and "it is announced". At each of
 * them a crash must change nothing (REC-1, REC-5).
 *
 *     FAILPOINT: failpoint('outcomes.durable')
 *
 * The build drops every statement with this label (`dropLabels` in tsup.config.ts): dist/ holds neither calls nor names. From source a
 * failpoint does nothing, unless a test has preloaded a listener into the process, its threads included.
 */

/** The store's writes; of its `publishJobs` a submission (`publishJob`), a retry (`publishJobs`) and an execution. */
const writes = [
  ...([
    'writeChunks',
    'writeRejectedItems',
    'discardJob',
    'publishJob',
    'publishJobs',
    'publishExecution',
    'appendPart',
    'sealJob',
    'makeEligible',
  ] as const),
  ...([
    'holdJobs',
    'commitOutcomes',
    'markStopped',
    'deleteJob',
    'adoptChannels',
    'releaseChannels',
    'saveChannel',
    'saveCredentials',
    'removeCredentials',
    'resealSecrets',
    'removeChannel',
    'unblockChannel',
    'saveTats',
    'createToken',
    'removeTokens',
    'saveSubscription',
    'removeSubscription',
    'writeAudit',
    'purgeAudit',
  ] as const),
] as const

/** Of `publishJobs` the jobs that deliver webhook events; of the outbox all other writes. */
const webhookWrites = ['publishWebhooks', 'webhookEvents'] as const

export type StoreWrite = (typeof writes | typeof webhookWrites)[number]

/** Work that the store starts by itself. */
const chores = ['migrate', 'open', 'fold', 'drop', 'removal', 'purge'] as const

const others = [
  // Main thread: the store has answered, nothing was announced.
  'ingest.chunks.durable',
  'ingest.rejected.durable',
  'ingest.job.durable',
  'ingest.execution.durable',
  'ingest.retry.durable',
  'ingest.part.durable',
  'ingest.seal.durable',
  'schedule.eligible.durable',
  'schedule.stop.durable',
  'schedule.hold.durable',
  'schedule.delete.durable',
  'channels.adoption.durable',
  'schedule.tats.durable',
  'schedule.unblock.durable',
  'http.channel.durable',
  'http.subscription.durable',
  'http.credentials.durable',
  'access.token.durable',
  'access.revocation.durable',
  'outcomes.judged',
  'outcomes.durable',
  'outcomes.announced',
  // Start and end.
  'store.open.folded',
  'store.close.folded',
  'recover.begun',
  'recover.job',
  'recover.done',
] as const

/** `written`: in the open transaction, before its commit; `durable`: after it, before it is reported to the caller. */
type StoreFailpoint = `store.${StoreWrite | (typeof chores)[number]}.${'written' | 'durable'}`

/** Main thread, of webhooks. */
const ofWebhooks = [
  'ingest.webhook.durable',
  'webhooks.endpoint.durable',
  'webhooks.removal.durable',
  'webhooks.jobs.durable',
] as const

/** Of `waybill-server migrate`, which is a process of its own. */
export const migrationFailpoints = [
  'migration.table',
  'migration.compared',
  'migration.copied',
  'migration.begun',
  'migration.committed',
  'migration.done',
] as const

export type FailpointName =
  | StoreFailpoint
  | (typeof others)[number]
  | (typeof ofWebhooks)[number]
  | (typeof migrationFailpoints)[number]

/** All of a server: the test that ends the process at each of them takes them from here. */
export const failpointNames: readonly FailpointName[] = [
  ...[...writes, ...webhookWrites, ...chores].flatMap(
    (name) => [`store.${name}.written`, `store.${name}.durable`] as const,
  ),
  ...others,
  ...ofWebhooks,
]

/** Name of a test's listener: `Symbol.for` of it in the global object. */
export const FAILPOINT_LISTENER = 'waybill.failpoint'

/** Reports to a test that this place was reached. */
export function failpoint(name: FailpointName): void {
  const listener = (globalThis as Record<symbol, unknown>)[Symbol.for(FAILPOINT_LISTENER)]
  if (typeof listener === 'function') (listener as (name: FailpointName) => void)(name)
}

/** Adopts and releases channels of this process. */
export interface ChannelSwitch {
  adopt(name: string): Promise<void>
  release(name: string): Promise<void>
}

/** Name of the listener of a test that adopts and releases channels. */
export const CHANNELS_LISTENER = 'waybill.channels'

/** Hands the channels of this process to a test. Called as a failpoint is: the build drops it. */
export function offerChannels(channels: ChannelSwitch): void {
  const listener = (globalThis as Record<symbol, unknown>)[Symbol.for(CHANNELS_LISTENER)]
  if (typeof listener === 'function') (listener as (channels: ChannelSwitch) => void)(channels)
}

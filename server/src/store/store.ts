import type { Service } from '../runtime/service.ts'
import type { AuditStore } from './audit-store.ts'
import type { ChannelStore } from './channel-store.ts'
import type { ItemStore } from './item-store.ts'
import type { JobStore } from './job-store.ts'
import type { OwnerStore } from './owner-store.ts'
import type { OutcomeStore } from './outcome-store.ts'
import type { SearchStore } from './search-store.ts'
import type { ServerStore } from './server-store.ts'
import type { RecoveryStore } from './recovery-store.ts'
import type { ConditionSource } from './store-condition.ts'
import type { SubscriptionStore } from './subscription-store.ts'
import type { TokenStore } from './token-store.ts'
import type { WebhookDeliveryStore } from './webhook-delivery-store.ts'
import type { WebhookEndpointStore } from './webhook-endpoint-store.ts'
import type { WebhookEventStore } from './webhook-event-store.ts'

/*
 * The only durable state. Everything is asynchronous and speaks in chunks and batches, so that a store shared by several servers fits
 * behind it. A promise that resolves means: on disk (fsync done). One that rejects means: nothing of that call happened.
 * Writes are carried out in the order they were made; the store may put several into one transaction (group commit). A read sees
 * every write whose promise resolved before it was asked. Any write may reject with `disk_full` (nothing of it happened, it may be tried
 * again; the reserve for accepted work is given to all but new work), `unavailable` (a store on another machine cannot be reached for a while: as `disk_full`, but reads may reject with it, too), `damaged` (what is stored is not what was written; it never
 * gets better), `stale_epoch` (another start has taken over: REC-2), `stale_term` (a channel of an owner's write has another owner, or none: REC-2) or `io` (the store cannot continue), any call before `start()` and after `stop()`
 * with `closed`. Buffers handed in are the store's from then on (they may be transferred and arrive detached at the caller), but for those of `commitOutcomes`.
 */

/** The whole store, for who builds it. Stages take the narrow interface that they use. */
export interface Store
  extends
    Service,
    JobStore,
    ItemStore,
    OutcomeStore,
    OwnerStore,
    SearchStore,
    ChannelStore,
    TokenStore,
    SubscriptionStore,
    AuditStore,
    WebhookEventStore,
    WebhookEndpointStore,
    WebhookDeliveryStore,
    RecoveryStore,
    ServerStore,
    ConditionSource {
  /**
   * Opens (or makes) the data folder, takes its lock, migrates, counts up the epoch. Jobs never published and parts never appended are removed from then on.
   * With other servers on one database it waits as a standby until this one has it; `stop` ends the wait, and it rejects with `closed`.
   * @throws StoreError `locked`: another server holds the folder; `newer_schema`: a later version wrote it; `damaged`: it was used and its
   * database is lost or damaged (so do `recover` and `recoverChunks`); `disk_full`: there is not even space for a start
   */
  start(): Promise<void>
  /**
   * A stop begins. A write of which nobody knows yet whether it was carried out, as its answer was lost, is waited for some seconds more: then it is
   * refused with `unavailable`, and so is every write after it, since a repeated one might be carried out twice.
   */
  hurry(): void
}

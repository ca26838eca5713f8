import type { AuditSeq } from '../../model/audit.ts'
import type { WebhookEventDraft } from '../../model/webhook-event.ts'
import type { CallName, Calls } from '../thread/messages.ts'

/** Nothing is transferred: outcomes of a commit, or the hash of a token, are small, and a copy of them costs less than looking for their buffers. */
export const COPIED: readonly ArrayBuffer[] = []

/** The calls of the store's threads, for the subjects that stand in files of their own. */
export interface StoreCalls {
  read<Name extends CallName>(name: Name, args: Calls[Name]['args']): Promise<Calls[Name]['result']>
  write<Name extends CallName>(
    name: Name,
    args: Calls[Name]['args'],
    transfer?: readonly ArrayBuffer[],
  ): Promise<Calls[Name]['result']>
  /** Reports that events are durable, once their write is. */
  reporting<Result>(events: readonly WebhookEventDraft[], write: Promise<Result>): Promise<Result>
  onWebhookEvents(listener: () => void): void
  onTermsLost(listener: (channels: readonly string[]) => void): void
  nextAuditSeq(wallMs: number): AuditSeq
  /** Idempotency keys made before it have expired, wall ms. */
  expiredBeforeMs(): number
}

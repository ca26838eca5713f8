import { randomInt } from 'node:crypto'
import type { TokenId } from './ids.ts'

/** An entry's number: grows with its time, `AUDIT_SEQS_PER_MS` of them in a millisecond. Its order, its time and its public id in one. */
export type AuditSeq = number & { readonly __brand: 'AuditSeq' }

/** Numbers of one millisecond: those of the year 2200 are still safe integers. */
const AUDIT_SEQS_PER_MS = 1024

/** The caller of an audited request. */
export interface AuditActor {
  readonly kind: 'admin' | 'token' | 'dev' | 'anonymous' | 'command' | 'server'
  /** The access token and the name that it had; null of other callers. */
  readonly tokenId: TokenId | null
  readonly tokenName: string | null
}

/** An act of the server by itself on a job or a webhook endpoint, as the audit names it. */
export type ServerAction =
  | 'expireJob'
  | 'expireOpenJob'
  | 'purgeJob'
  | 'disableWebhookEndpoint'
  | 'reportFailingWebhookEndpoint'

/** The subject of a request: the parameters of its path, and what it made. */
export interface AuditResource {
  readonly job: string | null
  readonly channel: string | null
  /** `token`, `execution`, and parameters of other names. */
  readonly others: Readonly<Record<string, string>>
}

/** A request, or several alike, as the audit shows them. */
export interface AuditEntry {
  readonly actor: AuditActor
  /** Null: of a caller that is not known. */
  readonly subscription: string | null
  /** An operation's id, or one of `ServerAction`; null: of several. */
  readonly action: string | null
  readonly resource: AuditResource
  /** Null: of several. */
  readonly address: string | null
  readonly requestId: string | null
  readonly status: number
  /** Of a problem; null: it succeeded. */
  readonly code: string | null
  readonly count: number
}

/** Returns the entry of something that the server did by itself. */
export function serverEntry(
  action: ServerAction,
  { subscription, ...resource }: Partial<AuditResource> & { readonly subscription: string },
): AuditEntry {
  return {
    actor: { kind: 'server', tokenId: null, tokenName: null },
    ...{ subscription, action, resource: { job: null, channel: null, others: {}, ...resource } },
    ...{ address: null, requestId: null, status: 200, code: null, count: 1 },
  }
}

/** An entry in its place. */
export interface NumberedAuditEntry extends AuditEntry {
  readonly seq: AuditSeq
}

/** Returns the first number of a time. @param wallMs may be infinite */
export function firstAuditSeq(wallMs: number): AuditSeq {
  return (Math.max(Math.ceil(wallMs), 0) * AUDIT_SEQS_PER_MS) as AuditSeq
}

/** Returns the wall time of an entry in ms. */
export function auditTimeMs(seq: AuditSeq): number {
  return Math.floor(seq / AUDIT_SEQS_PER_MS)
}

/** Returns the public id of an entry. */
export function auditId(seq: AuditSeq): string {
  return `aud_${seq.toString(16).padStart(14, '0')}`
}

/** Gives entries their numbers: ever growing, also when the clock is set back. */
export class AuditSeqs {
  #last: number

  /** @param last the last number given before */
  constructor(last: number) {
    this.#last = last
  }

  /** Returns the first of `count` numbers in a row. Begins at random within its millisecond: numbers do not tell of entries that the reader may not see. */
  take(wallMs: number, count: number): AuditSeq {
    const first = Math.max(this.#last + 1, Math.floor(wallMs) * AUDIT_SEQS_PER_MS + randomInt(AUDIT_SEQS_PER_MS / 2))
    this.#last = first + count - 1
    return first as AuditSeq
  }
}

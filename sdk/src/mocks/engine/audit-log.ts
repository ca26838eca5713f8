import type { AuditEntry, Operation } from '@waybill/spec'
import type { MockCaller } from './access-tokens.ts'
import type { MockClock } from './mock-clock.ts'

/** A request as the mock answered it. */
export interface AuditedCall {
  readonly operation: Operation
  /** Null: it is not known. */
  readonly caller: MockCaller | null
  readonly path: Readonly<Record<string, string>>
  /** Null: none, or one that is no JSON. */
  readonly body: unknown
  readonly requestId: string
  readonly status: number
  readonly code: string | null
}

/** The audit of a mock: a change has an entry, all else is counted by caller, operation and answer. */
export interface AuditLog {
  /** Newest first. */
  all(): readonly AuditEntry[]
  add(call: AuditedCall): void
  /** Adds an act of the mock by itself. */
  addOwn(action: OwnAction, of: Partial<AuditEntry['resource']>): void
}

type OwnAction = 'expireJob' | 'expireOpenJob' | 'disableWebhookEndpoint' | 'reportFailingWebhookEndpoint'

/** Entries that are kept. */
const MAX_ENTRIES = 10_000
const REFUSED: readonly number[] = [401, 403, 429]

export function createAuditLog(clock: MockClock): AuditLog {
  const entries: AuditEntry[] = []
  const counted = new Map<string, AuditEntry>()
  let last = 0

  function add(call: AuditedCall): void {
    const { operation, status, code } = call
    if (operation.audit === 'none' && !REFUSED.includes(status)) return
    const entry = entryOf(call)
    if (operation.audit === 'change' && status < 400) {
      keep(entry)
      return
    }
    const { kind, tokenId } = entry.actor
    const key = [kind, tokenId, operation.operationId, status, code].join()
    const before = counted.get(key)
    if (before === undefined) counted.set(key, keep(entry))
    else Object.assign(before, { count: before.count + 1, requestId: null, resource: common(before, entry) })
  }

  function addOwn(action: OwnAction, of: Partial<AuditEntry['resource']>): void {
    keep({
      ...placed(),
      actor: { kind: 'server', tokenId: null, tokenName: null },
      ...{
        subscription: 'default',
        action,
        resource: { job: null, channel: null, token: null, execution: null, ...of },
      },
      ...{ address: null, requestId: null, status: 200, code: null, count: 1 },
    })
  }

  function placed(): Pick<AuditEntry, 'id' | 'at'> {
    last = Math.max(last + 1, clock.nowMs() * 1024)
    return { id: `aud_${Math.floor(last).toString(16).padStart(14, '0')}`, at: new Date(clock.nowMs()).toISOString() }
  }

  function entryOf({ operation, caller, path, body, requestId, status, code }: AuditedCall): AuditEntry {
    return {
      ...placed(),
      actor: {
        kind: caller?.kind ?? 'anonymous',
        tokenId: caller?.token?.id ?? null,
        tokenName: caller?.token?.name ?? null,
      },
      subscription: caller?.subscription ?? null,
      action: operation.operationId,
      resource: resourceOf(path, body),
      ...{ address: '127.0.0.1', requestId, status, code, count: 1 },
    }
  }

  function keep(entry: AuditEntry): AuditEntry {
    entries.unshift(entry)
    if (entries.length <= MAX_ENTRIES) return entry
    const dropped = entries.pop()
    for (const [key, one] of counted) if (one === dropped) counted.delete(key)
    return entry
  }

  return { all: () => entries, add, addOwn }
}

/** Returns the names in the path, and the id of what was made. */
function resourceOf(
  { jobId, channel, tokenId, executionId }: Readonly<Record<string, string>>,
  body: unknown,
): AuditEntry['resource'] {
  const made = (body ?? {}) as { id?: unknown; channel?: unknown; job?: { id?: string; channel?: string } }
  const id = made.job?.id ?? (typeof made.id === 'string' ? made.id : '')
  const madeChannel = made.job?.channel ?? made.channel
  return {
    job: jobId ?? (id.startsWith('job_') ? id : null),
    channel: channel ?? (typeof madeChannel === 'string' ? madeChannel : null),
    token: tokenId ?? (id.startsWith('tok_') ? id : null),
    execution: executionId ?? null,
  }
}

function common({ resource: first }: AuditEntry, { resource: second }: AuditEntry): AuditEntry['resource'] {
  const shared = (name: 'job' | 'channel' | 'token' | 'execution') =>
    first[name] === second[name] ? first[name] : null
  return { job: shared('job'), channel: shared('channel'), token: shared('token'), execution: shared('execution') }
}

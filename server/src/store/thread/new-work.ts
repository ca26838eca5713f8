import type { ChunkDraft } from '../item-store.ts'
import type { CallMessage, CallName, Calls, WriteCalls } from './messages.ts'

type NewWork =
  | 'writeChunks'
  | 'writeRejectedItems'
  | 'publishJobs'
  | 'appendPart'
  | 'createToken'
  | 'writeAudit'
  | 'appendWebhookEvents'

const newWork: ReadonlySet<CallName> = new Set<NewWork>([
  ...(['writeChunks', 'writeRejectedItems', 'publishJobs', 'appendPart', 'createToken', 'writeAudit'] as const),
  'appendWebhookEvents',
])

/** A token with its idempotency key: names, scopes and jobs of the largest size. */
const TOKEN_BYTES = 8192
/** An entry of the audit with its places in the indexes. */
const AUDIT_ENTRY_BYTES = 1024

/** Whether a call brings work that was not accepted yet: it may be refused, what was accepted may not. */
export function isNewWork(call: Pick<CallMessage, 'name'>): call is CallMessage<NewWork & keyof WriteCalls> {
  return newWork.has(call.name)
}

/** Bytes of items, tokens and events that such a call writes. */
export function newBytesOf({ name, args }: CallMessage<NewWork>): number {
  switch (name) {
    case 'writeChunks':
    case 'appendPart':
      return bytesOf((args as Calls['writeChunks' | 'appendPart']['args']).chunks)
    case 'writeRejectedItems':
      return sum(
        (args as Calls['writeRejectedItems']['args']).rejected,
        ({ outcomes: { details } }) => details?.length ?? 0,
      )
    case 'publishJobs':
      return sum((args as Calls['publishJobs']['args']).jobs, ({ chunks }) => bytesOf(chunks))
    case 'appendWebhookEvents':
      return sum((args as Calls['appendWebhookEvents']['args']).events, ({ body }) => body.length)
    case 'createToken':
      return TOKEN_BYTES
    case 'writeAudit':
      return (args as Calls['writeAudit']['args']).entries.length * AUDIT_ENTRY_BYTES
  }
}

function bytesOf(chunks: readonly ChunkDraft[]): number {
  return sum(chunks, ({ body, keys, ids }) => body.length + keys.byteLength + ids.byteLength)
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0)
}

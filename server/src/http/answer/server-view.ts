import type { Server } from '@waybill/spec'
import { serverRole, takeoverKind } from '../../store/server-list.ts'
import type { ServerEntry } from '../../store/server-store.ts'

/** Of more servers the last are not shown. */
const MAX_SERVERS = 200

interface SeenBy {
  /** Of the active server, which answers. */
  readonly epoch: number
  /** Likewise. */
  readonly order: NonNullable<Server['order']>
  readonly nowMs: number
  /** Whether addresses are shown. */
  readonly isAdmin: boolean
}

/** The servers as callers see them. @param entries the active one first */
export function serverViews(entries: readonly ServerEntry[], seen: SeenBy): Server[] {
  const active = entries.find((entry) => serverRole(entry) === 'active')
  return entries.slice(0, MAX_SERVERS).map((entry) => ({
    id: `srv_${entry.id}`,
    name: entry.name,
    address: seen.isAdmin && entry.address !== '' ? entry.address : null,
    role: serverRole(entry),
    draining: entry.draining,
    version: entry.version,
    startedAt: timeOf(entry.startedAtMs),
    beatAgeSeconds: Math.max(0, entry.beatAgeSeconds),
    configMatches: entry.configHash === active?.configHash,
    ...(entry === active
      ? { epoch: seen.epoch, takeover: takeoverView(entry, seen.nowMs), order: seen.order }
      : { epoch: null, takeover: null, order: null }),
  }))
}

function takeoverView({ lastTakeover, startedAtMs }: ServerEntry, nowMs: number): NonNullable<Server['takeover']> {
  if (lastTakeover === null) return { kind: 'none', at: timeOf(startedAtMs), quietUntil: null }
  const { proof, atMs, quietUntilMs } = lastTakeover
  const isQuiet = quietUntilMs !== null && quietUntilMs > nowMs
  return { kind: takeoverKind(proof), at: timeOf(atMs), quietUntil: isQuiet ? timeOf(quietUntilMs) : null }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}

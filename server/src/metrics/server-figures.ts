import type { Clock } from '../runtime/clock.ts'
import type { Lease } from '../runtime/lease.ts'
import { type ServerList, type ServerRole, serverRole, type TakeoverKind, takeoverKind } from '../store/server-list.ts'

/** A store that does not answer does not hold up the other metrics for longer. */
const ASK_MS = 2000

/** The servers, and the store's lease. */
export interface AskedServers {
  readonly servers: Pick<ServerList, 'read' | 'known'>
  readonly lease: Pick<Lease, 'remainingMs'>
}

export interface ServerFigures {
  /** How many servers there are; null: the store did not answer. */
  readonly roles: Readonly<Record<ServerRole, number>> | null
  /** Null: the lease does not end. */
  readonly leaseSeconds: number | null
  /** How the server before ended, from which this process took over; null: there was none, or it is not known yet. */
  readonly takeover: TakeoverKind | null
}

/** Asks for the servers. Never rejects. */
export async function serverFigures(
  { servers, lease }: AskedServers,
  clock: Pick<Clock, 'after'>,
): Promise<ServerFigures> {
  let cancel = (): void => {}
  const tooLate = new Promise<null>((resolve) => {
    cancel = clock.after(ASK_MS, () => resolve(null))
  })
  const entries = await Promise.race([servers.read().catch(() => null), tooLate])
  cancel()
  const roles = { active: 0, standby: 0, fenced: 0 }
  for (const entry of entries ?? []) roles[serverRole(entry)]++
  // Once known it stays: a counter that returned to 0 while the store is away would count it again.
  const own = servers.known.find((entry) => serverRole(entry) === 'active')
  const last = own?.lastTakeover ?? null
  const remainingMs = lease.remainingMs()
  return {
    roles: entries === null ? null : roles,
    leaseSeconds: Number.isFinite(remainingMs) ? Math.max(0, remainingMs) / 1000 : null,
    takeover: last === null ? null : takeoverKind(last.proof),
  }
}

import type { Server } from '@waybill/spec'

/** The servers as `listServers` shows them: what the options of the mock leave out is that of a healthy one. */
export function serverViews(
  servers: readonly Partial<Server>[],
  { startedAtMs, isAdmin }: { readonly startedAtMs: number; readonly isAdmin: boolean },
): Server[] {
  const startedAt = new Date(startedAtMs).toISOString()
  return servers.map((server, at) => {
    const isActive = server.role === 'active'
    return {
      ...{
        id: `srv_${at + 1}`,
        name: `waybill-${at + 1}`,
        role: 'standby',
        draining: false,
        version: 'mock',
        startedAt,
      },
      ...{ beatAgeSeconds: 0, configMatches: true, epoch: isActive ? 1 : null },
      takeover: isActive ? { kind: 'none', at: startedAt, quietUntil: null } : null,
      order: isActive ? { checks: 0, violations: 0 } : null,
      ...server,
      address: isAdmin ? (server.address ?? null) : null,
    }
  })
}

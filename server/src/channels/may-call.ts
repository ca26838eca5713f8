import type { ServerStore } from '../store/server-store.ts'

/** Whether calls may start: this server has its channels, and calls of the server before have ended. */
export function mayCall({ lease, quiet }: Pick<ServerStore, 'lease' | 'quiet'>): boolean {
  return quiet.untilMs === null && lease.holds()
}

/** Until when calls of the server before may still run, wall ms; null: they have ended. */
export function quietUntilMs({ quiet }: Pick<ServerStore, 'quiet'>): number | null {
  const { untilMs } = quiet
  return untilMs === null ? null : Math.ceil(Date.now() + Math.max(0, untilMs - performance.now()))
}

import type { CallMessage } from './messages.ts'

/** Returns the one in whose turns a long read runs. The server's own reads take turns as those of one caller. */
export function callerOf({ args }: Pick<CallMessage, 'args'>): string {
  const { caller, subscription } = (args ?? {}) as { caller?: string; subscription?: string | null }
  return caller ?? `of ${subscription ?? 'nobody'}`
}

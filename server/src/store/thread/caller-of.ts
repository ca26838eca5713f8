import type { CallMessage } from './messages.ts'

interface Asked {
  readonly caller?: string
  readonly subscription?: string | null
}

/** Returns the one in whose turns a long read runs. The server's own reads take turns as those of one caller. */
export function callerOf({ args }: Pick<CallMessage, 'args'>): string {
  const { caller, subscription, query } = (args ?? {}) as Asked & { readonly query?: Asked }
  return caller ?? query?.caller ?? `of ${subscription ?? 'nobody'}`
}

import type { Server } from '@waybill/sdk'
import { formatCount } from './numbers.ts'
import { formatLeft, formatRelative } from './times.ts'

const roles: Readonly<Record<Server['role'], string>> = { active: 'Active', standby: 'Standby', fenced: 'Fenced' }

/** `Active`, `Standby, stopping`. */
export function roleWord({ role, draining }: Pick<Server, 'role' | 'draining'>): string {
  const word = (roles as Partial<typeof roles>)[role] ?? role
  return draining ? `${word}, stopping` : word
}

/** Says how often the order of keys was checked since the server became active. */
export function orderSentence({ checks, violations }: NonNullable<Server['order']>): string {
  const checked = `The turn of a key passed on ${formatCount(checks)} ${checks === 1 ? 'time' : 'times'}`
  return violations === 0
    ? `${checked}, each time to a later item.`
    : `${checked}, ${formatCount(violations)} of them not to a later item.`
}

/** Says which server does the work since when, and how many could take its place. */
export function takeoverSentence(servers: readonly Server[], nowMs: number): string {
  const active = servers.find(({ role }) => role === 'active')
  const ready = servers.filter(({ role, draining }) => role === 'standby' && !draining).length
  const standby = ready === 0 ? 'No other server could take its place.' : `${ready} on standby.`
  if (active?.takeover == null) return `No server is active. ${ready} on standby.`
  const { kind, at, quietUntil } = active.takeover
  const when = formatRelative(at, nowMs)
  const since = {
    none: `${active.name} does the work.`,
    handover: `${active.name} took over ${when}, as the server before it stopped.`,
    lease_ended: `${active.name} took over ${when}, as the server before it gave no more sign of life.`,
  }[kind]
  const isQuiet = quietUntil !== null && Date.parse(quietUntil) > nowMs
  const quiet = isQuiet ? ` Calls start in ${formatLeft(quietUntil, nowMs)}, as some of that server may still run.` : ''
  return `${since}${quiet} ${standby}`
}

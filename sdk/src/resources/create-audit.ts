import type { Calls } from '../client.ts'
import type { Audit } from './audit.ts'
import { loadLater } from './load-later.ts'

export function createAudit(calls: Calls): Audit {
  return loadLater<Audit>(async () => (await import('./audit-calls.ts')).auditCalls(calls), { lists: ['list'] })
}

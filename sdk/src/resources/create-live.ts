import type { Calls } from '../client.ts'
import type { Live } from './live.ts'
import { loadLater } from './load-later.ts'

export function createLive(calls: Calls): Live {
  return loadLater<Live>(async () => (await import('./live-calls.ts')).liveCalls(calls), {
    calls: ['jobMap', 'stats'],
    lists: ['follow'],
  })
}

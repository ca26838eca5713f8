import type { Store } from '../../store.ts'
import type { StoreCalls } from './store-calls.ts'

export type FindCalls = Pick<Store, 'listDeadLetters' | 'groupDeadLetters' | 'search'>

/** The calls that look through what many jobs have. */
export function findCalls({ read }: StoreCalls): FindCalls {
  return {
    listDeadLetters: (query) => read('listDeadLetters', query),
    groupDeadLetters: (query) => read('groupDeadLetters', query),
    search: (query) => read('search', query),
  }
}

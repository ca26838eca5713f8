import type { OutcomeStore } from '../outcome-store.ts'
import type { SearchStore } from '../search-store.ts'
import type { StoreCalls } from './store-calls.ts'

export type FindCalls = Pick<OutcomeStore, 'listDeadLetters' | 'groupDeadLetters'> & SearchStore

/** Reads that look through all jobs of a subscription. */
export function findCalls({ read }: StoreCalls): FindCalls {
  return {
    listDeadLetters: (query) => read('listDeadLetters', query),
    groupDeadLetters: (query) => read('groupDeadLetters', query),
    search: (query) => read('search', query),
  }
}

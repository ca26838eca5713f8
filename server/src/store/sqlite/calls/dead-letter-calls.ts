import type { OutcomeStore } from '../../outcome-store.ts'
import type { StoreCalls } from './store-calls.ts'

export type DeadLetterCalls = Pick<OutcomeStore, 'listDeadLetters' | 'groupDeadLetters'>

/** Reads of failed items and their groups. */
export function deadLetterCalls({ read }: StoreCalls): DeadLetterCalls {
  return {
    listDeadLetters: (query) => read('listDeadLetters', query),
    groupDeadLetters: (query) => read('groupDeadLetters', query),
  }
}

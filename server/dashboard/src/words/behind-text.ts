import { formatItems } from './numbers.ts'

/** How many items wait behind one in its key. @param count null: too many to count */
export function behindText(count: number | null): string {
  if (count === 0) return 'nothing waits behind it'
  return `${count === null ? 'very many items wait' : `${formatItems(count)} ${count === 1 ? 'waits' : 'wait'}`} behind it`
}

import type { DeadLetter } from '@waybill/sdk'

/** Failed items that most likely have one cause. */
export interface FailureGroup {
  readonly channel: string
  readonly code: string
  /** The first line of the error's detail, or its title. */
  readonly line: string
  readonly advice: string
  readonly count: number
  /** Of them, those that are not tried again yet. */
  readonly open: number
  readonly lastAt: string
}

/** Groups failed items by channel, code and first line, the largest group first. */
export function groupFailures(letters: readonly DeadLetter[]): FailureGroup[] {
  const groups = new Map<string, FailureGroup>()
  for (const { channel, code, advice, failedAt, item } of letters) {
    const line = firstLine(item.error?.detail ?? item.error?.title ?? '')
    const key = JSON.stringify([channel, code, line])
    const open = item.retriedAs === null ? 1 : 0
    const group = groups.get(key)
    if (group === undefined) {
      groups.set(key, { channel, code, line, advice, count: 1, open, lastAt: failedAt })
      continue
    }
    const lastAt = failedAt > group.lastAt ? failedAt : group.lastAt
    groups.set(key, { ...group, count: group.count + 1, open: group.open + open, lastAt })
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || (a.lastAt < b.lastAt ? 1 : -1))
}

/** Numbers and ids differ from item to item: as `…` they make one group. */
function firstLine(detail: string): string {
  const line = detail.split('\n', 1)[0]!.trim()
  return line.replaceAll(/\b(?:[0-9a-f]{8,}|\d{3,})\b/gi, '…').slice(0, 200)
}

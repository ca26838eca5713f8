import type { DeadLetterGroup, DeadLetterGroups, DeadLetterGroupsQuery } from '../outcome-store.ts'
import type { Reading } from './asking.ts'
import { walkDeadLetters } from './list-dead-letters.ts'

type Counted = { -readonly [Field in keyof DeadLetterGroup]: DeadLetterGroup[Field] }

/** Groups dead letters by channel and error, the newest first. The number of an error includes its code. */
export function* groupDeadLetters({
  maxLetters,
  maxGroups,
  ...query
}: DeadLetterGroupsQuery): Reading<DeadLetterGroups> {
  const groups = new Map<string, Counted>()
  let surplusSeq: number | null = null
  const lastSeq = yield* walkDeadLetters(
    query,
    ({ seq, ref, jobId, channel, index, code, failedAtMs, retriedAs, error }) => {
      const name = `${error}/${channel}`
      let group = groups.get(name)
      if (group === undefined) {
        if (groups.size === maxGroups) {
          surplusSeq = seq
          return false
        }
        const newest = { ref, jobId, index }
        const times = { firstFailedAtMs: failedAtMs, lastFailedAtMs: failedAtMs }
        group = { channel, code, error, count: 0, retried: 0, ...times, newest }
        groups.set(name, group)
      }
      group.count++
      if (retriedAs !== null) group.retried++
      // Of one commit an earlier row may have failed later.
      group.firstFailedAtMs = Math.min(group.firstFailedAtMs, failedAtMs)
      group.lastFailedAtMs = Math.max(group.lastFailedAtMs, failedAtMs)
      return true
    },
    maxLetters,
  )
  return { groups: [...groups.values()], nextBeforeSeq: surplusSeq === null ? lastSeq : surplusSeq + 1 }
}

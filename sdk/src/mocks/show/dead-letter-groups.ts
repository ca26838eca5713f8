import type { DeadLetterGroup } from '@waybill/spec'
import { deadLetterGroupId, errorAdvice, errorLine, errorNumber, rootPaths } from '@waybill/spec/rules'
import type { MockItem } from '../engine/mock-job.ts'
import { time } from './job-view.ts'

/** Returns the group of a failed item. */
export function groupOf({ error }: MockItem): string {
  return deadLetterGroupId(errorNumber(error!.code, errorLine(error!.detail)))
}

/** Groups failed items by channel, code and error, those with most items first. @param items newest first */
export function groupDeadLetters(items: readonly MockItem[]): DeadLetterGroup[] {
  const groups = new Map<string, DeadLetterGroup>()
  for (const item of items) {
    const { channel } = item.job.envelope
    const name = `${groupOf(item)} ${channel}`
    const group = groups.get(name) ?? emptyGroup(item)
    groups.set(name, group)
    group.count++
    if (item.retriedAs !== null) group.retried++
    group.firstFailedAt = time(item.endedAtMs!)
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || b.lastFailedAt.localeCompare(a.lastFailedAt))
}

function emptyGroup(newest: MockItem): DeadLetterGroup {
  const { job, index } = newest
  const { channel } = job.envelope
  const error = newest.error!
  const id = groupOf(newest)
  const failedAt = time(newest.endedAtMs!)
  return {
    ...{ id, channel, code: error.code, detail: errorLine(error.detail), count: 0, retried: 0 },
    ...{ firstFailedAt: failedAt, lastFailedAt: failedAt, example: { jobId: job.id, index } },
    advice: errorAdvice(error),
    links: {
      items: rootPaths.deadLettersOfGroup({ id, channel, code: error.code }),
      example: `${rootPaths.job(job.id)}/items/${index}`,
    },
  }
}

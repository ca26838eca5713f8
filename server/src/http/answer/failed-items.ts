import type { Item, OperationId } from '@waybill/spec'
import { hasScope } from '../../model/caller.ts'
import type { JobId } from '../../model/ids.ts'
import type { Call } from '../operation-handler.ts'

/** Jobs whose items are read side by side: enough to keep the store's reader busy, few enough to leave capacity for others. */
const READS_AT_ONCE = 16

/** Reads items of many jobs, in their order; null for one whose job is gone. Without data, which may be large. */
export async function readItemsOf<T extends { readonly jobId: JobId; readonly index: number }>(
  places: readonly T[],
  { ports, caller, shareKey }: Pick<Call<OperationId, 'itemReads'>, 'ports' | 'caller' | 'shareKey'>,
): Promise<(readonly [T, Item] | null)[]> {
  const reader = { subscription: caller.subscription, caller: shareKey, unredacted: hasScope(caller, 'admin') }
  const jobs = [...indexesByJob(places)]
  const found = new Map<JobId, ReadonlyMap<number, Item>>()
  for (let from = 0; from < jobs.length; from += READS_AT_ONCE) {
    const some = jobs.slice(from, from + READS_AT_ONCE).map(async ([jobId, indexes]) => {
      found.set(jobId, await ports.itemReads.items({ jobId, indexes, ...reader }))
    })
    await Promise.all(some)
  }
  return places.map((place) => {
    const item = found.get(place.jobId)?.get(place.index)
    return item === undefined ? null : ([place, item] as const)
  })
}

function indexesByJob(places: readonly { readonly jobId: JobId; readonly index: number }[]): Map<JobId, number[]> {
  const jobs = new Map<JobId, number[]>()
  for (const { jobId, index } of places) {
    const known = jobs.get(jobId)
    if (known === undefined) jobs.set(jobId, [index])
    else known.push(index)
  }
  return jobs
}

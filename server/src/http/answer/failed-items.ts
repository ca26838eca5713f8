import type { Item, OperationId } from '@waybill/spec'
import { hasScope } from '../../model/caller.ts'
import type { JobId } from '../../model/ids.ts'
import type { Call } from '../operation-handler.ts'

/** Reads that run side by side: enough to keep the store's reader busy, few enough to leave capacity for others. */
const READS_AT_ONCE = 16

/** Reads items of many jobs, in their order; null for one whose job is gone. Without data, which may be large. */
export async function readItemsOf<T extends { readonly jobId: JobId; readonly index: number }>(
  places: readonly T[],
  { ports, caller, shareKey }: Pick<Call<OperationId, 'itemReads'>, 'ports' | 'caller' | 'shareKey'>,
): Promise<(readonly [T, Item] | null)[]> {
  const reader = { subscription: caller.subscription, caller: shareKey, unredacted: hasScope(caller, 'admin') }
  const found: (readonly [T, Item] | null)[] = []
  for (let from = 0; from < places.length; from += READS_AT_ONCE) {
    const some = places.slice(from, from + READS_AT_ONCE).map(async (place) => {
      const { jobId, index } = place
      const shown = await ports.itemReads.item({ jobId, ...reader, index })
      return shown === null ? null : ([place, shown.item] as const)
    })
    found.push(...(await Promise.all(some)))
  }
  return found
}

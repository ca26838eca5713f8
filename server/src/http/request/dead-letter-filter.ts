import { deadLetterGroupNumber } from '@waybill/spec/rules'
import { ProblemError, type ProblemPlace } from '../../model/errors.ts'
import type { JobId } from '../../model/ids.ts'
import { hashOf, partitionKeySeed } from '../../model/item-hashes.ts'
import type { DeadLettersRetry } from '../../ingest/retry/retries.ts'

/** The failed items that a caller lists or retries. */
export interface DeadLetterWish {
  readonly channels?: readonly string[] | undefined
  readonly jobIds?: readonly string[] | undefined
  readonly codes?: readonly string[] | undefined
  /** Ids of groups. */
  readonly groups?: readonly string[] | undefined
  readonly partitionKey?: string | undefined
}

export type DeadLetterFilter = Omit<DeadLettersRetry, 'allowStale'>

/**
 * Returns the filter in the terms of the store.
 * @param place where the key stands in the request
 * @throws ProblemError `bad_request` for a key without its channel: the same key of another channel is a different key
 */
export function deadLetterFilter(
  wish: DeadLetterWish,
  caller: { readonly subscription: string; readonly place: Omit<ProblemPlace, 'detail'> },
): DeadLetterFilter {
  const { channels, jobIds, codes, groups, partitionKey } = wish
  const { subscription, place } = caller
  const filter: DeadLetterFilter = {
    subscription,
    ...(channels && { channels }),
    ...(jobIds && { jobIds: jobIds as readonly JobId[] }),
    ...(codes && { codes }),
    ...(groups && { errors: groups.map(deadLetterGroupNumber) }),
  }
  if (partitionKey === undefined) return filter
  const channel = channels?.length === 1 ? channels[0] : undefined
  if (channel === undefined) {
    const detail = `requires exactly one channel beside it: there are ${channels?.length ?? 0}`
    throw new ProblemError({
      code: 'bad_request',
      detail: `Cannot look for failed items as partitionKey ${detail}`,
      errors: [{ ...place, detail }],
      errorCount: 1,
    })
  }
  return { ...filter, partitionKey, keyHash: hashOf(partitionKeySeed(subscription, channel), partitionKey) }
}

import { deadLetterGroupNumber } from '@waybill/spec/rules'
import { type Caller, hasScope } from '../../model/caller.ts'
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
 * @param redacts whether values of a channel's items are hidden
 * @throws ProblemError `bad_request` for a key without its channel: the same key of another channel is a different key; `forbidden` for a key of a
 * channel that hides values, without the scope admin: what is found would confirm a hidden one
 */
export function deadLetterFilter(
  wish: DeadLetterWish,
  asked: {
    readonly caller: Caller
    readonly place: Omit<ProblemPlace, 'detail'>
    readonly redacts: (channel: string) => boolean
  },
): DeadLetterFilter {
  const { channels, jobIds, codes, groups, partitionKey } = wish
  const { caller, place, redacts } = asked
  const { subscription } = caller
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
  if (!hasScope(caller, 'admin') && redacts(channel)) {
    const detail = `requires the scope admin as channel ${channel} hides values of its items: the caller lacks it`
    throw new ProblemError({ code: 'forbidden', detail: `Cannot look for failed items as partitionKey ${detail}` })
  }
  return { ...filter, partitionKey, keyHash: hashOf(partitionKeySeed(subscription, channel), partitionKey) }
}

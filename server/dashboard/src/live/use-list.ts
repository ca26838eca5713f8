import type { UpdatedList } from '@waybill/sdk'
import { may } from '../api/session.ts'
import { type Load, useLoad } from '../api/use-load.ts'
import { useFollowed } from './use-followed.ts'

/** Some of what a list shows changes without an update, such as how much waits behind a parked item. */
const REREAD_MS = 15_000

export interface FollowedList<T> {
  /** The list whose changes are followed. */
  readonly list: UpdatedList
  /** It is read again no sooner than so long after the last time. */
  readonly leastMs: number
  read(signal: AbortSignal): Promise<T>
  /** False: nothing is read. @default true */
  readonly enabled?: boolean
}

/** Reads a list at once, and again when something of it changed. @param key another key begins anew */
export function useList<T>(key: string, { list, leastMs, read, enabled = true }: FollowedList<T>): Load<T> {
  // The scope of the stream: with the scope of the list alone it is asked for.
  const follows = may('jobs:read')
  const followed = useFollowed<T>(key, {
    ...{ read, leastMs, rereadMs: REREAD_MS, enabled: enabled && follows },
    patch: (shown, update) => (update.event === 'lists' && update.data.lists.includes(list) ? null : shown),
  })
  const polled = useLoad<T>(key, read, { everyMs: leastMs, enabled: enabled && !follows })
  return follows ? followed : polled
}

import type { UpdateEvent } from '@waybill/sdk'
import { type Load, useLoad } from '../api/use-load.ts'
import { watchUpdates } from './updates.ts'

/** Whatever changes, everything is read again after so long: not all of it has updates. */
const REREAD_MS = 60_000
const RETRY_MS = 2000

/** Something that is read, and kept as it is by the updates of all jobs and channels. */
export interface Followed<T> {
  /** Reads it. @param before as it was shown last; null: it was not */
  read(signal: AbortSignal, before: T | null): Promise<T>
  /** Brings it up to date; null: it is to be read again. */
  patch(shown: T, update: UpdateEvent): T | null
  /** @default 60 s */
  readonly rereadMs?: number
  /** After a change it is read again no sooner than so long after the last time. @default 0 */
  readonly leastMs?: number
  /** False: nothing is read. @default true */
  readonly enabled?: boolean
}

/** Reads something at once, then follows the updates. @param key another key begins anew */
export function useFollowed<T>(
  key: string,
  { read, patch, rereadMs = REREAD_MS, leastMs = 0, enabled = true }: Followed<T>,
): Load<T> {
  return useLoad<T>(
    key,
    (signal, report) => {
      let shown: T | null = null
      let readAtMs = 0
      let isDue = false
      return watchUpdates(signal, async (update) => {
        const ageMs = Date.now() - readAtMs
        const isRead = update !== null && update.event !== 'resync' && ageMs <= rereadMs
        let next = isRead && shown !== null ? patch(shown, update) : null
        isDue ||= next === null
        if (isRead && isDue && ageMs < leastMs) return readAtMs + leastMs
        if (isDue || next === null) {
          isDue = false
          next = await read(signal, shown)
          readAtMs = Date.now()
        }
        shown = next
        report(shown)
        return undefined
      })
    },
    { everyMs: RETRY_MS, enabled },
  )
}

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
}

/** Reads something at once, then follows the updates. @param key another key begins anew */
export function useFollowed<T>(key: string, { read, patch, rereadMs = REREAD_MS }: Followed<T>): Load<T> {
  return useLoad<T>(
    key,
    (signal, report) => {
      let shown: T | null = null
      let readAtMs = 0
      return watchUpdates(signal, async (update) => {
        const isRead = update !== null && update.event !== 'resync' && Date.now() - readAtMs <= rereadMs
        let next = isRead && shown !== null ? patch(shown, update) : null
        if (next === null) {
          next = await read(signal, shown)
          readAtMs = Date.now()
        }
        shown = next
        report(shown)
      })
    },
    { everyMs: RETRY_MS },
  )
}

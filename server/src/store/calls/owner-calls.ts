import type { OwnerStore } from '../owner-store.ts'
import type { RecoveryStore } from '../recovery-store.ts'
import { COPIED, type StoreCalls } from './store-calls.ts'

export type OwnerCalls = OwnerStore & Pick<RecoveryStore, 'recoverChannel'>

/** The calls of the owners of channels. */
export function ownerCalls({ read, write, onTermsLost }: StoreCalls): OwnerCalls {
  return {
    adoptChannels: (names) => write('adoptChannels', { names }, COPIED),
    async releaseChannels(releases) {
      await write('releaseChannels', { releases }, COPIED)
    },
    onTermsLost,
    recoverChannel: (name) => read('recoverChannel', { name }),
  }
}

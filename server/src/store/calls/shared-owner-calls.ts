import type { SharedOwnerStore } from '../owner-store.ts'
import { COPIED, type StoreCalls } from './store-calls.ts'

/** The calls of channels' owners where several servers have one database open at once. */
export function sharedOwnerCalls({ read, write }: StoreCalls, shared: { readonly serverId: number }): SharedOwnerStore {
  return {
    ownServer: () => shared.serverId,
    claimChannels: (names) => write('claimChannels', { names }, COPIED),
    async handOver(release, to) {
      await write('handOver', { release, to }, COPIED)
    },
    listOwners: () => read('listOwners', null),
    lookAtOwners: () => read('lookAtOwners', null),
  }
}

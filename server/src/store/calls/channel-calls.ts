import type { KeyRing } from '../../secrets/key-ring.ts'
import type { ChannelStore } from '../channel-store.ts'
import { sealConfig, sealCredentials } from '../sealed-secrets.ts'
import type { StoreCalls } from './store-calls.ts'

/** The calls for channels and their credentials, whose secrets are sealed on their way. */
export function channelCalls({ write }: StoreCalls, keyRing: KeyRing): ChannelStore {
  return {
    async saveChannel({ name, config, paused }, removed = []) {
      const sealed = config === null ? { config, secrets: null } : sealConfig(name, config, keyRing)
      await write('saveChannel', { name, ...sealed, paused, removed })
    },
    async saveCredentials(credentials) {
      await write('saveCredentials', sealCredentials(credentials, keyRing))
    },
    async removeCredentials({ channel, subscription, target }) {
      await write('removeCredentials', { channel, subscription, target })
    },
    async unblockChannel(owner, unblockedAtMs) {
      await write('unblockChannel', { owner, unblockedAtMs })
    },
    async saveTats(tats) {
      await write('saveTats', { tats })
    },
    async removeChannel(name) {
      await write('removeChannel', { name })
    },
  }
}

import type { Channel } from '@waybill/sdk'
import { read } from '../api/read.ts'
import { waybill } from '../api/session.ts'
import type { Load } from '../api/use-load.ts'
import { patchChannels } from './patch-channels.ts'
import { useFollowed } from './use-followed.ts'

/** Settings have no update. */
const REREAD_SETTINGS_MS = 10_000

/** All channels, with their states as they are. */
export function useChannels(): Load<readonly Channel[]> {
  return useFollowed<readonly Channel[]>('channels', {
    read: async (signal) => (await read(waybill.raw.GET('/v1/channels', { signal }))).channels,
    patch: patchChannels,
  })
}

/** One channel, with its state as it is. */
export function useChannel(name: string): Load<Channel> {
  return useFollowed<Channel>(name, {
    read: (signal) => read(waybill.raw.GET('/v1/channels/{channel}', { params: { path: { channel: name } }, signal })),
    patch: (channel, update) => patchChannels([channel], update, { isOne: true })?.[0] ?? null,
    rereadMs: REREAD_SETTINGS_MS,
  })
}

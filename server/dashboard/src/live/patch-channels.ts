import type { Channel, UpdateEvent } from '@waybill/sdk'

/** Brings channels up to date; null: there is one that is not known yet. @param options.isOne others are passed over */
export function patchChannels(
  channels: readonly Channel[],
  update: UpdateEvent,
  { isOne = false }: { readonly isOne?: boolean } = {},
): readonly Channel[] | null {
  if (update.event !== 'channels') return channels
  const states = new Map(update.data.channels.map(({ name, state }) => [name, state]))
  const known = new Set(channels.map(({ name }) => name))
  if (!isOne && [...states.keys()].some((name) => !known.has(name))) return null
  return channels.map((channel) => {
    const state = states.get(channel.name)
    if (state === undefined) return channel
    // No update has it.
    const { callDurations } = channel.state
    return { ...channel, state: callDurations === undefined ? state : { ...state, callDurations } }
  })
}

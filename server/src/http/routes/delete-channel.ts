import { ProblemError } from '../../model/errors.ts'
import { failpoint } from '../../runtime/failpoint.ts'
import { foundChannel, requireSettable } from '../channel-settings.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const deleteChannel: OperationHandler<'deleteChannel', 'channels' | 'channelReads' | 'store'> = async (call) => {
  const { channels, channelReads, store } = call.ports
  const name = call.path.channel
  const channel = foundChannel(call.ports, name)
  requireSettable(channel)
  if (channelReads.inUse(name)) {
    throw new ProblemError({
      code: 'channel_in_use',
      detail: `Cannot delete channel ${name} as all its jobs must have ended: at least one has not`,
    })
  }
  // Gone before it is durable, so that no job is accepted for it meanwhile; back if it cannot be made durable.
  channels.remove(name)
  try {
    await store.removeChannel(name)
    FAILPOINT: failpoint('http.channel.durable')
  } catch (error) {
    channels.put(name, channel.own, { paused: channel.gate.paused })
    throw error
  }
  channels.removeCredentials(channels.credentialsOf(name))
  return call.reply.code(204).send()
}

import { foundChannel } from '../channel-settings.ts'
import { channelView } from '../answer/channel-view.ts'
import { READ_CACHE_CONTROL, sendJson } from '../answer/json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const getChannel: OperationHandler<'getChannel', 'channels' | 'channelReads' | 'clock' | 'paths'> = async (
  call,
) => {
  const { channelReads } = call.ports
  const channel = foundChannel(call.ports, call.path.channel)
  const view = channelView(channel, channelReads.liveState(channel.name, call.caller.subscription), call)
  return sendJson(call.reply.header('cache-control', READ_CACHE_CONTROL), 200, view)
}

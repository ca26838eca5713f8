import { foundChannel } from '../channel-settings.ts'
import { channelView } from '../answer/channel-view.ts'
import { sendJson } from '../answer/json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const unblockChannel: OperationHandler<
  'unblockChannel',
  'channels' | 'channelReads' | 'unblockChannel' | 'clock' | 'paths'
> = async (call) => {
  const { channelReads } = call.parts
  const channel = foundChannel(call.parts, call.path.channel)
  await call.parts.unblockChannel(channel.name)
  return sendJson(
    call.reply,
    200,
    channelView(channel, channelReads.liveState(channel.name, call.subscription), call.parts),
  )
}

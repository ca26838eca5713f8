import { foundChannel } from '../channel-settings.ts'
import { channelView } from '../answer/channel-view.ts'
import { sendJson } from '../answer/json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const unblockChannel: OperationHandler<
  'unblockChannel',
  'channels' | 'channelReads' | 'unblockChannel' | 'clock' | 'paths'
> = async (call) => {
  const { channelReads } = call.ports
  const channel = foundChannel(call.ports, call.path.channel)
  await call.ports.unblockChannel(channel.name)
  return sendJson(
    call.reply,
    200,
    channelView(channel, channelReads.liveState(channel.name, call.caller.subscription), call),
  )
}

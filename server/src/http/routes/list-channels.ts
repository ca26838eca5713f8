import { channelView } from '../answer/channel-view.ts'
import { serializeAll } from '../answer/json-answer.ts'
import { sendPage } from '../answer/send-page.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const listChannels: OperationHandler<'listChannels', 'channels' | 'channelReads' | 'clock' | 'paths'> = async (
  call,
) => {
  const { channels, channelReads } = call.ports
  const views = channels
    .list()
    .map((channel) => channelView(channel, channelReads.liveState(channel.name, call.caller.subscription), call))
  const entries = await serializeAll(views, call.shareKey)
  return sendPage(call, { name: 'channels', entries, nextPageToken: null })
}

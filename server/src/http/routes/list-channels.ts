import type { Channel } from '@waybill/spec'
import { channelView } from '../answer/channel-view.ts'
import { serializeAll } from '../answer/json-answer.ts'
import { sendPage } from '../answer/send-page.ts'
import { NO_WORK } from '../../progress/channel-state.ts'
import { TimeSlice } from '../../runtime/time-slice.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const listChannels: OperationHandler<'listChannels', 'channels' | 'channelReads' | 'clock' | 'paths'> = async (
  call,
) => {
  const { channels, channelReads } = call.ports
  const { subscription } = call.caller
  const slice = new TimeSlice(call.shareKey)
  const works = await channelReads.works(subscription, slice)
  const views: Channel[] = []
  for (const channel of channels.list()) {
    if (slice.over) await slice.next()
    const live = channelReads.liveState(channel.name, subscription, works.get(channel.name) ?? NO_WORK)
    views.push(channelView(channel, live, call))
  }
  const entries = await serializeAll(views, call.shareKey)
  return sendPage(call, { name: 'channels', entries, nextPageToken: null })
}

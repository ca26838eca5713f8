import { foundChannel } from '../channel-settings.ts'
import { channelView } from '../answer/channel-view.ts'
import { READ_CACHE_CONTROL, sendJson } from '../answer/json-answer.ts'
import { hasScope } from '../../model/caller.ts'
import { NO_WORK } from '../../progress/channel-state.ts'
import { TimeSlice } from '../../runtime/time-slice.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const getChannel: OperationHandler<'getChannel', 'channels' | 'channelReads' | 'clock' | 'paths'> = async (
  call,
) => {
  const { channelReads } = call.ports
  const { subscription } = call.caller
  const { name } = foundChannel(call.ports, call.path.channel)
  const works = await channelReads.works(subscription, new TimeSlice(call.shareKey), name)
  // It may have been deleted meanwhile.
  const channel = foundChannel(call.ports, name)
  const view = channelView(channel, channelReads.liveState(name, subscription, works.get(name) ?? NO_WORK), call)
  const callDurations = hasScope(call.caller, 'admin') ? channelReads.callDurations(name) : null
  return sendJson(call.reply.header('cache-control', READ_CACHE_CONTROL), 200, {
    ...view,
    state: { ...view.state, callDurations },
  })
}

import type { FastifyReply } from 'fastify'
import { failpoint } from '../runtime/failpoint.ts'
import { foundChannel, storedChannel } from './channel-settings.ts'
import { channelView } from './answer/channel-view.ts'
import { sendJson } from './answer/json-answer.ts'
import type { Call } from './operation-handler.ts'

/** What of the stages the routes use that pause and resume a channel. */
export type ChannelSwitchPart = 'channels' | 'channelReads' | 'store' | 'clock' | 'paths'

/** Pauses or resumes a channel, durably, and answers with it. */
export async function switchPause(
  call: Call<'pauseChannel' | 'resumeChannel', ChannelSwitchPart>,
  paused: boolean,
): Promise<FastifyReply> {
  const { channels, channelReads, store } = call.parts
  const channel = foundChannel(call.parts, call.path.channel)
  const { name } = channel
  if (channel.gate.paused !== paused) {
    await store.saveChannel(storedChannel(channel, paused))
    FAILPOINT: failpoint('http.channel.durable')
    if (paused) channels.pause(name)
    else channels.resume(name)
  }
  return sendJson(call.reply, 200, channelView(channel, channelReads.liveState(name, call.subscription), call.parts))
}

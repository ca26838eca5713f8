import type { FastifyReply } from 'fastify'
import { failpoint } from '../runtime/failpoint.ts'
import { foundChannel, storedChannel } from './channel-settings.ts'
import { channelView } from './answer/channel-view.ts'
import { sendJson } from './answer/json-answer.ts'
import type { Call } from './operation-handler.ts'

/** The ports of the routes that pause and resume a channel. */
export type ChannelSwitchPorts = 'channels' | 'channelReads' | 'store' | 'clock' | 'paths'

/** Pauses or resumes a channel, durably, and answers with it. */
export async function switchPause(
  call: Call<'pauseChannel' | 'resumeChannel', ChannelSwitchPorts>,
  paused: boolean,
): Promise<FastifyReply> {
  const { channels, channelReads, store } = call.ports
  const channel = foundChannel(call.ports, call.path.channel)
  const { name } = channel
  if (channel.gate.paused !== paused) {
    await store.saveChannel(storedChannel(channel, paused))
    FAILPOINT: failpoint('http.channel.durable')
    if (paused) channels.pause(name)
    else channels.resume(name)
  }
  return sendJson(call.reply, 200, channelView(channel, channelReads.liveState(name, call.caller.subscription), call))
}

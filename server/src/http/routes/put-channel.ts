import type { ChannelConfig } from '@waybill/spec'
import { failpoint } from '../../runtime/failpoint.ts'
import { refuseModule, requestedConfig, requireSettable } from '../channel-settings.ts'
import { channelView } from '../answer/channel-view.ts'
import { sendJson } from '../answer/json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const putChannel: OperationHandler<
  'putChannel',
  'channels' | 'channelReads' | 'config' | 'store' | 'clock' | 'paths'
> = async (call) => {
  const { parts, reply } = call
  const name = call.path.channel
  const request = (await call.json({ refuseFirst: refuseModule })) as ChannelConfig
  const present = parts.channels.get(name)
  if (present !== undefined) requireSettable(present)
  const config = await requestedConfig(request, { present, parts })

  const paused = parts.channels.get(name)?.gate.paused ?? parts.config.paused
  await parts.store.saveChannel({ name, config, paused })
  FAILPOINT: failpoint('http.channel.durable')
  const made = parts.channels.get(name) === undefined
  const channel = parts.channels.put(name, config, { paused })

  if (made) reply.header('location', parts.paths.channel(name))
  return sendJson(
    reply,
    made ? 201 : 200,
    channelView(channel, parts.channelReads.liveState(name, call.subscription), parts),
  )
}

import type { ChannelConfig } from '@waybill/spec'
import { isInUse } from '../../model/channel-credentials.ts'
import { failpoint } from '../../runtime/failpoint.ts'
import { refuseModule, requestedConfig, requireSettable } from '../channel-settings.ts'
import { channelView } from '../answer/channel-view.ts'
import { sendJson } from '../answer/json-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const putChannel: OperationHandler<
  'putChannel',
  'channels' | 'channelReads' | 'config' | 'store' | 'clock' | 'paths'
> = async (call) => {
  const { ports, reply } = call
  const name = call.path.channel
  const request = (await call.json({ refuseFirst: refuseModule })) as ChannelConfig
  const present = ports.channels.get(name)
  if (present !== undefined) requireSettable(present)
  const config = await requestedConfig(request, { present, ports })

  const paused = ports.channels.get(name)?.gate.paused ?? ports.config.paused
  // They belong to where the channel leads no more.
  const removed = ports.channels.credentialsOf(name).filter((one) => !isInUse(config, one))
  await ports.store.saveChannel({ name, config, paused }, removed)
  FAILPOINT: failpoint('http.channel.durable')
  const made = ports.channels.get(name) === undefined
  const channel = ports.channels.put(name, config, { paused })
  ports.channels.removeCredentials(removed)

  if (made) reply.header('location', ports.paths.channel(name))
  return sendJson(
    reply,
    made ? 201 : 200,
    channelView(channel, ports.channelReads.liveState(name, call.caller.subscription), call),
  )
}

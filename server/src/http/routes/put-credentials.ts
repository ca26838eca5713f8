import type { Credentials } from '@waybill/spec'
import { MAX_CREDENTIALS_PER_CHANNEL } from '../../model/limits.ts'
import { ProblemError } from '../../model/errors.ts'
import { failpoint } from '../../runtime/failpoint.ts'
import { sendJson } from '../answer/json-answer.ts'
import { requestedCredentials, storedView } from '../channel-credentials.ts'
import { foundChannel } from '../channel-settings.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const putCredentials: OperationHandler<
  'putCredentials',
  'channels' | 'channelReads' | 'clock' | 'config' | 'store'
> = async (call) => {
  const { ports, path, query } = call
  const { channels, store } = ports
  const key = { channel: path.channel, subscription: path.subscription, target: query.target ?? 'connector' }
  foundChannel(ports, key.channel)
  const request = (await call.json()) as Credentials
  const channel = foundChannel(ports, key.channel)
  const credentials = await requestedCredentials(request, { channel, key, ports })
  foundChannel(ports, key.channel)
  const present = channels.credentialsOf(key.channel)
  const isNew = !present.some(({ subscription, target }) => subscription === key.subscription && target === key.target)
  if (isNew && present.length >= MAX_CREDENTIALS_PER_CHANNEL) {
    throw new ProblemError({
      code: 'credentials_limit_reached',
      detail: `Cannot set credentials of channel ${key.channel} as it must have fewer than ${MAX_CREDENTIALS_PER_CHANNEL} that were set over the API: current value is ${present.length}`,
      members: { limit: { name: 'maxCredentialsPerChannel', value: MAX_CREDENTIALS_PER_CHANNEL } },
    })
  }
  await store.saveCredentials(credentials)
  FAILPOINT: failpoint('http.credentials.durable')
  if (channels.get(key.channel) === undefined) {
    // It was deleted meanwhile: nobody could find them.
    await store.removeCredentials(key)
    foundChannel(ports, key.channel)
  }
  channels.putCredentials(credentials)
  return sendJson(call.reply, 200, storedView(credentials, channels.get(key.channel)?.own ?? channel.own))
}

import { ProblemError } from '../../model/errors.ts'
import { failpoint } from '../../runtime/failpoint.ts'
import { describeCredentials } from '../channel-credentials.ts'
import { foundChannel } from '../channel-settings.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const deleteCredentials: OperationHandler<'deleteCredentials', 'channels' | 'store'> = async (call) => {
  const { ports, path, query } = call
  const { channels, store } = ports
  const key = { channel: path.channel, subscription: path.subscription, target: query.target ?? 'connector' }
  foundChannel(ports, key.channel)
  const stored = channels.credentialsOf(key.channel)
  if (!stored.some(({ subscription, target }) => subscription === key.subscription && target === key.target)) {
    throw new ProblemError({
      code: 'credentials_not_found',
      detail: `Cannot delete ${describeCredentials(key)} as they must have been set over the API: there are none`,
    })
  }
  await store.removeCredentials(key)
  FAILPOINT: failpoint('http.credentials.durable')
  channels.removeCredentials([key])
  return call.reply.code(204).send()
}

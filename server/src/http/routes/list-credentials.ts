import type { CredentialsPage } from '@waybill/spec'
import { sendJson } from '../answer/json-answer.ts'
import { credentialsViews } from '../channel-credentials.ts'
import { foundChannel } from '../channel-settings.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const listCredentials: OperationHandler<'listCredentials', 'channels'> = async (call) => {
  const { channels } = call.ports
  const channel = foundChannel(call.ports, call.path.channel)
  const page: CredentialsPage = { credentials: credentialsViews(channel, channels.credentialsOf(channel.name)) }
  return sendJson(call.reply, 200, page)
}

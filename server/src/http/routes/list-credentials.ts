import { serializeAll } from '../answer/json-answer.ts'
import { sendPage } from '../answer/send-page.ts'
import { credentialsViews } from '../channel-credentials.ts'
import { foundChannel } from '../channel-settings.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const listCredentials: OperationHandler<'listCredentials', 'channels'> = async (call) => {
  const { channels } = call.ports
  const channel = foundChannel(call.ports, call.path.channel)
  const views = credentialsViews(channel, channels.credentialsOf(channel.name))
  const entries = await serializeAll(views, call.shareKey)
  return sendPage(call, { name: 'credentials', entries, nextPageToken: null })
}

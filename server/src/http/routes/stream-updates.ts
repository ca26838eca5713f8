import { UpdateStream } from '../updates/update-stream.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const streamUpdates: OperationHandler<'streamUpdates'> = async ({ request, reply, caller, ...call }) => {
  const lastEventId = request.headers['last-event-id']
  const connection = call.events.connect(reply, call.shareKey)
  const stream = new UpdateStream(connection, call.updates.feedOf(caller).lastId)
  const closed = connection.open()
  connection.send(': open\n\n')
  const leave = call.updates.join(stream, caller, typeof lastEventId === 'string' ? lastEventId : null)
  await closed
  leave()
  return reply
}

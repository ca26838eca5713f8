import type { JobId } from '../../model/ids.ts'
import { foundJob } from '../answer/job-answer.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const streamEvents: OperationHandler<'streamEvents', 'progress'> = async (call) => {
  const { progress } = call.ports
  const id = call.path.jobId as JobId
  const lastSeen = lastEventId(call.request.headers['last-event-id'])

  // Subscribes before it reads: no event between the two is lost.
  const stream = call.events.prepare(call.reply, call.shareKey)
  const subscribe = (): (() => void) =>
    progress.subscribe(id, call.caller.subscription, (snapshot) => {
      if (snapshot === null) stream.close()
      else stream.show(snapshot)
    })
  let unsubscribe = subscribe()
  try {
    const snapshot = foundJob(await progress.find(id, call.caller.subscription), id)
    // Its channel may have been adopted meanwhile: the job was not live before.
    unsubscribe()
    unsubscribe = subscribe()
    if (snapshot.done && lastSeen !== null && lastSeen >= snapshot.version) {
      void call.reply.code(204).send()
    } else {
      await stream.run(snapshot, lastSeen)
    }
  } finally {
    unsubscribe()
  }
  return call.reply
}

/** Returns the version last seen; null for none, and for a value that is no number. */
function lastEventId(header: string | string[] | undefined): number | null {
  return typeof header === 'string' && /^\d{1,16}$/.test(header) ? Number(header) : null
}

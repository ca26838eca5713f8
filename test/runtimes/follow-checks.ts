// A job that is waited for, by every transport, and no longer than its caller requires.

import { createClient, isWaitTimeoutError, type Job, type JobHandle, type Waybill } from '@waybill/sdk'
import { catchError, type Checks, collect, createItem, envelope, equal, type World } from './check.ts'

/** The longest of the delays that an abort must not sit out is far longer, and a busy machine answers far sooner. */
const promptlyMs = 5_000

export const followChecks: Checks = {
  ...Object.fromEntries(
    (['events', 'long-poll', 'poll', 'auto'] as const).map((transport) => [
      `waits by ${transport}`,
      async ({ waybill, source }: World) => {
        const input = { ...envelope(source), items: [createItem(source, 0, 'Chair')] }
        const ended = await waybill.jobs.run(input, { transport, backoff: { initialMs: 50 } })
        equal([ended.done, ended.outcome], [true, 'succeeded'], 'the ended job')
      },
    ]),
  ),

  ...Object.fromEntries(
    (['poll', 'events'] as const).map((follow) => [
      `gives snapshots one by one, by ${follow}()`,
      async ({ waybill, source }: World) => {
        const job = await waybill.jobs.submit({ ...envelope(source), items: [createItem(source, 0, 'Chair')] })
        const versions: number[] = []
        let last: Job | null = null
        for await (const snapshot of job[follow]()) {
          versions.push(snapshot.version)
          last = snapshot
        }
        equal(last?.done, true, 'done of the last snapshot')
        equal(
          versions,
          [...new Set(versions)].sort((a, b) => a - b),
          'growing versions',
        )
      },
    ]),
  ),

  ...Object.fromEntries(
    (['events', 'long-poll', 'poll'] as const).map((transport) => [
      `ends a wait by ${transport} at once when it is aborted, and asks nothing more`,
      async ({ serverUrl, source }: World) => {
        let requests = 0
        const counting = (request: Request): Promise<Response> => {
          requests++
          return fetch(request)
        }
        const waybill = createClient({ baseUrl: serverUrl, fetch: counting })
        const job = await submitForLater(waybill, source)
        const reason = new Error('Enough')
        const controller = new AbortController()
        // What stays alive keeps the whole program alive: that it ends by itself is looked at from outside.
        const waiting = job.wait({
          transport,
          signal: controller.signal,
          backoff: { initialMs: 60_000, maxMs: 60_000 },
        })
        await sleep(300)
        const abortedMs = Date.now()
        controller.abort(reason)
        const error = await catchError(waiting)
        const requestsWhenEnded = requests
        equal(error === reason, true, `the reason (${String(error)})`)
        equal(Date.now() - abortedMs < promptlyMs, true, `ended promptly (${Date.now() - abortedMs} ms)`)
        await sleep(200)
        equal(requests, requestsWhenEnded, 'requests after the abort')
        await job.cancel()
      },
    ]),
  ),

  'ends a wait at its time limit with a job that can be waited for again': async ({ waybill, source }) => {
    const job = await submitForLater(waybill, source)
    const error = await catchError(job.wait({ timeoutMs: 200 }))
    equal(isWaitTimeoutError(error), true, `a WaitTimeoutError (${String(error)})`)
    if (!isWaitTimeoutError(error)) return
    equal([error.job.id, error.last?.status], [job.id, 'scheduled'], 'what it carries')
    await error.job.cancel()
    equal((await error.job.wait()).outcome, 'cancelled', 'outcome')
  },

  'goes on with a job from what was written down': async ({ waybill, source }) => {
    const job = await waybill.jobs.submit({ ...envelope(source), items: [createItem(source, 0, 'Chair')] })
    const attached = waybill.jobs.attach(JSON.parse(JSON.stringify(job)) as { version: 1; id: string })
    equal((await attached.wait()).id, job.id, 'id')
    equal((await collect(attached.results())).length, 1, 'number of results')
  },
}

/** A job that will not end by itself while the check runs. */
function submitForLater(waybill: Waybill, source: string): Promise<JobHandle> {
  const runAt = new Date(Date.now() + 3_600_000).toISOString()
  return waybill.jobs.submit({ ...envelope(source), runAt, items: [createItem(source, 0, 'Chair')] })
}

function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs))
}

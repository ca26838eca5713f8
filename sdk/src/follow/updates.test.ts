import type { UpdateEvent } from '@waybill/spec'
import { expect, it } from 'vitest'
import { createClientIn } from '../create-client.ts'
import { createFakeServer, type Handler, inTurn, refuse, streamAnswer } from '../testing/fake-server.ts'
import { createFakeTiming } from '../testing/fake-timing.ts'

function setUp(handler: Handler) {
  const timing = createFakeTiming()
  const server = createFakeServer(handler)
  const waybill = createClientIn(timing, { baseUrl: 'https://waybill.test', fetch: server.fetch, token: 'secret' })
  return { waybill, timing, seen: () => server.requests.map(({ headers }) => headers.get('Last-Event-ID')) }
}

/** A stream that breaks after these ids. */
function stream(...ids: readonly string[]): () => Response {
  const events = ids.map((id) => `event: jobs\nid: ${id}\ndata: {"jobs":[]}\n\n`)
  return () => streamAnswer([': open\n\nevent: later\nid: 0-0\ndata: 1\n\n', ...events], true, 'text/event-stream')
}

/** As `event id` of the first updates. */
async function take(count: number, updates: AsyncIterable<UpdateEvent>): Promise<string[]> {
  const found: string[] = []
  for await (const { event, id } of updates) {
    found.push(`${event} ${id}`)
    if (found.length === count) break
  }
  return found
}

it('updates begin with a resync, and continue after the last one when the connection breaks', async () => {
  const { waybill, timing, seen } = setUp(inTurn(stream('1-1-1', '1-1-2'), refuse(503, 'overloaded'), stream('1-1-3')))
  expect(await take(4, waybill.live.follow())).toEqual(['resync 0', 'jobs 1-1-1', 'jobs 1-1-2', 'jobs 1-1-3'])
  expect(seen()).toEqual([null, '1-1-2', '1-1-2'])
  expect(timing.sleeps).toEqual([500, 1000])
})

it('updates begin anew with a resync when no event came before the break', async () => {
  const silent = () => streamAnswer([': open\n\n'], true, 'text/event-stream')
  const { waybill, seen } = setUp(inTurn(silent, stream('1-1-1')))
  expect(await take(3, waybill.live.follow())).toEqual(['resync 0', 'resync 0', 'jobs 1-1-1'])
  expect(seen()).toEqual([null, null])
})

it('updates end with a refusal, and after ten failures in a row', async () => {
  await expect(take(1, setUp(() => refuse(403, 'forbidden')).waybill.live.follow())).rejects.toMatchObject({
    status: 403,
  })
  const { waybill, seen } = setUp(() => refuse(503, 'overloaded'))
  await expect(take(1, waybill.live.follow())).rejects.toMatchObject({ status: 503 })
  expect(seen()).toHaveLength(11)
  const text = setUp(() => streamAnswer(['hello'], false, 'text/html')).waybill
  await expect(take(1, text.live.follow())).rejects.toThrow('must be a stream of events')
})

it('updates end with the signal', async () => {
  const abort = new AbortController()
  const { waybill } = setUp(inTurn(stream('1-1-1')))
  const following = (async () => {
    for await (const { event } of waybill.live.follow({ signal: abort.signal }))
      if (event === 'jobs') abort.abort(new Error('enough'))
  })()
  await expect(following).rejects.toThrow('enough')
})

/*
 * One run of one peer, in a process of its own. Gets `{driver, options, url, folder, work}` as a message, answers with what it measured,
 * and is ended by its parent. Everything is taken in first; the delivery starts with the peer's worker.
 */
import { ndjsonBody } from '../../load.ts'

process.once('message', async ({ driver, options, url, folder, work }) => {
  const { connect } = await import(`./${driver}.mjs`)
  const items = ndjsonBody(0, { keys: work.keys, envelope: null, items: work.items })
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const peer = await connect({ url, folder, options, keyed: work.keys !== null })

  const beforeIntakeMs = performance.now()
  await peer.takeIn(items)
  const beforeDeliveryMs = performance.now()
  const deadlineMs = beforeDeliveryMs + work.maxSeconds * 1000
  const starts = []
  const timeIsUp = new Promise((resolve) => setTimeout(resolve, work.maxSeconds * 1000))
  await Promise.race([
    timeIsUp,
    peer.deliver({
      total: items.length,
      // The handler: does nothing but record which item starts.
      handle: ({ id }) => void starts.push(Number(id.slice('sku-'.length))),
      isOver: () => performance.now() > deadlineMs,
    }),
  ])
  const endMs = performance.now()
  process.send({
    intakeMs: beforeDeliveryMs - beforeIntakeMs,
    deliveryMs: endMs - beforeDeliveryMs,
    starts: Uint32Array.from(starts),
  })
})

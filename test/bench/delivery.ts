import type { BenchOptions } from './bench-options.ts'
import { benchServer, ENVELOPE, moduleChannel, secondsFromResume, submit, untilSucceeded } from './bench-server.ts'
import { wholeNumber } from './figures.ts'
import { ITEMS_PER_REQUEST, type Keys, ndjsonBody, ndjsonPieces } from './load.ts'
import type { Row } from './report.ts'
import type { ServerProcess } from '../support/server-process.ts'

/** Keys, and the share of the items that keeps a run to a second or two. */
const FROM_RESUME = [
  { keys: 1, share: 0.01, target: '>= 2,000' },
  { keys: 10, share: 0.1, target: '>= 12,000' },
  { keys: 100, share: 0.5, target: '>= 100,000' },
  { keys: 1000, share: 1, target: '>= 150,000' },
] as const
const WITH_UPLOAD = [
  { keys: 10_000, name: '10,000 keys', id: '10000-keys', target: '>= 220,000' },
  { keys: null, name: 'unique keys', id: 'unique-keys', target: '>= 250,000' },
] as const

/**
 * Items delivered per second to a module that does nothing, by one server after a warm-up. Few keys: from the resume of a paused channel, so
 * that only delivery is measured. Many keys: from the first byte posted, so the upload is included.
 */
export async function measureDelivery({ items, rounds }: BenchOptions): Promise<Row[]> {
  const server = await benchServer({ channel: moduleChannel('no-op') })
  try {
    await server.start()
    await secondsFromResume(server, ndjsonPieces(items / 4, { envelope: ENVELOPE, keys: 1000 }))
    const rows: Row[] = []
    for (const { keys, share, target } of FROM_RESUME) {
      const count = Math.ceil(items * share)
      const figures = await timesOf(rounds, async () => {
        return count / (await secondsFromResume(server, ndjsonPieces(count, { envelope: ENVELOPE, keys })))
      })
      const work = `delivery from resume, ${wholeNumber(keys)} ${keys === 1 ? 'key' : 'keys'}`
      rows.push({ id: `delivery/${keys}-keys`, work, unit: 'items/s', rounds: figures, target })
    }
    for (const { keys, name, id, target } of WITH_UPLOAD) {
      const figures = await timesOf(rounds, () => itemsPerSecondWithUpload(server, { items, keys }))
      const work = `upload and delivery, ${name}`
      rows.push({ id: `upload-and-delivery/${id}`, work, unit: 'items/s', rounds: figures, target })
    }
    return rows
  } finally {
    await server.remove()
  }
}

async function timesOf(rounds: number, measure: () => Promise<number>): Promise<number[]> {
  const figures: number[] = []
  for (let round = 0; round < rounds; round++) figures.push(await measure())
  return figures
}

async function itemsPerSecondWithUpload(
  server: ServerProcess,
  { items, keys }: { items: number; keys: Keys },
): Promise<number> {
  const requests = Math.ceil(items / ITEMS_PER_REQUEST)
  const bodies = Array.from({ length: requests }, (_, part) => ndjsonBody(part, { keys, envelope: ENVELOPE }))
  const ids: string[] = []
  const start = performance.now()
  for (const body of bodies) ids.push(await submit(server, body))
  for (const id of ids.reverse()) await untilSucceeded(server, id)
  return (requests * ITEMS_PER_REQUEST) / ((performance.now() - start) / 1000)
}

import type { BenchOptions } from './bench-options.ts'
import { benchServer, ENVELOPE, moduleChannel, submit, untilSucceeded } from './bench-server.ts'
import { wholeNumber } from './figures.ts'
import { ITEMS_PER_REQUEST, ndjsonBody } from './load.ts'
import type { Row } from './report.ts'
import { peakMb } from './resident-memory.ts'

/** Jobs of 20,000 items on their way at once. */
const JOBS_AT_ONCE = 5
const TENTHS = 10

/**
 * Peak of resident memory while ten times as many items as pending ones are asked for pass through a server that never has more than
 * 100,000 of them: in the last tenth, compared with the second (the first fills caches).
 */
export async function measureFlatMemory({ pending }: BenchOptions): Promise<Row[]> {
  const jobs = Math.max(TENTHS, Math.ceil((pending * TENTHS) / ITEMS_PER_REQUEST))
  const server = await benchServer({ channel: moduleChannel('no-op') })
  const peaksMb: number[] = []
  try {
    await server.start()
    const onTheWay: string[] = []
    let sent = 0
    for (let part = 1; part <= TENTHS; part++) {
      const peak = await peakMb(server, async () => {
        for (; sent < (jobs * part) / TENTHS; sent++) {
          if (onTheWay.length === JOBS_AT_ONCE) await untilSucceeded(server, onTheWay.shift()!)
          onTheWay.push(await submit(server, ndjsonBody(sent, { keys: null, envelope: ENVELOPE })))
        }
      })
      peaksMb.push(peak)
    }
    for (const id of onTheWay) await untilSucceeded(server, id)
  } finally {
    await server.remove()
  }
  const items = wholeNumber(jobs * ITEMS_PER_REQUEST)
  const bound = wholeNumber(JOBS_AT_ONCE * ITEMS_PER_REQUEST)
  return [
    {
      ...{ id: 'memory/flat', work: `memory, ${items} items with at most ${bound} pending: last tenth`, unit: 'MB' },
      rounds: [peaksMb.at(-1)!],
      reference: { work: 'second tenth', rounds: [peaksMb[1]!] },
      target: 'flat',
    },
  ]
}

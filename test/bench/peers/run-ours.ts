import { readdir, readFile } from 'node:fs/promises'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { benchServer, ENVELOPE, setPaused, submit, untilSucceeded } from '../bench-server.ts'
import { ITEMS_PER_REQUEST, ndjsonBody } from '../load.ts'
import { type Run, toRun, type Work } from './run.ts'

const RECORDER = fileURLToPath(new URL('./fixtures/record-order.mjs', import.meta.url))
/** The recorder writes within 50 ms. */
const RECORD_TIMEOUT_MS = 5_000

/** A new server on the disk store: uploads to a paused channel over HTTP, then measures from the request to resume it. */
export async function runOurs(work: Work): Promise<Run> {
  const starts = mkdtempSync(join(tmpdir(), 'waybill-bench-starts-'))
  const server = await benchServer({
    channel: { connector: { type: 'module', path: RECORDER } },
    env: { WAYBILL_BENCH_STARTS: starts },
  })
  try {
    await server.start()
    await setPaused(server, true)
    const bodies: Buffer[] = []
    for (let part = 0; part * ITEMS_PER_REQUEST < work.items; part++) {
      const items = Math.min(ITEMS_PER_REQUEST, work.items - part * ITEMS_PER_REQUEST)
      bodies.push(ndjsonBody(part, { keys: work.keys, envelope: ENVELOPE, items }))
    }
    const beforeIntakeMs = performance.now()
    const ids: string[] = []
    for (const body of bodies) ids.push(await submit(server, body))
    const beforeDeliveryMs = performance.now()
    await setPaused(server, false)
    for (const id of ids.toReversed()) await untilSucceeded(server, id)
    const endMs = performance.now()
    return toRun(work, {
      intakeMs: beforeDeliveryMs - beforeIntakeMs,
      deliveryMs: endMs - beforeDeliveryMs,
      starts: await recordedStarts(starts, work.items),
    })
  } finally {
    await server.remove()
    rmSync(starts, { recursive: true })
  }
}

/** The numbers of the items in the order of their starts, over all threads. */
async function recordedStarts(folder: string, items: number): Promise<number[]> {
  for (const deadlineMs = performance.now() + RECORD_TIMEOUT_MS; ; await sleep(20)) {
    const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))))
    const starts = files.flatMap(startsOf)
    if (starts.length >= items) return starts.sort((a, b) => a.atUs - b.atUs).map(({ item }) => item)
    if (performance.now() > deadlineMs)
      throw new Error(`Cannot check the order as ${items} starts must be recorded: there are ${starts.length}`)
  }
}

function startsOf(bytes: Buffer): { atUs: number; item: number }[] {
  const values = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  return Array.from({ length: values.length / 2 }, (_, n) => ({ atUs: values[2 * n]!, item: values[2 * n + 1]! }))
}

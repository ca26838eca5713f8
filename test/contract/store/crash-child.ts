import { writeSync } from 'node:fs'
import { Verdict } from '../../../server/src/model/outcome-batch.ts'
import { silentLogger } from '../../../server/src/runtime/logger.ts'
import { Telemetry } from '../../../server/src/runtime/telemetry.ts'
import { newKeyRing } from '../../../server/src/secrets/open-key-ring.ts'
import { createSqliteStore } from '../../../server/src/store/sqlite/sqlite-store.ts'
import { chunksOf, jobOf, outcomes, publish, termsOf, ownShop } from './fixtures.ts'

/*
 * A process that is killed: it writes to a store without end and says on stdout what was acknowledged, one line each.
 *
 *     node crash-child.ts <data folder> <first commit>
 *
 * Commit n holds the outcomes of the items n, n + SPREAD, ... of the first job it finds (or makes); between commits it publishes jobs.
 */
export const SPREAD = 1000
export const PER_COMMIT = 4
export const CHUNK_ITEMS = 100

function say(what: string, value: string | number): void {
  writeSync(1, `${what} ${value}\n`)
}

async function writeWithoutEnd(dataDir: string, firstCommit: number): Promise<void> {
  const telemetry = new Telemetry(silentLogger)
  const store = createSqliteStore({ kind: 'disk', dataDir, logger: silentLogger, telemetry, keyRing: newKeyRing() })
  await store.start()
  await ownShop(store)
  const [known] = (await store.recover()).jobs
  const chunks = chunksOf((SPREAD * PER_COMMIT) / CHUNK_ITEMS, CHUNK_ITEMS)
  const { ref } = known ?? (await publish(store, { chunks }))

  const commits = async (): Promise<void> => {
    for (let n = firstCommit; n < SPREAD; n++) {
      const list = Array.from({ length: PER_COMMIT }, (_, at) => ({
        index: n + at * SPREAD,
        verdict: n % 3 === 0 ? Verdict.failed : Verdict.succeeded,
        detail: n % 2 === 0 ? { commit: n } : undefined,
      }))
      await store.commitOutcomes({ terms: termsOf(store), batches: outcomes(store, ref, list, CHUNK_ITEMS), ended: [] })
      say('commit', n)
    }
  }
  const jobs = async (): Promise<void> => {
    for (;;) {
      const record = jobOf(store.nextJobRef(), { createdAtMs: Date.now(), total: 6 })
      say('publishing', record.id)
      const [early, late] = chunksOf(2, 3)
      await store.writeChunks(record.ref, [early!])
      await publish(store, { record, chunks: [late!] })
      say('published', record.id)
    }
  }
  await Promise.all([commits(), jobs()])
}

if (process.argv[1] === import.meta.filename) await writeWithoutEnd(process.argv[2]!, Number(process.argv[3]))

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { silentLogger } from '../../server/src/runtime/logger.ts'
import { Telemetry } from '../../server/src/runtime/telemetry.ts'
import { newKeyRing } from '../../server/src/secrets/open-key-ring.ts'
import { createSqliteStore } from '../../server/src/store/sqlite/sqlite-store.ts'
import { checkFolder } from '../support/check-folder.ts'

test('the checker of a data folder finds nothing in a sound one, and each thing that does not belong there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-test-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const telemetry = new Telemetry(silentLogger)
  const store = createSqliteStore({
    kind: 'disk',
    dataDir: folder,
    logger: silentLogger,
    telemetry,
    keyRing: newKeyRing(),
  })
  await store.start()
  await store.stop()
  expect(checkFolder(folder)).toEqual([])

  const db = new DatabaseSync(join(folder, 'waybill.db'))
  const blob = new Uint8Array(8)
  db.prepare('INSERT INTO drafts (ref) VALUES (7)').run()
  db.prepare('INSERT INTO segments (seq, records) VALUES (7, ?)').run(blob)
  db.prepare('INSERT INTO calls (ref, chunk, records) VALUES (7, 0, ?)').run(blob)
  db.prepare('INSERT INTO chunks (ref, chunk, first_index, count, keys, ids, body) VALUES (8, 0, 0, 1, ?, ?, ?)').run(
    ...[blob, blob, blob],
  )
  db.prepare('INSERT INTO part_drafts VALUES (7, 0)').run()
  const letter = db.prepare(
    `INSERT INTO dead_letters (ref, item_index, lane, failed_at_ms, code) VALUES (7, 0, 1, 0, 'a')`,
  )
  letter.run()
  letter.run()
  db.close()
  expect(checkFolder(folder)).toEqual([
    'there are 1 chunks without a job',
    'there are 1 calls without a chunk',
    'there are 1 segments that are not folded',
    'there are 1 drafts that nobody goes on with',
    'there are 1 parts that nobody goes on with',
    'there are 2 dead letters of no item',
    'there are 1 items with two dead letters',
  ])
})

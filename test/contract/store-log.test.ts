import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { backupFolder } from '../../server/src/store/sqlite/open/backup-folder.ts'
import { lockFolder, openDatabase } from '../../server/src/store/sqlite/open/database.ts'
import { verifyFolder } from '../../server/src/store/sqlite/open/verify-folder.ts'
import type { Store } from '../../server/src/store/store.ts'
import { Random } from '../support/random.ts'
import { publish } from './store/fixtures.ts'
import { StoreWorld, until } from './store/world.ts'

const CHILD = new URL('./store/crash-child.ts', import.meta.url).pathname
const FILES = ['waybill.mark', 'waybill.db-shm', 'waybill.db', 'waybill.db-wal'] as const
const [MARK, INDEX, DATABASE, LOG] = FILES
const HEADER_BYTES = 32
const FRAME_BYTES = 24 + 8192
const SECTOR_BYTES = 512
const SECTOR_CASES = 20
const MOMENTS = 8

type Snapshot = Readonly<Record<string, Buffer>>

interface Frame {
  readonly from: number
  readonly isCommit: boolean
}

/** Copies a folder as it is now. In this order nothing is newer than the log, of whose zeros at the end some are left. */
function snapshot(dataDir: string): Snapshot {
  const found = FILES.filter((name) => existsSync(join(dataDir, name)))
  const files = found.map((name) => [name, readFileSync(join(dataDir, name))] as const)
  return Object.fromEntries(files.map(([name, bytes]) => [name, name === LOG ? withoutZeros(bytes) : bytes]))
}

function withoutZeros(log: Buffer): Buffer {
  let end = log.length
  while (end > 0 && log[end - 1] === 0) end--
  return Buffer.concat([log.subarray(0, end), Buffer.alloc(2 * FRAME_BYTES)])
}

function without(files: Snapshot, ...names: string[]): Snapshot {
  return Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)))
}

/** The frames of a log that is sound. */
function framesOf(log: Buffer): Frame[] {
  const frames: Frame[] = []
  const salts = log.subarray(16, 24)
  for (let from = HEADER_BYTES; from + FRAME_BYTES <= log.length; from += FRAME_BYTES) {
    if (!log.subarray(from + 8, from + 16).equals(salts)) break
    frames.push({ from, isCommit: log.readUInt32BE(from + 4) !== 0 })
  }
  return frames
}

function changed(log: Buffer, change: (log: Buffer) => void): Buffer {
  const copy = Buffer.from(log)
  change(copy)
  return copy
}

/** Items of the fixtures have hashes of their own. */
function faultsOf(dataDir: string): string[] {
  return verifyFolder(dataDir).faults.filter((fault) => !/ than it was accepted with$/.test(fault))
}

describe('the write-ahead log of a store that was ended by force', { timeout: 120_000 }, () => {
  let world: StoreWorld
  let store: Store
  const folders: string[] = []

  beforeEach(() => {
    world = new StoreWorld('disk')
  })
  afterEach(async () => {
    await world.close()
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
  })

  function folderWith(files: Snapshot): string {
    const folder = mkdtempSync(join(tmpdir(), 'waybill-store-'))
    folders.push(folder)
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes)
    return folder
  }
  /** Opens a folder as a start does. @returns its jobs */
  function jobsIn(folder: string): number {
    const lock = lockFolder(folder)
    try {
      const db = openDatabase(folder)
      const { n } = db.prepare('SELECT count(*) AS n FROM jobs').get() as { n: number }
      db.close()
      return n
    } finally {
      lock.close()
    }
  }
  /** A start, another one, verification and a backup: each refuses, and nothing is changed by them. */
  function expectRefused(files: Snapshot, why: RegExp): void {
    const folder = folderWith(files)
    expect(() => jobsIn(folder)).toThrow(why)
    expect(() => jobsIn(folder)).toThrow(/^Cannot open data folder .*restore a backup into an empty folder/)
    expect(() => verifyFolder(folder)).toThrow(why)
    expect(() => backupFolder({ dataDir: folder, file: join(folder, 'copy.db'), force: false })).toThrow(why)
    for (const name of [DATABASE, LOG]) {
      if (name in files) expect(readFileSync(join(folder, name)).equals(files[name]!), name).toBe(true)
    }
  }
  const markOf = () => readFileSync(join(world.dataDir, MARK), 'utf8')
  /** Publishes jobs, one commit each, and waits until the last one is marked. */
  async function publishMarked(count: number): Promise<void> {
    for (let n = 1; n < count; n++) await publish(store)
    const before = markOf()
    await publish(store)
    await until(() => markOf() !== before)
  }
  /** A store with a job whose log is carried over, more in its log that are marked, and a last one that may not be. */
  async function twoMoments(): Promise<{ before: Snapshot; after: Snapshot; from: number; to: number; jobs: number }> {
    const first = await world.start()
    await publish(first)
    await first.stop()
    store = await world.start()
    for (let jobs = 5; ; jobs += 4) {
      await publishMarked(3)
      const before = snapshot(world.dataDir)
      await publish(store)
      const after = snapshot(world.dataDir)
      const frames = framesOf(after[LOG]!)
      const known = framesOf(before[LOG]!).length
      const [from, to] = [known, frames.length].map((count) => count * FRAME_BYTES + HEADER_BYTES) as [number, number]
      // Else the mark has become a commit of its own meanwhile.
      if (frames.slice(known).filter(({ isCommit }) => isCommit).length === 1) return { before, after, from, to, jobs }
    }
  }

  it('is taken up to its last whole transaction after a power failure, whatever of the last one was written', async () => {
    const { before, after, from, to, jobs: all } = await twoMoments()
    const random = new Random(7)
    const full = after[LOG]!
    const old = Buffer.concat([before[LOG]!, Buffer.alloc(full.length)]).subarray(0, full.length)
    const logs: { log: Buffer; jobs: number; what: string }[] = []
    const frameCount = (to - from) / FRAME_BYTES
    const places = [0, frameCount >> 1, frameCount - 1].flatMap((frame) =>
      [0, 4, 20, 25, 4096].map((offset) => from + frame * FRAME_BYTES + offset),
    )
    for (const place of [...places, to - 8, to]) {
      const jobs = place === to ? all : all - 1
      const kept = Buffer.concat([full.subarray(0, place), old.subarray(place)])
      logs.push({ log: kept, jobs, what: `written up to ${place - from} of ${to - from}` })
      const junk = changed(kept, (log) => log.fill(0x5a, place, to))
      logs.push({ log: junk, jobs, what: `junk from ${place - from} of ${to - from}` })
      logs.push({ log: full.subarray(0, place), jobs, what: `a file that ends at ${place - from}` })
    }
    for (let n = 0; n < SECTOR_CASES; n++) {
      const some = changed(old, (log) => {
        for (let at = from - (from % SECTOR_BYTES); at < to; at += SECTOR_BYTES) {
          const start = Math.max(at, from)
          if (random.chance(0.7)) full.copy(log, start, start, Math.min(at + SECTOR_BYTES, to))
        }
      })
      logs.push({ log: some, jobs: some.equals(full) ? all : all - 1, what: `some sectors, case ${n}` })
    }
    for (const [n, { log, jobs, what }] of logs.entries()) {
      // The index of before, or none.
      const files = { ...(n % 2 === 0 ? before : without(before, INDEX)), [LOG]: log }
      expect(jobsIn(folderWith(files)), what).toBe(jobs)
      rmSync(folders.pop()!, { recursive: true })
    }
  })

  it('is refused after a kill when any of its commits is missing, by its index', async () => {
    const { after, from, to, jobs } = await twoMoments()
    expect(jobsIn(folderWith(after))).toBe(jobs)
    for (const at of [from, to - FRAME_BYTES + 30, to - 8]) {
      const zeroed = changed(after[LOG]!, (log) => log.fill(0, at))
      expectRefused({ ...without(after, MARK), [LOG]: zeroed }, /has lost the end of its write-ahead log/)
    }
    const cut = after[LOG]!.subarray(0, to - 1)
    expectRefused({ ...without(after, MARK), [LOG]: cut }, /has lost the end of its write-ahead log/)
  })

  it('is refused when later commits follow what is damaged, without index and mark', async () => {
    const { after, jobs } = await twoMoments()
    const full = without(after, INDEX, MARK)
    const frames = framesOf(full[LOG]!)
    const lastCommitBefore = frames.findLastIndex(({ isCommit }, n) => isCommit && n < frames.length - 1)
    expect(lastCommitBefore).toBeGreaterThan(5)
    for (const [n, { from, isCommit }] of frames.entries()) {
      const page = changed(full[LOG]!, (log) => log.fill(0x5a, from + 100, from + 600))
      const whole = changed(full[LOG]!, (log) => log.fill(0, from, from + FRAME_BYTES))
      const why = `frame ${n + 1} of waybill.db-wal is not as it was written`
      if (n <= lastCommitBefore) expect(() => jobsIn(folderWith({ ...full, [LOG]: page }))).toThrow(why)
      else expect(jobsIn(folderWith({ ...full, [LOG]: page }))).toBe(jobs - 1)
      if (n < lastCommitBefore) expect(() => jobsIn(folderWith({ ...full, [LOG]: whole }))).toThrow(why)
      // Without its header the end of a transaction is unknown: its mark shows it.
      if (n === lastCommitBefore && isCommit)
        expectRefused({ ...full, [MARK]: after[MARK]!, [LOG]: whole }, /stored last/)
    }
    const middle = frames[lastCommitBefore >> 1]!.from
    expectRefused({ ...full, [LOG]: changed(full[LOG]!, (log) => log.fill(0, middle, middle + 8192)) }, /damaged write/)
    expectRefused({ ...full, [LOG]: changed(full[LOG]!, (log) => log.fill(0, 0, 8192)) }, /lost its write-ahead log/)
    expectRefused({ ...full, [LOG]: changed(full[LOG]!, (log) => log.fill(1, 16, 20)) }, /lost its write-ahead log/)
  })

  it('is refused when it has lost what was marked, without its index', async () => {
    const { before, after, from, jobs } = await twoMoments()
    const files = without(after, INDEX)
    expectRefused(without(files, LOG), /does not have what was stored last/)
    expectRefused({ ...files, [LOG]: Buffer.alloc(0) }, /does not have what was stored last/)
    expectRefused({ ...files, [LOG]: Buffer.alloc(after[LOG]!.length) }, /does not have what was stored last/)
    const zeroed = changed(after[LOG]!, (log) => log.fill(0, from - FRAME_BYTES))
    expectRefused({ ...files, [LOG]: zeroed }, /does not have what was stored last/)
    // The job that was not marked yet is what may be missed.
    const last = { [MARK]: before[MARK]!, [LOG]: changed(after[LOG]!, (log) => log.fill(0, from)) }
    expect(jobsIn(folderWith({ ...files, ...last }))).toBe(jobs - 1)
  })

  it('is not asked for by a folder without a mark, of a restored backup, or closed in order', async () => {
    const { before, after, jobs } = await twoMoments()
    expect(jobsIn(folderWith(without(after, INDEX, MARK)))).toBe(jobs)
    expect(jobsIn(folderWith({ ...after, [MARK]: Buffer.from('12 34 torn') }))).toBe(jobs)
    const folder = folderWith(before)
    const restored = new DatabaseSync(join(folder, DATABASE))
    restored.exec('UPDATE meta SET epoch = epoch + 1000, commit_mark = 0')
    restored.close()
    const database = readFileSync(join(folder, DATABASE))
    expect(jobsIn(folderWith({ [MARK]: after[MARK]!, [DATABASE]: database }))).toBe(jobs - 1)
    await store.stop()
    expect(existsSync(join(world.dataDir, MARK))).toBe(false)
    expect(jobsIn(folderWith({ [DATABASE]: before[DATABASE]! }))).toBe(1)
  })

  it(`is sound at ${MOMENTS} moments of a server that is stopped wherever it is`, async () => {
    const child = spawn(process.execPath, [CHILD, world.dataDir, '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exit = new Promise((resolve) => child.once('exit', resolve))
    onTestFinished(() => void child.kill('SIGKILL'))
    const random = new Random(Date.now())
    let lines = 0
    let atLine = 1
    let published = 0
    let taken = 0
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith('published')) published++
      if (++lines < atLine) continue
      atLine = lines + random.whole(1, 120)
      child.kill('SIGSTOP')
      await setTimeout(30) // until each of its threads has stopped
      const folder = folderWith(snapshot(world.dataDir))
      expect(faultsOf(folder)).toEqual([])
      expect(jobsIn(folder)).toBeGreaterThan(published)
      rmSync(folders.pop()!, { recursive: true })
      child.kill('SIGCONT')
      if (++taken === MOMENTS) break
    }
    child.kill('SIGKILL')
    await exit
    expect(taken).toBe(MOMENTS)
    expect(faultsOf(world.dataDir)).toEqual([])
  })
})

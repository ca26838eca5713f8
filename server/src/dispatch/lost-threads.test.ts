import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { FLAG_PERMANENT, Verdict } from '../model/outcome-batch.ts'
import { hearEvents } from '../runtime/testing/heard-events.ts'
import { channelOf, FakeWorld, moduleConnector } from './testing/fake-world.ts'

// Threads start slowly where a machine is busy, and none of these tests is about how fast.
vi.setConfig({ testTimeout: 30_000 })

const worlds: FakeWorld[] = []
const folders: string[] = []

function world(options: ConstructorParameters<typeof FakeWorld>[0] = {}): FakeWorld {
  const made = new FakeWorld(options)
  worlds.push(made)
  return made
}

/** A file in which the connector writes down its calls: it outlives the thread. */
function callLog(): { path: string; calls: () => { index: number; attempt: number; key: string }[] } {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-'))
  folders.push(folder)
  const path = join(folder, 'calls')
  const calls = (): { index: number; attempt: number; key: string }[] =>
    (existsSync(path) ? readFileSync(path, 'utf8') : '')
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const [index, attempt, key] = line.split(' ')
        return { index: Number(index), attempt: Number(attempt), key: key! }
      })
  return { path, calls }
}

/** Items of which one does something bad and the others nothing; each writes its call down. */
function itemsWith(bad: Record<number, object>, options: { count: number; log: string; others?: object }): object[] {
  return Array.from({ length: options.count }, (_, n) => ({
    id: `i${n}`,
    data: { ...(bad[n] ?? options.others), log: options.log },
  }))
}

afterEach(async () => {
  await Promise.all(worlds.splice(0).map((each) => each.dispatcher.stop({ graceMs: 0 })))
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

describe('a thread that is lost', () => {
  it('ends a call that never returns as a time-out and delivers its neighbours once', async () => {
    const here = world()
    const log = callLog()
    const heard = hearEvents(here.telemetry, 'thread.lost')
    const channel = channelOf(moduleConnector('scripted', { timeoutMs: 300, abortGraceMs: 100 }))
    here.submit(channel, itemsWith({ 4: { do: 'loop' } }, { count: 10, log: log.path }))
    await here.outcomesOf(10)
    expect(heard[0]).toMatchObject(['thread.lost', { pool: 'module', cause: 'killed', channel: channel.name }])
    const hung = here.outcome(4)
    expect(hung.said.error).toMatchObject({ code: 'timeout', origin: 'engine', retryable: true })
    expect(hung).toMatchObject({ verdict: Verdict.unjudged, attempt: 1, throttled: 0 })
    expect(hung.endedAtMs - hung.startedAtMs).toBeGreaterThan(300)
    expect(here.outcomes.filter(({ verdict }) => verdict === Verdict.succeeded)).toHaveLength(9)
    // Outcomes that were not posted yet went with the thread: those items may have been called once more.
    for (const { index, attempt, throttled } of here.outcomes) {
      expect(throttled).toBe(attempt - 1)
      expect(log.calls().filter((call) => call.index === index)).toHaveLength(attempt)
      expect(attempt).toBeLessThanOrEqual(2)
    }
  })

  it('ends a call whose promise never settles as a time-out; calls beside it come again alone', async () => {
    const here = world()
    const log = callLog()
    const channel = channelOf(moduleConnector('scripted', { timeoutMs: 1000, abortGraceMs: 500 }))
    here.submit(channel, itemsWith({ 0: { do: 'never end' } }, { count: 1, log: log.path }))
    while (log.calls().length < 1) await new Promise((resolve) => setTimeout(resolve, 10))
    // The neighbour begins later: it runs when the thread is lost (after 1,500 ms), and its own time is not up.
    await new Promise((resolve) => setTimeout(resolve, 700))
    here.submit(channel, itemsWith({ 0: { do: 'never end at first' } }, { count: 1, log: log.path }))
    await here.outcomesOf(2)
    const [hung, neighbour] = [
      here.outcomes.find(({ jobRef }) => jobRef === 1)!,
      here.outcomes.find(({ jobRef }) => jobRef === 2)!,
    ]
    expect(hung.said.error?.code).toBe('timeout')
    expect(neighbour).toMatchObject({ verdict: Verdict.succeeded, attempt: 2, throttled: 1 })
    expect(neighbour.said.warnings).toMatchObject([{ code: 'called_again' }])
    expect(log.calls().map(({ attempt }) => attempt)).toEqual([1, 1, 2])
    expect(log.calls()[1]!.key).toBe(log.calls()[2]!.key)
  })

  it('ends a call that blocks the thread after it returned a promise', async () => {
    const here = world()
    const log = callLog()
    const channel = channelOf(moduleConnector('scripted', { timeoutMs: 200, abortGraceMs: 100 }))
    here.submit(channel, itemsWith({ 2: { do: 'loop later' } }, { count: 5, log: log.path }))
    await here.outcomesOf(5)
    expect(here.outcome(2).said.error?.code).toBe('timeout')
    expect(here.outcomes.filter(({ verdict }) => verdict === Verdict.succeeded)).toHaveLength(4)
  })

  it('fails an item that exits the process as worker_crashed after it did so alone twice, and nothing else', async () => {
    const here = world()
    const log = callLog()
    const channel = channelOf(moduleConnector('scripted'))
    here.submit(channel, itemsWith({ 7: { do: 'exit' } }, { count: 20, log: log.path }))
    await here.outcomesOf(20)
    expect(here.outcome(7)).toMatchObject({
      verdict: Verdict.unjudged,
      flags: FLAG_PERMANENT,
      attempt: 3,
      throttled: 2,
    })
    expect(here.outcome(7).said.error).toMatchObject({ code: 'worker_crashed', retryable: false })
    expect(here.outcomes.filter(({ verdict }) => verdict === Verdict.succeeded)).toHaveLength(19)
    expect(
      log
        .calls()
        .filter(({ index }) => index === 7)
        .map(({ attempt }) => attempt),
    ).toEqual([1, 2, 3])
    // Those before it had ended, and said so before the thread went.
    expect(log.calls()).toHaveLength(22)
  })

  it('delivers the neighbours of an item that exits while they run', async () => {
    const here = world()
    const log = callLog()
    const channel = channelOf(moduleConnector('scripted'))
    here.submit(
      channel,
      itemsWith({ 3: { do: 'exit later', ms: 50 } }, { count: 8, log: log.path, others: { do: 'wait', ms: 150 } }),
    )
    await here.outcomesOf(8)
    expect(here.outcome(3).said.error?.code).toBe('worker_crashed')
    const others = here.outcomes.filter(({ index }) => index !== 3)
    expect(
      others.every(
        ({ verdict, attempt, throttled }) => verdict === Verdict.succeeded && attempt === 2 && throttled === 1,
      ),
    ).toBe(true)
  })

  it('fails only the item that allocates without end', async () => {
    const here = world({ moduleHeapMb: 48 })
    const log = callLog()
    // Filling the heap takes seconds of a thread that gets little of a busy processor: the time-out is not what ends it.
    const channel = channelOf(moduleConnector('scripted', { timeoutMs: 60_000 }))
    here.submit(channel, itemsWith({ 5: { do: 'hoard' } }, { count: 10, log: log.path }))
    await here.outcomesOf(10)
    expect(here.outcome(5).said.error?.code).toBe('worker_crashed')
    expect(here.outcomes.filter(({ verdict }) => verdict === Verdict.succeeded)).toHaveLength(9)
  })

  it('survives what a connector throws where nobody awaits it', async () => {
    const here = world()
    const channel = channelOf(moduleConnector('scripted'))
    here.submit(channel, [
      { id: 'a', data: { do: 'throw later' } },
      { id: 'b', data: { do: 'wait', ms: 50 } },
    ])
    await here.outcomesOf(2)
    expect(here.outcomes.map(({ verdict, attempt }) => ({ verdict, attempt }))).toEqual([
      { verdict: Verdict.succeeded, attempt: 1 },
      { verdict: Verdict.succeeded, attempt: 1 },
    ])
  })
})

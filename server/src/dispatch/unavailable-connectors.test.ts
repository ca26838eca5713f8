import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, type TestContext, vi } from 'vitest'
import { Verdict } from '../model/outcome-batch.ts'
import type { Logger } from '../runtime/logger.ts'
import { channelOf, FakeWorld } from './testing/fake-world.ts'

// Threads start slowly where a machine is busy, and none of these tests is about how fast.
vi.setConfig({ testTimeout: 30_000 })

const WORKING = 'export default { deliverItem: (item) => item.id }'
const items = Array.from({ length: 50 }, (_, n) => ({ id: `i${n}` }))

/** A channel of a module with this text, which can be written anew. */
function moduleWorld({ onTestFinished }: TestContext, text: string) {
  const lines: { message: string; fields: object }[] = []
  const log = (fields: object, message: string): void => void lines.push({ message, fields })
  const logger: Logger = { debug: log, info: log, warn: log, error: log }
  const here = new FakeWorld({ logger })
  const folder = mkdtempSync(join(tmpdir(), 'waybill-'))
  onTestFinished(async () => {
    await here.dispatcher.stop({ graceMs: 0 })
    rmSync(folder, { recursive: true })
  })
  const path = join(folder, 'shop.mjs')
  const write = (next: string): void => {
    writeFileSync(path, next)
  }
  write(text)
  const channel = channelOf({
    type: 'module',
    path,
    batchSize: 1,
    timeoutMs: 1000,
    abortGraceMs: 100,
    allowPrivateAddresses: false,
  })
  return { here, channel, write, lines }
}

it.concurrent.for<[string, string, RegExp]>([
  ['throws', 'throw new Error("no database")', /no database/],
  ['does not parse', 'export default {', /Unexpected/],
  ['exports no connector', 'export default {}', /deliverItem/],
  ['imports what is not there', 'import "./missing.mjs"', /missing/],
  ['ends its thread', 'process.exit(3)', /ended its thread/],
])(
  'a module that %s holds its channel, uses no attempt, and is loaded again until it works',
  async ([, broken, reason], context) => {
    const { here, channel, write, lines } = moduleWorld(context, broken)
    here.submit(channel, items)
    await here.until(() => channel.unavailable !== null)
    expect(channel.unavailable!.reason).toMatch(reason)
    // Another failure, later than the first: the items were neither called nor judged.
    const firstUntilUs = channel.unavailable!.untilUs
    await here.until(() => channel.unavailable!.untilUs > firstUntilUs)
    expect(here.outcomes).toEqual([])
    write(WORKING)
    await here.outcomesOf(items.length)
    expect(channel.unavailable).toBeNull()
    expect(here.outcomes.every(({ verdict, attempt }) => verdict === Verdict.succeeded && attempt === 1)).toBe(true)
    expect(lines.map(({ message }) => message)).toContain('Connector cannot be loaded')
    expect(lines.at(-1)!.message).toBe('Connector loaded again')
  },
)

it('finds the modules that cannot be loaded, and calls none of them', async (context) => {
  const good = moduleWorld(context, WORKING)
  const bad = moduleWorld(context, 'throw new Error("no database")')
  const crashing = moduleWorld(context, 'process.exit(3)')
  const broken = await good.here.dispatcher.findBrokenConnectors([good.channel, bad.channel, crashing.channel])
  expect(broken).toEqual([
    { channel: bad.channel, reason: 'no database' },
    { channel: crashing.channel, reason: 'loading it ended its thread' },
  ])
})

// Manual control of jobs that do not end by themselves: deciding on parked items, release, unblock, delete.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Channel, Execution, Item, Job, ParkedItem } from '@waybill/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CliWorld, envelope, parseLine, parseLines } from '../support/cli-world.ts'

let world: CliWorld
beforeAll(async () => {
  world = await CliWorld.create()
})
afterAll(() => world?.remove())

const parking = [
  '--on-exhausted',
  'park',
  '--retry',
  '{"maxAttempts":1,"rules":[{"code":["price_odd"],"then":"park"}]}',
]

/** A job whose bad items are parked; resolves when they are. */
async function park(items: readonly object[]): Promise<string> {
  const { id } = await world.submit(items, [...parking, '--detach'])
  const waited = await world.cli.run(['wait', id, '--fail-on-parked', '--json'])
  expect([waited.code, waited.stdout]).toEqual([5, ''])
  return id
}

describe('waybill wait --fail-on-parked', () => {
  test('ends with its own exit code and the commands that decide', async () => {
    const { id } = await world.submit([{ id: 's1' }, { id: 'bad2' }], [...parking, '--detach'])
    const people = await world.cli.run(['wait', id, '--fail-on-parked'])
    expect([people.code, people.stdout]).toEqual([5, ''])
    expect(people.stderr).toContain(`${id} waits for a decision on 1 parked item; the first is skipped at 20`)
    expect(people.stderr).toContain(
      `List them with: waybill parked --job ${id}; decide with: waybill parked retry --job ${id} (or skip)`,
    )
    const programs = await world.cli.run(['wait', id, '--fail-on-parked', '--json'])
    expect(JSON.parse(programs.stderr)).toMatchObject({ error: { exitCode: 5, code: 'parked', job: id } })
    // It waits for a decision otherwise.
    const waiting = world.cli.start(['wait', id])
    await waiting.said(/waits for a decision on parked items/)
    expect((await world.cli.run(['parked', 'skip', '--job', id])).code).toBe(0)
    expect((await waiting.end()).code).toBe(1)
  })
})

describe('waybill parked', () => {
  test('lists parked items, retries and skips them by name', async () => {
    const id = await park([
      { id: 's0' },
      { id: 'bad1' },
      { id: 'bad2' },
      { id: 'bad3', partitionKey: 'k' },
      { id: 's4', partitionKey: 'k' },
    ])
    const listed = await world.cli.run(['parked', '--job', id])
    expect(listed.stdout).toMatch(new RegExp(`^ITEM .*\\n${id}/1 +bad1 +shop .* price_odd `))
    expect(listed.stdout.trimEnd().split('\n')).toHaveLength(4)
    const lines = parseLines<ParkedItem>((await world.cli.run(['parked', 'list', '--job', id, '--json'])).stdout)
    expect(lines.map(({ item }) => item.index)).toEqual([1, 2, 3])

    const retried = await world.cli.run(['parked', 'retry', `${id}/1`])
    expect([retried.code, retried.stdout]).toEqual([0, '1 item will be retried\n'])
    const skipped = await world.cli.run(['parked', 'skip', `${id}/2`, '--json'])
    expect(parseLine(skipped.stdout)).toEqual({ resolved: 1, notParked: [] })
    const both = await world.cli.run(['parked', 'skip', `${id}/2`, `${id}/3`, '--whole-key'])
    expect([both.code, both.stdout]).toEqual([0, '1 item skipped\n'])
    expect(both.stderr).toContain(`1 item not parked any more, and left unchanged: ${id}/2`)

    // Tried again, it is parked anew.
    expect((await world.cli.run(['wait', id, '--fail-on-parked'])).code).toBe(5)
    expect((await world.cli.run(['parked', 'skip', '--job', id])).stdout).toBe('1 item skipped\n')
    const ended = parseLine<Job>((await world.cli.run(['wait', id, '--json'])).stdout)
    expect(ended).toMatchObject({ outcome: 'partial', counts: { succeeded: 1, failed: 3, cancelled: 1 } })
  })

  test('replaces the data of an item from a file or a pipe', async () => {
    const id = await park([{ id: 'bad0', data: { price: -1 } }])
    const file = join(world.cli.home, 'data.json')
    await writeFile(file, '{"price":1990,"text":"p\u0159\u00edli\u0161"}')
    const replaced = await world.cli.run(['parked', 'replace', `${id}/0`, '--data', file])
    expect([replaced.code, replaced.stdout]).toEqual([0, '1 item will be retried with the new data\n'])
    expect((await world.cli.run(['wait', id, '--fail-on-parked'])).code).toBe(5)
    const piped = await world.cli.run(['parked', 'replace', `${id}/0`, '--data', '-', '--json'], { stdin: '[1]' })
    expect(parseLine(piped.stdout)).toEqual({ resolved: 1, notParked: [] })
    expect((await world.cli.run(['wait', id, '--fail-on-parked'])).code).toBe(5)
    const [item] = parseLines<Item>((await world.cli.run(['items', id, '--with-data', '--log', '--json'])).stdout)
    expect(item).toMatchObject({ data: [1], log: [{ replaced: { by: 'address:127.0.0.1' } }, { replaced: {} }, {}] })
    expect((await world.cli.run(['parked', 'skip', `${id}/0`])).code).toBe(0)
    const late = await world.cli.run(['parked', 'replace', `${id}/0`, '--data', file])
    expect([late.code, late.stdout]).toEqual([0, '0 items will be retried with the new data\n'])
    expect(late.stderr).toContain(`1 item not parked any more, and left unchanged: ${id}/0`)
    for (const args of [[`${id}/0`], ['--data', file], [`${id}/0`, '--data', join(world.cli.home, 'none.json')]])
      expect(await world.cli.run(['parked', 'replace', ...args]), args.join(' ')).toMatchObject({ code: 2, stdout: '' })
    await writeFile(file, '{"price":')
    const broken = await world.cli.run(['parked', 'replace', `${id}/0`, '--data', file])
    expect([broken.code, broken.stderr]).toEqual([2, expect.stringContaining('must hold the data of the item as JSON')])
  })

  test('requires item ids, and names what is none', async () => {
    for (const args of [['retry'], ['skip', 'job_1/2'], ['skip', `job_${'0'.repeat(32)}/1`, '--all']]) {
      expect(await world.cli.run(['parked', ...args]), args.join(' ')).toMatchObject({ code: 2, stdout: '' })
    }
    const none = await world.cli.run(['parked', 'retry', '--channel', 'stuck'])
    expect([none.code, none.stdout]).toEqual([0, '0 items will be retried\n'])
  })
})

describe('waybill release and delete', () => {
  test('start a job without what it depends on, and delete it when it has ended', async () => {
    const blocker = await world.submit([{ id: 's1' }], ['--channel', 'stuck', '--detach'])
    const blocked = await world.submit([{ id: 's2' }], ['--depends-on', blocker.id, '--detach'])
    expect(blocked.status).toBe('blocked')
    const early = await world.cli.run(['delete', blocked.id, '--json'])
    expect([early.code, JSON.parse(early.stderr)]).toMatchObject([
      3,
      { error: { code: 'job_not_ended', job: blocked.id } },
    ])
    expect((await world.cli.run(['release', blocked.id])).code).toBe(0)
    expect((await world.cli.run(['wait', blocked.id])).code).toBe(0)
    const deleted = await world.cli.run(['delete', blocked.id])
    expect([deleted.code, deleted.stdout]).toEqual([0, `${blocked.id} deleted\n`])
    expect((await world.cli.run(['status', blocked.id])).code).toBe(3)
    expect((await world.cli.run(['cancel', blocker.id])).code).toBe(0)
  })
})

describe('waybill channels', () => {
  test('puts a channel from a file, and what get prints', async () => {
    const file = await world.createFile(
      'new.yaml',
      'connector: { type: http, url: "https://shop.example/" }\nconcurrency: 3\n',
    )
    expect((await world.cli.run(['channels', 'put', 'new', file])).stdout).toMatch(/^concurrency +3$/m)
    const { stdout } = await world.cli.run(['channels', 'get', 'new', '--json'])
    const changed = join(world.cli.home, 'new.json')
    await writeFile(changed, stdout.replace('"concurrency":3', '"concurrency":4'))
    expect((await world.cli.run(['channels', 'put', 'new', changed])).code).toBe(0)
    const [channel] = parseLines<Channel>((await world.cli.run(['channels', 'get', 'new', '--json'])).stdout)
    expect(channel).toMatchObject({ concurrency: 4, connector: { url: 'https://shop.example/' } })

    const wrong = await world.createFile('wrong.yaml', 'conector: {}\nconcurrency: 0\n')
    const refused = await world.cli.run(['channels', 'put', 'new', wrong])
    expect(refused.code).toBe(3)
    for (const place of ['/connector', '/conector', '/concurrency']) expect(refused.stderr).toContain(place)
    expect((await world.cli.run(['channels', 'unblock', 'new'])).stdout).toMatch(/^state +ready$/m)
    const deleted = await world.cli.run(['channels', 'delete', 'new'])
    expect([deleted.code, deleted.stdout]).toEqual([0, 'new deleted\n'])
    expect((await world.cli.run(['channels', 'get', 'new'])).code).toBe(3)
  })
})

test('waybill channels unblock lifts a Retry-After', async () => {
  const data = { sandbox: { status: 429, retryAfterSeconds: 600, times: 1 } }
  const { id } = await world.submit([{ id: 's1', data }], ['--channel', 'sandbox', '--detach'])
  const blocked = async () => (await world.cli.run(['channels', 'get', 'sandbox', '--json'])).stdout
  while (parseLine<Channel>(await blocked()).state.blockedUntil === null);
  const shown = await world.cli.run(['channels', 'get', 'sandbox'])
  expect(shown.stdout).toMatch(/^state +blocked until 20/m)
  expect(shown.stderr).toBe('Lift the block with: waybill channels unblock sandbox\n')
  expect((await world.cli.run(['channels', 'unblock', 'sandbox'])).stdout).toMatch(/^state +ready$/m)
  expect((await world.cli.run(['wait', id])).code).toBe(0)
})

describe('waybill executions', () => {
  test('shows an execution with its jobs', async () => {
    const job = { channel: 'shop', objectType: 'price', action: 'update', items: [{ id: 's1' }] }
    const stages = [
      { name: 'first', jobs: [job] },
      { name: 'second', jobs: [job] },
    ]
    const response = await world.server.fetch('/v1/executions', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ id: 'nightly', stages }),
    })
    const { stages: made } = (await response.json()) as Execution
    for (const { jobs } of made) expect((await world.cli.run(['wait', jobs[0]!.id])).code).toBe(0)
    const shown = await world.cli.run(['executions', 'show', 'nightly'])
    expect(shown.stdout).toMatch(/^execution +nightly\nstatus +ended, succeeded\n/)
    expect(shown.stdout).toMatch(
      new RegExp(`^second +${made[1]!.jobs[0]!.id} +succeeded +100 % +shop +update price `, 'm'),
    )
    const printed = await world.cli.run(['executions', 'show', 'nightly', '--json'])
    expect(parseLine<Execution>(printed.stdout)).toMatchObject({ id: 'nightly', outcome: 'succeeded' })
  })
})

test('waybill executions cancels, pauses, resumes and lists them', async () => {
  const job = { channel: 'stuck', objectType: 'price', action: 'update', items: [{ id: 's1' }] }
  const stages = ['first', 'second'].map((name) => ({ name, jobs: [job] }))
  await world.server.fetch('/v1/executions', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ id: 'weekly', stages }),
  })
  expect((await world.cli.run(['executions', 'pause', 'weekly'])).stdout).toMatch(/^status +paused$/m)
  expect((await world.cli.run(['executions', 'resume', 'weekly'])).stdout).not.toMatch(/^status +paused$/m)
  const listed = await world.cli.run(['executions', '--channel', 'stuck'])
  expect(listed.stdout).toMatch(/^EXECUTION .*\nweekly +\w+ +0 % +2 +2 +0 +20/)
  const cancelled = parseLine<Execution>((await world.cli.run(['executions', 'cancel', 'weekly', '--json'])).stdout)
  for (const { jobs } of cancelled.stages) expect((await world.cli.run(['wait', jobs[0]!.id])).code).toBe(1)
  expect((await world.cli.run(['executions', 'show', 'weekly'])).stdout).toMatch(/^status +ended, cancelled$/m)
  expect((await world.cli.run(['executions', 'pause', 'weekly', '--json'])).stderr).toContain('"execution_ended"')
})

test('waybill submit stops at parked items, too', async () => {
  const file = await world.createFile('parked.ndjson', '{"id":"bad1"}\n')
  const run = await world.cli.run(['submit', file, ...envelope, ...parking, '--fail-on-parked'])
  expect([run.code, run.stderr]).toEqual([
    5,
    expect.stringContaining('waits for a decision on 1 parked item') as string,
  ])
  expect((await world.cli.run(['parked', 'skip', '--all'])).stdout).toBe('1 item skipped\n')
})

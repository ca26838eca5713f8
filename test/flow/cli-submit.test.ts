import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import type { Item, Job } from '@waybill/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CliWorld, envelope, ndjson, parseLine, parseLines } from '../support/cli-world.ts'

let world: CliWorld
beforeAll(async () => {
  world = await CliWorld.create()
})
afterAll(() => world?.remove())

async function dataOf(jobId: string): Promise<object[]> {
  const { stdout } = await world.cli.run(['items', jobId, '--with-data', '--json'])
  return parseLines<Item>(stdout).map(({ id, partitionKey, action, data }) => ({ id, partitionKey, action, data }))
}

const mapped = ['--id', 'sku', '--partition-key', 'storefront', '--types', 'price=number,active=boolean']
const csv = 'sku,storefront,price,active,name\r\nA1,eu,12.5,true,"Chair, ""big"""\r\nA2,,,0,"of\r\ntwo lines"\r\n'
const csvItems = [
  { id: 'A1', partitionKey: 'eu', action: 'update', data: { price: 12.5, active: true, name: 'Chair, "big"' } },
  { id: 'A2', partitionKey: 'A2', action: 'update', data: { price: null, active: false, name: 'of\r\ntwo lines' } },
]
const plainItems = [
  { id: 's1', data: { price: 1 } },
  { id: 's2', partitionKey: 'k', action: 'delete', data: null },
]
const plainDelivered = [
  { id: 's1', partitionKey: 's1', action: 'update', data: { price: 1 } },
  { id: 's2', partitionKey: 'k', action: 'delete', data: null },
]

describe('waybill submit', () => {
  test.each([
    { name: 'a CSV file', file: 'prices.csv', content: csv, args: mapped, items: csvItems },
    {
      name: 'a CSV file from a pipe, gzipped',
      content: gzipSync(csv),
      args: ['--format', 'csv', ...mapped],
      items: csvItems,
    },
    { name: 'an NDJSON file', file: 'a.ndjson', content: ndjson(plainItems), args: [], items: plainDelivered },
    {
      name: 'a gzipped NDJSON file',
      file: 'a.jsonl.gz',
      content: gzipSync(ndjson(plainItems)),
      args: [],
      items: plainDelivered,
    },
    { name: 'a JSON array', file: 'a.json', content: JSON.stringify(plainItems), args: [], items: plainDelivered },
  ])('submits $name', async ({ file, content, args, items }) => {
    const path = file === undefined ? '-' : await world.createFile(file, content)
    const stdin = file === undefined ? content : ''
    const run = await world.cli.run(['submit', path, ...envelope, ...args, '--json'], { stdin })
    expect([run.stderr, run.code]).toEqual(['', 0])
    const job = parseLine<Job>(run.stdout)
    expect(job).toMatchObject({ done: true, outcome: 'succeeded', channel: 'shop', counts: { succeeded: 2 } })
    expect(await dataOf(job.id)).toEqual(items)
  })

  test('takes the envelope out of the file, and lets options win', async () => {
    const inFile = { channel: 'stuck', objectType: 'price', action: 'create', metadata: { run: '1', by: 'me' } }
    const document = await world.createFile('job.json', JSON.stringify({ ...inFile, items: plainItems }))
    const lines = await world.createFile('job.ndjson', ndjson([inFile, ...plainItems]))
    for (const file of [document, lines]) {
      const run = await world.cli.run(['submit', file, '-c', 'shop', '--metadata', 'run=2', '--json'])
      expect(parseLine<Job>(run.stdout)).toMatchObject({
        channel: 'shop',
        action: 'create',
        metadata: { run: '2', by: 'me' },
        counts: { total: 2 },
      })
    }
  })

  test('sends every field of the envelope', async () => {
    const before = await world.submit([{ id: 's1' }])
    const job = await world.submit(
      [{ id: 's1', data: { storefront: 'eu' } }],
      [
        ...[
          '--source',
          'pim',
          '--execution',
          'nightly-1',
          '--partition-by',
          '/data/storefront',
          '--on-exhausted',
          'park',
        ],
        ...[
          '--on-invalid-item',
          'fail',
          '--run-at',
          '2035-01-15T02:00:00+01:00',
          '--deadline-at',
          '2035-01-16T02:00:00Z',
        ],
        ...['--depends-on', `${before.id}=succeeded`, '--retry', '{"maxAttempts":3}', '--retain-for', '2h', '--detach'],
      ],
    )
    expect(job).toMatchObject({
      status: 'scheduled',
      source: 'pim',
      executionId: 'nightly-1',
      partitionBy: '/data/storefront',
      onExhausted: 'park',
      onInvalidItem: 'fail',
      runAt: '2035-01-15T01:00:00.000Z',
      deadlineAt: '2035-01-16T02:00:00.000Z',
      dependsOn: [{ job: before.id, require: 'succeeded' }],
      retry: { maxAttempts: 3 },
      retainForSeconds: 7200,
    })
    expect((await world.cli.run(['cancel', job.id])).code).toBe(0)
  })

  test('makes one job of one idempotency key', async () => {
    const [first, again] = [
      await world.submit(plainItems, ['--idempotency-key', 'nightly/1']),
      await world.submit(plainItems, ['--idempotency-key', 'nightly/1']),
    ]
    expect(again.id).toBe(first.id)
  })

  test('only shows the items with --dry-run', async () => {
    const file = await world.createFile('dry.csv', csv)
    const run = await world.cli.run(['submit', file, ...mapped, '--dry-run'], {
      env: { WAYBILL_URL: 'http://localhost:9' },
    })
    expect(run.code).toBe(0)
    expect(parseLines(run.stdout)[0]).toEqual({ id: 'A1', partitionKey: 'eu', data: csvItems[0]!.data })
    expect(run.stderr).toBe('2 items with 2 partition keys; nothing was sent\n')
  })

  test('prints the id alone with --detach', async () => {
    const run = await world.cli.run(['submit', '-', '--format', 'ndjson', ...envelope, '-d'], {
      stdin: ndjson(plainItems),
    })
    expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/^job_[0-9a-f]{32}\n$/) as string })
    expect((await world.cli.run(['wait', run.stdout.trim()])).code).toBe(0)
  })

  test.each([
    {
      name: 'line and column of a CSV cell',
      file: 'bad.csv',
      content: 'id,price\nA1,1\nA2,"12,5"\n',
      args: ['--types', 'price=number'],
      error: /bad\.csv as line 3, column "price" must be a number.*"12,5"/,
    },
    {
      name: 'the line of a short CSV record',
      file: 'short.csv',
      content: 'id,price\nA1,1\nA2\n',
      args: [],
      error: /short\.csv as line 3 must have as many columns.*: it has 1/,
    },
    {
      name: 'the line of broken NDJSON',
      file: 'bad.ndjson',
      content: '{"id":"a"}\n{"id":\n',
      args: [],
      error: /bad\.ndjson as line 2 must be JSON/,
    },
    {
      name: 'the place of broken JSON',
      file: 'bad.json',
      content: '[\n  {"id":"a"}\n  {"id":"b"}\n]',
      args: [],
      error: /bad\.json as line 3, column 3 must be JSON/,
    },
    {
      name: 'a file that is half a gzip',
      file: 'half.csv.gz',
      content: gzipSync(csv.repeat(100)).subarray(0, 60),
      args: mapped,
      error: /half\.csv\.gz as its gzip must be whole/,
    },
    {
      name: 'the line of an item without an id',
      file: 'empty.csv',
      content: 'sku,price\nA1,1\n,2\n',
      args: ['--id', 'sku'],
      error: /empty\.csv as line 3, column "sku" must be text of 1 to 256 bytes/,
    },
    {
      name: 'the line of an item with an unknown field',
      file: 'typo.ndjson',
      content: '{"id":"a"}\n\n{"id":"b","price":1}\n',
      args: [],
      error: /typo\.ndjson as line 3 must have the fields of an item .*"price" is none of them/,
    },
    {
      name: 'a column that is not there',
      file: 'no-id.csv',
      content: 'sku\nA1\n',
      args: [],
      error: /--id must name one of its columns \(sku\): current value is id/,
    },
  ])('names $name, and sends nothing', async ({ file, content, args, error }) => {
    // Where there is no server, whatever is sent ends with 3.
    const env = { WAYBILL_URL: 'http://127.0.0.1:9' }
    const run = await world.cli.run(['submit', await world.createFile(file, content), ...envelope, ...args], { env })
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toMatch(error)
  })
})

test('waybill submit says which line of the file the server refuses', async () => {
  const file = await world.createFile('pointer.csv', 'id,shop\nA1,"e\nu"\nA2,\n')
  const run = await world.cli.run(['submit', file, ...envelope, '--types', 'shop=json', '--partition-by', '/data/shop'])
  expect(run.code).toBe(2) // two lines are no JSON
  const refused = await world.cli.run(['submit', file, ...envelope, '--partition-by', '/data/shop'])
  expect(refused).toMatchObject({ code: 3, stdout: '' })
  expect(refused.stderr).toContain(`  line 4 of ${file} /data/shop: `)
})

test('waybill submit says how many items its keys allow at once', async () => {
  const items = Array.from({ length: 90 }, (_, n) => ({ id: `s${n}`, partitionKey: `k${n % 3}`, data: n }))
  const file = await world.createFile('keys.ndjson', ndjson(items))
  const few = await world.cli.run(['submit', file, ...envelope])
  expect(few.code).toBe(0)
  expect(few.stderr).toContain(
    '\n3 partition keys: at most 3 items at once, where channel shop allows 160 (concurrency 8, batchSize 20)\n',
  )
  const byJob = await world.cli.run(['submit', file, ...envelope, '--partition-by', 'job', '--detach'])
  expect(byJob.stderr).toContain('\n1 partition key: at most 1 item at once, where')
  for (const args of [['--partition-by', '/id'], ['--partition-by', 'none'], ['--quiet'], ['--json']]) {
    const run = await world.cli.run(['submit', file, ...envelope, ...args])
    expect([run.code, run.stderr], args.join(' ')).toEqual([0, expect.not.stringContaining('at once') as string])
  }
})

test('waybill submit stops while it waits for what is piped in', async () => {
  const run = world.cli.start(['submit', '-', '--format', 'ndjson', '--dry-run'])
  const printed = once(run.child.stdout!, 'data')
  run.child.stdin!.write(ndjson(Array.from({ length: 5_000 }, (_, n) => ({ id: `s${n}`, data: 'x'.repeat(100) }))))
  await printed
  run.child.kill('SIGINT')
  expect(await run.end()).toMatchObject({ code: 4, stderr: 'Stopped\n' })
})

describe('waybill submit of a large file', () => {
  const count = 25_000
  const lines = Array.from({ length: count }, (_, n) => `s${n},${n}\n`)
  const args = [
    '--channel',
    'stuck',
    '--object-type',
    'price',
    '--action',
    'update',
    '--types',
    'price=number',
    '--detach',
  ]

  test('sends it in parts, and says where it stands when it is stopped', async () => {
    const run = world.cli.start(['submit', '-', '--format', 'csv', ...args])
    run.child.stdin!.write(`id,price\n${lines.slice(0, 15_000).join('')}`)
    await run.said(/^Opened job_/m)
    // More than a part: the first one is durable when the second one begins.
    await until(async () =>
      (await world.cli.run(['list', '--limit', '1', '--json'])).stdout.includes('"nextIndex":10000'),
    )
    run.child.kill('SIGINT')
    const stopped = await run.end()
    expect(stopped).toMatchObject({ code: 4, stdout: '' })
    const [, id] = /(job_\S+) is open at item 10,000: .* Continue with the same command and --resume \1/.exec(
      stopped.stderr,
    )!

    const file = await world.createFile('large.csv.gz', gzipSync(`id,price\n${lines.join('')}`))
    const resumed = await world.cli.run(['submit', file, ...args, '--resume', id!])
    expect(resumed).toMatchObject({ code: 0, stdout: `${id}\n` })
    expect(resumed.stderr).toContain(`Continuing ${id}\n`)
    const job = parseLine<Job>((await world.cli.run(['status', id!, '--json'])).stdout)
    expect(job.counts.total).toBe(count)
    const last = await world.cli.run(['items', id!, '--id', `s${count - 1}`, '--with-data', '--json'])
    expect(parseLine<Item>(last.stdout)).toMatchObject({ index: count - 1, data: { price: count - 1 } })
    expect((await world.cli.run(['cancel', id!])).code).toBe(0)
  })

  test('leaves it open at a line that is wrong, and continues when it is corrected', async () => {
    const wrong = lines.with(20_000, 's20000,cheap\n')
    const file = await world.createFile('wrong.csv', `id,price\n${wrong.join('')}`)
    const run = await world.cli.run(['submit', file, ...args])
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain('wrong.csv as line 20002, column "price" must be a number')
    const [, id] = /--resume (job_\S+),/.exec(run.stderr)!
    await world.createFile('wrong.csv', `id,price\n${lines.join('')}`)
    expect((await world.cli.run(['submit', file, ...args, '--resume', id!])).code).toBe(0)
    const job = parseLine<Job>((await world.cli.run(['status', id!, '--json'])).stdout)
    expect([job.status === 'open', job.counts.total]).toEqual([false, count])
    expect((await world.cli.run(['cancel', id!])).code).toBe(0)
  })
})

/** Asks until it is so; the test's time-out ends it otherwise. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50))
}

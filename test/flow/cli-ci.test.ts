// The command as a script of a CI uses it: nobody watches, and every ending prints enough to continue from.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CliProcess } from '../support/cli-process.ts'
import { CliWorld, envelope, ndjson } from '../support/cli-world.ts'
import { freePort } from '../support/free-port.ts'
import { ServerProcess } from '../support/server-process.ts'

const noSuchJob = 'job_0198c2f04b7e7c3fa1d2b3c4d5e6f708'

let world: CliWorld
beforeAll(async () => {
  world = await CliWorld.create()
})
afterAll(() => world?.remove())

/** The error line of a run with --json. */
function errorOf(stderr: string): Record<string, unknown> {
  return (JSON.parse(stderr) as { error: Record<string, unknown> }).error
}

describe('waybill --json', () => {
  test('names the job in an error line when one is known', async () => {
    const { id } = await world.submit([{ id: 's1' }], ['--channel', 'stuck', '--detach'])
    const timedOut = await world.cli.run(['wait', id, '--timeout', '200ms', '--json'])
    expect([timedOut.code, errorOf(timedOut.stderr)]).toMatchObject([4, { code: 'stopped', job: id }])
    const running = await world.cli.run(['retry', id, '--json'])
    expect([running.code, errorOf(running.stderr)]).toMatchObject([3, { job: id }])
    expect((await world.cli.run(['cancel', id])).code).toBe(0)

    for (const command of ['status', 'wait', 'items', 'failures', 'results', 'cancel']) {
      const missing = await world.cli.run([command, noSuchJob, '--json'])
      expect([missing.code, errorOf(missing.stderr)], command).toMatchObject([
        3,
        { code: 'job_not_found', job: noSuchJob },
      ])
    }
    const unknown = await world.cli.run(['submit', '-', '--format', 'ndjson', ...envelope, '-c', 'shpo', '--json'], {
      stdin: '{"id":"a"}',
    })
    expect(errorOf(unknown.stderr)).toMatchObject({ code: 'unknown_channel', job: null })
  })

  test('gives every place that the server refuses, and where it stands in the file', async () => {
    const rows = ['A0,eu', 'A1,"e\nu"', 'A2,', 'A3,us', 'A4,']
    const file = await world.createFile('places.csv', ['id,shop', ...rows].join('\n'))
    const args = ['submit', file, ...envelope, '--partition-by', '/data/shop']
    const refused = await world.cli.run([...args, '--json'])
    expect(errorOf(refused.stderr)).toMatchObject({
      places: [
        { index: 2, fileLine: 5, pointer: '/data/shop' },
        { index: 4, fileLine: 7, pointer: '/data/shop' },
      ],
    })
    const people = await world.cli.run(args)
    expect(people.stderr.match(/must have 1 to 256 bytes/g)).toHaveLength(2)
    expect(people.stderr).toContain(`  line 5 of ${file} /data/shop: `)
    expect(people.stderr).toContain(`  line 7 of ${file} /data/shop: `)
  })
})

describe('a server that is away', () => {
  test('is waited for by wait and list as it is by submit', async () => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const server = await ServerProcess.create({ args: ['--port', String(port)] })
    const cli = await CliProcess.create(url)
    try {
      await server.start()
      const submit = ['submit', '-', '--format', 'ndjson', '-c', 'sandbox', '-o', 'price', '-a', 'update', '--detach']
      const { stdout: id } = await cli.run(submit, { stdin: ndjson([{ id: 's1' }]) })
      await server.stop()

      const runs = [cli.start(['wait', id.trim()]), cli.start(['list']), cli.start(submit)]
      runs[2]!.child.stdin!.end(ndjson([{ id: 's2' }]))
      for (const run of runs) await run.said(new RegExp(`^No server answers at ${url}: retrying for 30 s$`, 'm'))
      await server.start()
      const ends = await Promise.all(runs.map((run) => run.end()))
      expect(ends.map(({ code }) => code)).toEqual([0, 0, 0])
      expect(ends[0]!.stdout).toContain('succeeded')
      expect(ends[1]!.stdout).toContain(id.trim())
    } finally {
      await server.remove()
      await cli.remove()
    }
  })

  test('is waited for in the middle of an upload', async () => {
    const port = await freePort()
    const server = await ServerProcess.create({ args: ['--port', String(port)] })
    const cli = await CliProcess.create(`http://127.0.0.1:${port}`)
    const rows = (from: number, to: number): string =>
      Array.from({ length: to - from }, (_, n) => `s${from + n}\n`).join('')
    try {
      await server.start()
      const run = cli.start([
        'submit',
        '-',
        '--format',
        'csv',
        '-c',
        'sandbox',
        '-o',
        'price',
        '-a',
        'update',
        '--detach',
      ])
      run.child.stdin!.write(`id\n${rows(0, 15_000)}`)
      await run.said(/^Opened job_/m)
      await server.kill()
      run.child.stdin!.end(rows(15_000, 25_000))
      await run.said(/^the server does not answer: retrying$/m)
      await server.start()
      const { code, stdout, stderr } = await run.end()
      expect([code, stderr]).toEqual([0, expect.stringMatching(/^the server answers again$/m) as string])
      const status = await cli.run(['status', stdout.trim(), '--json'])
      expect(JSON.parse(status.stdout)).toMatchObject({ counts: { total: 25_000 } })
    } finally {
      await server.remove()
      await cli.remove()
    }
  })

  test('is named, with what named it', async () => {
    const env = { WAYBILL_URL: 'http://127.0.0.1:9' }
    const named = 'No server answers at http://127.0.0.1:9 (from WAYBILL_URL)'
    for (const args of [['status', noSuchJob], ['login', '--no-token'], ['channels']]) {
      const run = await world.cli.run(args, { env })
      expect([run.code, run.stderr], args.join(' ')).toEqual([3, expect.stringContaining(named) as string])
    }
  })
})

describe('a token that is missing or wrong', () => {
  test('is named, with the server that requires it', async () => {
    const guarded = await ServerProcess.create({ store: 'memory', adminToken: 'a-token-for-this-test-0123456789' })
    try {
      await guarded.start()
      const env = { WAYBILL_URL: guarded.url }
      const none = await world.cli.run(['list'], { env })
      expect(none.stderr).toContain(`${guarded.url} (from WAYBILL_URL) requires an access token, and none was sent`)
      const wrong = await world.cli.run(['list'], { env: { ...env, WAYBILL_TOKEN: 'wrong' } })
      expect(wrong.stderr).toContain(`${guarded.url} (from WAYBILL_URL) does not accept the token in WAYBILL_TOKEN`)
      const typed = await world.cli.run(['login'], { env, stdin: 'wrong\n' })
      expect(typed.stderr).toContain(`${guarded.url} (from WAYBILL_URL) does not accept this token; nothing was saved`)
      const nothing = await world.cli.run(['login'], { env })
      expect(nothing).toMatchObject({ code: 2 })
      expect(nothing.stderr).toContain(`Cannot log in to ${guarded.url} as an access token is required`)
    } finally {
      await guarded.remove()
    }
  })
})

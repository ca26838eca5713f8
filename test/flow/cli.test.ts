import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Channel, DeadLetter, Item, Job } from '@waybill/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CliWorld, envelope, ndjson, parseLine, parseLines } from '../support/cli-world.ts'
import { ServerProcess } from '../support/server-process.ts'

const noSuchJob = 'job_0198c2f04b7e7c3fa1d2b3c4d5e6f708'
const token = 'a-token-for-this-test-0123456789'
const plainItems = [{ id: 's1', data: { price: 1 } }, { id: 's2' }]

let world: CliWorld
beforeAll(async () => {
  world = await CliWorld.create()
})
afterAll(() => world?.remove())

describe('waybill', () => {
  test('reports what failed of a job, and tries it again', async () => {
    const job = await world.cli.run(['submit', '-', '--format', 'ndjson', ...envelope], {
      stdin: ndjson([{ id: 's1' }, { id: 'bad2', data: { price: 2 } }, { id: 's3' }, { id: 'bad4' }]),
    })
    expect(job.code).toBe(1)
    expect(job.stdout).toMatch(/^job_[0-9a-f]{32} partial: 2 succeeded, 2 failed in \d+ s\n$/)
    const id = job.stdout.slice(0, 36)
    expect(job.stderr).toContain(`See what failed with: waybill failures ${id}`)

    const shown = await world.cli.run(['failures', id])
    expect(shown.stdout.split('\n').slice(1, 3)).toEqual([
      expect.stringMatching(/^1 +bad2 +price_odd +1 /) as string,
      expect.stringMatching(/^3 +bad4 +price_odd +1 /) as string,
    ])
    expect(
      parseLines<Item>((await world.cli.run(['failures', id, '--json'])).stdout).map(({ index }) => index),
    ).toEqual([1, 3])
    const fix = await world.cli.run(['failures', id, '--as-input'])
    expect(parseLines(fix.stdout)).toEqual([
      { id: 'bad2', partitionKey: 'bad2', action: 'update', data: { price: 2 } },
      { id: 'bad4', partitionKey: 'bad4', action: 'update', data: null },
    ])
    const corrected = fix.stdout.replaceAll('"id":"bad', '"id":"good')
    const again = await world.cli.run(['submit', '-', '--format', 'ndjson', ...envelope], { stdin: corrected })
    expect(again.code).toBe(0)

    const retried = await world.cli.run(['retry', id, '--json'])
    expect(retried.code).toBe(1)
    expect(parseLine<Job>(retried.stdout)).toMatchObject({ retryOf: id, outcome: 'failed', counts: { failed: 2 } })
    const refused = await world.cli.run(['retry', id])
    expect(refused).toMatchObject({ code: 3, stdout: '' })
    expect(refused.stderr).toContain('nothing_to_retry')
  })

  test('prints what failed as the CSV that it came from', async () => {
    const mapped = ['--id', 'sku', '--partition-key', 'shop', '--delimiter', ';', '--decimal-comma']
    const text = 'sku;shop;price;name\r\nbad1;eu;12,5;"a;b"\r\ns2;us;1;\r\nbad3;eu;;c\r\n'
    const file = await world.createFile('failing.csv', text)
    const options = [...envelope, ...mapped, '--types', 'price=number']
    const first = await world.cli.run(['submit', file, ...options, '--json'])
    const { id } = parseLine<Job>(first.stdout)
    const fix = await world.cli.run(['failures', id, '--as-input', '--csv', ...mapped])
    expect(fix).toMatchObject({
      code: 0,
      stdout: 'sku;shop;price;name\r\nbad1;eu;12,5;"a;b"\r\nbad3;eu;;c\r\n',
      stderr: '',
    })
    const again = await world.cli.run(['submit', '-', '--format', 'csv', ...options], {
      stdin: fix.stdout.replaceAll('bad', 'good'),
    })
    expect(again.code).toBe(0)
    expect((await world.cli.run(['failures', id, '--csv'])).stderr).toContain('requires --as-input')
  })

  test('prints results as NDJSON and as the CSV of the server', async () => {
    const { id } = await world.submit([
      { id: '=1+1', data: { text: 'a,"b"' } },
      { id: 'bad' },
      { id: 's3', data: 'x\ny' },
    ])
    const lines = await world.cli.run(['results', id])
    expect(lines.code).toBe(0)
    expect(parseLines<Item>(lines.stdout).map(({ id, status }) => [id, status])).toEqual([
      ['=1+1', 'succeeded'],
      ['bad', 'failed'],
      ['s3', 'succeeded'],
    ])
    const failed = await world.cli.run(['results', id, '--status', 'failed', '--from', '1'])
    expect(parseLines<Item>(failed.stdout)).toMatchObject([{ index: 1, error: { code: 'price_odd' } }])

    const path = join(world.cli.home, 'results.csv')
    const written = await world.cli.run(['results', id, '--csv', '--out', path])
    expect(written).toMatchObject({ code: 0, stdout: '', stderr: `Wrote 3 items to ${path}\n` })
    expect(await readFile(path, 'utf8')).toBe(await (await world.server.fetch(`/v1/jobs/${id}/results.csv`)).text())
  })

  test('lists jobs and items, for people and programs', async () => {
    const { id } = await world.submit([{ id: 's1' }, { id: 's2' }, { id: '\u001b[31mred\n' }], ['--source', 'lists'])
    const jobs = await world.cli.run(['list', '--source', 'lists'])
    expect(jobs.stdout).toMatch(/^JOB +STATUS +DONE +ITEMS .*\njob_\S+ +succeeded +100 % +3 /)
    expect(
      parseLines<Job>((await world.cli.run(['list', '--source', 'lists', '--json'])).stdout).map((job) => job.id),
    ).toEqual([id])
    expect(parseLine<Job>((await world.cli.run(['status', id, '--json'])).stdout)).toMatchObject({
      id,
      outcome: 'succeeded',
    })
    expect((await world.cli.run(['status', id])).stdout).toMatch(/^status +ended, succeeded$/m)

    const items = await world.cli.run(['items', id, '--status', 'succeeded,failed', '--limit', '2'])
    expect(items.stdout.trimEnd().split('\n')).toHaveLength(3)
    expect(items.stderr).toBe('These are the first 2: --limit 0 shows all\n')
    // A terminal must not be led by the name of an item.
    expect((await world.cli.run(['items', id])).stdout).toContain('\\u001b[31mred\\n')
    const logged = await world.cli.run(['items', id, '--id', 's2', '--log', '--json'])
    expect(parseLine<Item>(logged.stdout)).toMatchObject({ index: 1, log: [{ verdict: 'succeeded' }] })
  })

  test('lists failed items of all jobs and tries them again', async () => {
    const { id } = await world.submit([{ id: 'bad1' }, { id: 's2' }])
    const listed = await world.cli.run(['dead-letters', '--job', id, '--json'])
    expect(parseLines<DeadLetter>(listed.stdout)).toMatchObject([
      { channel: 'shop', code: 'price_odd', item: { index: 0 } },
    ])
    expect((await world.cli.run(['dead-letters', 'retry'])).code).toBe(2)
    const retried = await world.cli.run(['dead-letters', 'retry', '--job', id])
    expect(retried).toMatchObject({ code: 0, stdout: expect.stringMatching(/^job_[0-9a-f]{32}\n$/) as string })
    expect((await world.cli.run(['wait', retried.stdout.trim()])).code).toBe(1)
    const left = await world.cli.run(['dead-letters', 'list', '--job', id, '--not-retried'])
    expect(left).toMatchObject({ code: 0, stdout: '', stderr: 'There are no such failed items\n' })
  })

  test('pauses, resumes and cancels a job and a channel', async () => {
    const job = await world.submit(plainItems, ['--channel', 'stuck', '--detach'])
    const timedOut = await world.cli.run(['wait', job.id, '--timeout', '300ms'])
    expect(timedOut).toMatchObject({ code: 4, stdout: '' })
    expect(timedOut.stderr).toContain(`Wait for it again with: waybill wait ${job.id}`)

    expect(parseLine<Job>((await world.cli.run(['pause', job.id, '--json'])).stdout).status).toBe('paused')
    expect(parseLine<Job>((await world.cli.run(['resume', job.id, '--json'])).stdout).status).not.toBe('paused')
    expect((await world.cli.run(['cancel', job.id])).code).toBe(0)
    const ended = await world.cli.run(['wait', job.id])
    expect(ended).toMatchObject({ code: 1, stdout: `${job.id} cancelled: 0 succeeded, 2 cancelled\n` })

    expect((await world.cli.run(['channels'])).stdout).toMatch(/^stuck +http +paused /m)
    expect(parseLine<Channel>((await world.cli.run(['channels', 'get', 'shop', '--json'])).stdout)).toMatchObject({
      name: 'shop',
    })
    expect((await world.cli.run(['channels', 'resume', 'shop'])).stdout).toMatch(/^state +ready$/m)
    await world.cli.run(['channels', 'pause', 'shop'])
    expect((await world.cli.run(['channels', 'resume', '--all'])).stdout).toMatch(/^channel +shop$[^]*^state +ready$/m)
    expect((await world.cli.run(['channels', 'resume', '--all'])).stdout).toBe('')
    expect((await world.cli.run(['channels', 'resume'])).code).toBe(2)
    await world.cli.run(['channels', 'pause', 'stuck']) // as the tests behind it need it
  })

  test('pauses all jobs that options select: counted first, and only with --yes where nobody can be asked', async () => {
    const run = (...args: string[]) => world.cli.run(args)
    const source = 'paused-together'
    const jobs = [0, 1].map(() => world.submit(plainItems, ['--channel', 'stuck', '--source', source, '--detach']))
    const [first] = await Promise.all(jobs)
    expect(await run('pause', '--source', source, '--dry-run')).toMatchObject({
      code: 0,
      stdout: 'Would pause 2 jobs\n',
    })
    const refused = await run('pause', '--source', source)
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain('Cannot pause 2 jobs as --yes is required')
    const status = async () => parseLine<Job>((await run('status', first!.id, '--json')).stdout).status
    expect(await status()).not.toBe('paused')
    const paused = await run('pause', '--source', source, '--yes', '--json')
    expect(parseLine(paused.stdout)).toEqual({ action: 'pause', dryRun: false, count: 2 })
    expect(await status()).toBe('paused')
    expect(await run('cancel', '--source', source, '-y')).toMatchObject({ code: 0, stdout: 'Cancelled 2 jobs\n' })
    expect((await run('cancel')).code).toBe(2)
    expect((await run('cancel', first!.id, '--all')).code).toBe(2)
  })

  test('detaches with Ctrl-C, and the job continues', async () => {
    const run = world.cli.start(['submit', '-', '--format', 'ndjson', ...envelope, '-c', 'stuck'])
    run.child.stdin!.end(ndjson(plainItems))
    await run.said(/waits for its channel to be resumed/)
    run.child.kill('SIGINT')
    const { code, stdout, stderr } = await run.end()
    expect([code, stdout]).toEqual([4, ''])
    const [, id] =
      /Detached from (job_\S+), which continues with 2 items to go\. Wait for it again with: waybill wait \1$/m.exec(
        stderr,
      )!
    expect(parseLine<Job>((await world.cli.run(['status', id!, '--json'])).stdout).done).toBe(false)
    expect((await world.cli.run(['cancel', id!])).code).toBe(0)
  })

  test('says what is wrong, to people and to programs', async () => {
    const unknown = await world.cli.run(['submit', '-', '--format', 'ndjson', ...envelope, '-c', 'shpo'], {
      stdin: '{"id":"a"}',
    })
    expect(unknown.code).toBe(3)
    expect(unknown.stderr).toContain('Channels that you may use: sandbox, shop, stuck')
    const missing = await world.cli.run(['status', noSuchJob, '--json'])
    expect(missing).toMatchObject({ code: 3, stdout: '' })
    expect(JSON.parse(missing.stderr)).toMatchObject({ error: { code: 'job_not_found', exitCode: 3 } })
    for (const args of [
      ['no-such-command'],
      ['list', '--stauts', 'ended'],
      ['status', 'not-an-id'],
      ['submit', 'no-such-file.csv'],
      ['submit', '-', '--format', 'ndjson'],
      ['submit', '-', '--wait', '--detach'],
      [],
    ]) {
      expect(await world.cli.run(args), args.join(' ')).toMatchObject({ code: 2, stdout: '' })
    }
    const away = await world.cli.run(['channels', '--url', 'http://127.0.0.1:9'])
    expect(away).toMatchObject({ code: 3, stdout: '' })
    expect(away.stderr).toContain('No server answers at http://127.0.0.1:9 (from --url)')
  })

  test('prints its help and its version', async () => {
    const help = await world.cli.run(['--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    const commands = [...help.stdout.matchAll(/^ {2}([a-z-]+) .*\S/gm)]
      .map(([, name]) => name!)
      .filter((name) => !name.startsWith('-'))
    expect(commands).toContain('submit')
    for (const command of commands.filter((name) => name !== 'help' && name !== 'logout')) {
      expect((await world.cli.run([command, '--help'])).stdout, command).toMatch(/Examples?:\n {2}\$ /)
    }
    const manifest = JSON.parse(await readFile(join(import.meta.dirname, '../../sdk/package.json'), 'utf8')) as {
      version: string
    }
    expect((await world.cli.run(['--version'])).stdout).toBe(`${manifest.version}\n`)
  })

  test('is quiet when its reader leaves', async () => {
    const { id } = await world.submit(Array.from({ length: 5_000 }, (_, n) => ({ id: `s${n}`, data: 'x'.repeat(200) })))
    const run = world.cli.start(['items', id, '--json', '--with-data'])
    run.child.stdout!.once('data', () => run.child.stdout!.destroy())
    expect(await run.end()).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('waybill login', () => {
  let guarded: ServerProcess
  beforeAll(async () => {
    guarded = await ServerProcess.create({ store: 'memory', adminToken: token })
    await guarded.start()
  })
  afterAll(() => guarded?.remove())

  test('keeps a token that only the user can read, shows it nowhere, and sends it to its server only', async () => {
    const env = { WAYBILL_URL: undefined, XDG_CONFIG_HOME: join(world.cli.home, 'config') }
    const wrong = await world.cli.run(['login', '--url', guarded.url], { stdin: 'wrong-token\n', env })
    expect(wrong).toMatchObject({ code: 3, stdout: '' })
    expect(wrong.stderr).not.toContain('wrong-token')

    const login = await world.cli.run(['login', '--url', guarded.url], { stdin: `${token}\n`, env })
    expect(login).toMatchObject({ code: 0, stdout: `Logged in to ${guarded.url}\n` })
    expect(login.stdout + login.stderr).not.toContain(token)
    const file = join(world.cli.home, 'config/waybill/login.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(join(world.cli.home, 'config/waybill'))).mode & 0o777).toBe(0o700)
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ url: guarded.url, token })

    expect((await world.cli.run(['list'], { env })).code).toBe(0)
    const otherToken = await world.cli.run(['list'], { env: { ...env, WAYBILL_TOKEN: 'another' } })
    expect(otherToken).toMatchObject({ code: 3 })
    expect(otherToken.stderr).toContain('waybill login')
    // The same server under another name is another server.
    const elsewhere = await world.cli.run(['list', '--url', guarded.url.replace('127.0.0.1', 'localhost')], { env })
    expect(elsewhere.code).toBe(3)
    expect(
      (
        await world.cli.run(['list', '--url', guarded.url], {
          env: { ...env, XDG_CONFIG_HOME: undefined, WAYBILL_TOKEN: token },
        })
      ).code,
    ).toBe(0)

    expect((await world.cli.run(['logout'], { env })).code).toBe(0)
    expect((await world.cli.run(['list', '--url', guarded.url], { env })).code).toBe(3)
  })

  test('sets credentials of a channel with a secret from standard input, and shows it nowhere', async () => {
    const env = { WAYBILL_URL: guarded.url, WAYBILL_TOKEN: token }
    const put = await world.cli.run(['channels', 'put', 'shop', '-'], {
      ...{ env, stdin: 'connector: { type: http, url: "https://shop.example/" }' },
    })
    expect(put.code).toBe(0)
    const credentials = (args: string[], stdin = '') =>
      world.cli.run(['channels', 'credentials', ...args], { env, stdin })
    const basic = await credentials(['set', 'shop', 'acme', '--type', 'basic', '--username', 'a'], 's3cr3t-of-acme\n')
    expect(basic).toMatchObject({ code: 0, stderr: '' })
    expect(basic.stdout).toBe(
      'basic credentials of acme set for the connector of shop, sent to https://shop.example alone\n',
    )
    expect(await credentials(['set', 'shop', '*'], 's3cr3t-of-all')).toMatchObject({ code: 0 })
    const listed = await credentials(['shop', '--json'])
    const entries = listed.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
    expect(entries).toMatchObject([
      { subscription: '*', type: 'bearer' },
      { subscription: 'acme', type: 'basic' },
    ])
    expect([basic, listed].map(({ stdout, stderr }) => stdout + stderr).join()).not.toContain('s3cr3t')
    expect(await credentials(['delete', 'shop', 'acme'])).toMatchObject({ code: 0 })
    expect((await credentials(['delete', 'shop', 'acme'])).stderr).toContain('there are none')

    expect((await credentials(['set', 'shop', 'acme'])).stderr).toContain('a secret is required')
    const other = await credentials(['set', 'shop', 'acme', '--type', 'basic'], 'x')
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining('--username must be given with --type basic'),
    ])
    expect((await credentials(['set', 'shop', 'acme', '--scope', 'x'], 'x')).stderr).toContain(
      '--scope must be left out',
    )
  })

  test('takes a token with any scope, which waybill tokens made', async () => {
    const env = { WAYBILL_URL: guarded.url, XDG_CONFIG_HOME: join(world.cli.home, 'scoped') }
    const admin = { ...env, WAYBILL_TOKEN: token }
    const create = ['tokens', 'create', '--name', 'nightly import', '--scope', 'jobs:read,tokens:write']
    const made = await world.cli.run([...create, '--subscription', 'acme', '--expires-in', '1h'], { env: admin })
    expect(made.code).toBe(0)
    expect(made.stdout).toMatch(/^wbt_[0-9a-f]{32}_[\w-]{43}\n$/)
    const text = made.stdout.trim()
    const id = `tok_${text.slice(4, 36)}`
    expect(made.stderr).toContain(`Created ${id} for subscription acme`)

    const login = await world.cli.run(['login', '--url', guarded.url], {
      env: { ...env, WAYBILL_URL: undefined },
      stdin: text,
    })
    expect(login.code).toBe(0)
    const self = await world.cli.run(['self'], { env })
    expect(self.stdout).toMatch(
      new RegExp(`token +${id}\\n.*\\nsubscription +acme\\nscopes +jobs:read, tokens:write\\n`),
    )
    const listed = await world.cli.run(['tokens', '--json'], { env })
    expect(JSON.parse(listed.stdout)).toMatchObject({ id, name: 'nightly import', subscription: 'acme' })
    const refused = await world.cli.run(['channels'], { env })
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('channels:read')])
    expect((await world.cli.run([...create, '--scope', 'everything'], { env })).code).toBe(2)

    const byText = await world.cli.run(['tokens', 'revoke', text], { env })
    expect(byText.code).not.toBe(0)
    expect((await world.cli.run(['tokens', 'revoke', id], { env })).stdout).toBe(`${id} revoked\n`)
    expect((await world.cli.run(['self'], { env })).code).toBe(3)
    for (const { stdout, stderr } of [login, self, listed, refused, byText]) expect(stdout + stderr).not.toContain(text)
  })

  test('sets, shows and removes the limits of a subscription', async () => {
    const env = { WAYBILL_URL: guarded.url, WAYBILL_TOKEN: token }
    const run = (...args: string[]) => world.cli.run(['subscriptions', ...args], { env })
    const set = await run('set', 'acme', '--weight', '2', '--requests-per-minute', '600', '--request-burst', '100')
    expect(set.stdout).toMatch(/subscription +acme\norigin +api\nweight +2\n[^]*requests +600 a minute, 100 at once\n/)
    expect(JSON.parse((await run('--json')).stdout)).toMatchObject({ name: 'acme', weight: 2 })
    expect((await run()).stdout).toMatch(/SUBSCRIPTION +ORIGIN[^]*acme +api +2 +no limit +1000 +no limit/)
    expect((await run('get', 'acme', '--json')).stdout).toContain('"perMinute":600')
    expect((await run('set', 'acme', '--request-burst', '1')).code).toBe(2)
    expect((await run('set', 'acme', '--weight', '0')).code).toBe(2)
    const refused = await run('set', '~acme')
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('subscription')])
    expect((await run('delete', 'acme')).stdout).toBe('acme has the defaults\n')
    expect((await run('get', 'acme')).code).toBe(3)
  })

  test('needs no token where none is required', async () => {
    expect((await world.cli.run(['login', '--no-token'])).code).toBe(0)
    expect(JSON.parse(await readFile(join(world.cli.home, '.config/waybill/login.json'), 'utf8'))).toEqual({
      url: world.server.url,
      token: null,
    })
    expect((await world.cli.run(['list'], { env: { WAYBILL_URL: undefined } })).code).toBe(0)
    expect((await world.cli.run(['login'], { stdin: '\n' })).code).toBe(2)
  })
})

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

interface Line {
  readonly level: string
  readonly message: string
  readonly [name: string]: unknown
}

let folder: string

/** All that a program gets of this one's environment. */
const inherited = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-start-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** Starts the command until it listens and has said `last`, or ends. */
async function start(
  args: readonly string[],
  { env = {}, nodeArgs = [], last = 'Listening' }: { env?: object; nodeArgs?: readonly string[]; last?: string } = {},
): Promise<{ code: number | null; lines: Line[]; err: string }> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const child = spawn(process.execPath, [...nodeArgs, main, '--port', '0', '--threads', '1', ...args], {
    cwd: folder,
    env: { ...inherited, WAYBILL_ADMIN_TOKEN: 'a-token-of-at-least-16-characters', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
    if (out.includes('"Listening"') && out.includes(last)) child.kill('SIGKILL')
  })
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  const lines = out.split('\n').filter((line) => line.startsWith('{'))
  return { code, err, lines: lines.map((line) => JSON.parse(line) as Line) }
}

const warnings = (lines: readonly Line[]): string[] =>
  lines.filter(({ level }) => level === 'warn').map(({ message }) => message)

const channel = (url: string, more = '') =>
  `channels: { shop: { connector: { type: http, url: '${url}', ${more} } } }\n`

describe('a start of waybill-server', { timeout: 60_000 }, () => {
  it('with an older Node names the version it needs, and nothing else', async () => {
    const older = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.20.2'}})`
    const { code, err, lines } = await start([], { nodeArgs: ['--import', older] })
    expect([code, err, lines]).toEqual([2, 'waybill-server needs Node >= 24: this is 20.20.2\n', []])
  })

  it('with --data on a file is exit 2', async () => {
    writeFileSync(join(folder, 'file'), '')
    const { code, err } = await start(['--data', 'file'])
    expect([code, err]).toEqual([2, `Cannot start as --data must be a folder: ${join(folder, 'file')} is a file\n`])
  })

  it.each([
    ['a dangling link', (file: string) => symlinkSync('/nowhere/at-all', file), /link that leads to no file/],
    ['a folder', (file: string) => mkdirSync(file), /EISDIR/],
    ['empty', (file: string) => writeFileSync(file, '\n', { mode: 0o600 }), /it is empty/],
    ['a pipe', (file: string) => execFileSync('mkfifo', [file]), /it is not a file/],
    ['two lines', (file: string) => writeFileSync(file, 'wba_first-line-of-two\nsecond\n'), /not a token/],
    ['binary', (file: string) => writeFileSync(file, Buffer.alloc(64, 0xfe)), /not a token/],
    ['too large for a header', (file: string) => writeFileSync(file, 'x'.repeat(100_000)), /not a token/],
  ])('with an admin-token that is %s says so in a line', async (_, make, reason) => {
    const file = join(folder, 'waybill-data', 'admin-token')
    mkdirSync(join(folder, 'waybill-data'), { mode: 0o700 })
    make(file)
    const { code, err } = await start([], { env: { WAYBILL_ADMIN_TOKEN: '' } })
    expect([code, err]).toEqual([1, expect.stringMatching(/^Cannot start as [^\n]+admin-token must hold [^\n]+\n$/)])
    expect(err).toMatch(reason)
  })

  it('with a data folder that is a link to nowhere says so in a line', async () => {
    symlinkSync('/nowhere/at-all', join(folder, 'link'))
    for (const env of [{}, { WAYBILL_ADMIN_TOKEN: '' }]) {
      const { code, err } = await start(['--data', 'link'], { env })
      expect([code, err]).toEqual([
        2,
        `Cannot start as --data must be a folder: ${join(folder, 'link')} is a link that leads nowhere\n`,
      ])
    }
  })

  it('with a data folder that cannot be made says so in a line', async () => {
    writeFileSync(join(folder, 'file'), '')
    const { code, err } = await start(['--data', 'file/data'])
    const path = join(folder, 'file/data')
    expect([code, err]).toEqual([2, `Cannot start as --data must be a folder: ${path} is inside of a file\n`])
  })

  it('with a configuration whose aliases grow without end says so in a line', async () => {
    const levels = 'bcdefghij'.split('').map((name, at) => `${name}: &${name} [${`*${'abcdefghi'[at]},`.repeat(9)}]\n`)
    writeFileSync(join(folder, 'waybill.yaml'), `a: &a [x,x,x,x,x,x,x,x,x]\n${levels.join('')}`)
    const { code, err } = await start([])
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/^Cannot read [^\n]+waybill\.yaml as it must be YAML: [^\n]+\n$/),
    ])
  })

  it.each(['lock.db', 'waybill.db'])('with a folder in the place of %s names it', async (name) => {
    mkdirSync(join(folder, 'waybill-data', name), { recursive: true, mode: 0o700 })
    const { code, err } = await start([])
    expect([code, err]).toEqual([1, expect.stringMatching(/^Cannot open data folder as [^\n]+\n$/)])
    expect(err).toContain(join(folder, 'waybill-data', name))
  })

  it('without a channel and with a weak token warns of both, and never logs the token', async () => {
    const { lines } = await start([], { env: { WAYBILL_ADMIN_TOKEN: 'hunter2' } })
    expect(warnings(lines)).toEqual([
      expect.stringMatching(/^The admin token is weak/),
      expect.stringMatching(/^There is no channel/),
    ])
    expect(JSON.stringify(lines)).not.toContain('hunter2')
  })

  it('with everything in order warns of nothing', async () => {
    writeFileSync(join(folder, 'waybill.yaml'), channel('http://127.0.0.1:9/', 'allowPrivateAddresses: true'))
    expect(warnings((await start([])).lines)).toEqual([])
  })

  it('warns of a channel that leads to a private address', async () => {
    writeFileSync(join(folder, 'waybill.yaml'), channel('http://10.1.2.3/deliver'))
    const { lines } = await start([], { last: 'private address' })
    expect(lines.find(({ level }) => level === 'warn')).toMatchObject({ channel: 'shop', host: '10.1.2.3' })
  })

  it('warns of a data folder, a database and an admin token that others can read', async () => {
    writeFileSync(join(folder, 'waybill.yaml'), channel('http://127.0.0.1:9/', 'allowPrivateAddresses: true'))
    await start([])
    const data = join(folder, 'waybill-data')
    writeFileSync(join(data, 'admin-token'), 'a-token-of-at-least-16-characters')
    for (const [name, mode] of [
      ['.', 0o755],
      ['waybill.db', 0o644],
      ['waybill.db-wal', 0o644],
      ['admin-token', 0o640],
    ] as const)
      chmodSync(join(data, name), mode)
    const { lines } = await start([])
    expect(lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { file: data, mode: '755' },
      { file: join(data, 'waybill.db'), mode: '644' },
      { file: join(data, 'waybill.db-wal'), mode: '644' },
      { file: join(data, 'admin-token'), mode: '640' },
    ])
    expect(warnings((await start([])).lines)).toHaveLength(2) // the database and its log are closed by the start
  })
})

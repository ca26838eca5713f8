import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let folder: string
const processes: ChildProcess[] = []
/** All that a program gets of this one's environment. */
const inherited = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-main-'))
})

afterEach(async () => {
  for (const child of processes.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  rmSync(folder, { recursive: true })
})

/** Runs the command in a folder of its own. */
function run(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./main.ts', import.meta.url)), ...args], {
    cwd: folder,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  processes.push(child)
  const program = { child, stdout: '', stderr: '', lines, url, exit }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (program.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (program.stderr += text))
  const exited = once(child, 'close') as Promise<[number | null]>

  function lines(): Record<string, unknown>[] {
    return program.stdout
      .trimEnd()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  }
  async function url(): Promise<string> {
    const found = () => lines().find((line) => 'url' in line)?.['url']
    await expect.poll(found, { timeout: 20_000 }).toBeTypeOf('string')
    return found() as string
  }
  async function exit(): Promise<number | null> {
    return (await exited)[0]
  }
  return program
}

// Each test starts processes: on a busy machine that takes its time.
describe('waybill-server', { timeout: 60_000 }, () => {
  it('prints its usage', async () => {
    const help = run(['--help'])
    expect([await help.exit(), help.stdout]).toEqual([0, expect.stringContaining('--port <number>')])
    const version = run(['--version'])
    expect([await version.exit(), version.stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)])
    const wrong = run(['--prot', '1'])
    expect([await wrong.exit(), wrong.stdout, wrong.stderr]).toEqual([
      2,
      '',
      expect.stringMatching(/^Cannot read the arguments: .*--prot.*\n$/),
    ])
  })

  it('makes an admin token at its first start, names the file and never the token, and stops on SIGTERM', async () => {
    const server = run(['--port', '0'])
    const url = await server.url()
    const file = join(folder, 'waybill-data', 'admin-token')
    const token = readFileSync(file, 'utf8').trim()
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(server.lines().map((line) => line['file'])).toContain(file)
    expect((await fetch(`${url}/v1/jobs`)).status).toBe(401)
    expect((await fetch(`${url}/v1/jobs`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200)

    const second = run(['--port', '0'])
    expect([await second.exit(), second.stderr]).toEqual([1, expect.stringMatching(/^Cannot open data folder .*\n$/)])
    const port = new URL(url).port
    const third = run(['--port', port, '--store', 'memory', '--dev'])
    expect([await third.exit(), third.stderr]).toEqual([
      1,
      `Cannot listen on 127.0.0.1:${port} as the port must be free: another program has it\n`,
    ])

    server.child.kill('SIGTERM')
    expect([await server.exit(), server.stderr]).toEqual([0, ''])
    expect(server.stdout).not.toContain(token)
  })

  it('answers who waits, lets calls finish, and ends at once at the second signal', async () => {
    const server = run(['--dev', '--store', 'memory', '--port', '0'])
    const url = await server.url()
    const submitted = await fetch(`${url}/v1/items`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'wait=0' },
      body: JSON.stringify({
        channel: 'sandbox',
        objectType: 'product',
        action: 'update',
        item: { id: 'a', data: { sandbox: { delayMs: 9000 } } },
      }),
    })
    const job = new URL(submitted.headers.get('location')!, url)
    const events = await fetch(`${job}/events`)
    const read = events.text()
    const waiting = fetch(`${job}?knownStatus=running`, { headers: { prefer: 'wait=30' } })
    await expect
      .poll(async () => ((await (await fetch(job)).json()) as { status: string }).status, { timeout: 8000 })
      .toBe('running')

    server.child.kill('SIGINT')
    expect(await (await waiting).json()).toMatchObject({ done: false })
    expect(await read).not.toContain('event: end')
    const refused = await fetch(`${url}/v1/jobs`)
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'stopping' }])
    server.child.kill('SIGTERM')
    expect(await server.exit()).toBe(143)
  })
})

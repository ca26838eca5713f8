import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import type { FailpointName } from '../../server/src/runtime/failpoint.ts'

const BUILT_MAIN = fileURLToPath(new URL('../../server/dist/main.js', import.meta.url))
const SOURCE_MAIN = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))
/** The sources as they were compiled: a third of a start. */
const COMPILE_CACHE = fileURLToPath(new URL('../../node_modules/.cache/waybill-test', import.meta.url))
const FAILPOINT_PRELOAD = new URL('./failpoint-preload.ts', import.meta.url).href
/** For `preload`: measures how long the event loop is held, see `longestStepMs`. */
export const LOOP_PRELOAD = new URL('./loop-preload.ts', import.meta.url)
/** A start that takes longer has failed. */
const START_TIMEOUT_MS = 60_000

export interface ServerProcessOptions {
  /** The config file's content. */
  readonly config?: object
  /** With `postgres` its URL is `WAYBILL_DATABASE_URL` of `env`. @default disk */
  readonly store?: 'disk' | 'memory' | 'postgres'
  readonly args?: readonly string[]
  /** A standby gives its port up, and takes it again. @default one that the system chooses at each start */
  readonly port?: number
  /** Without it, the server runs with `--dev`. */
  readonly adminToken?: string
  /** Runs the sources instead of what is built: only there are failpoints. */
  readonly fromSource?: boolean
  /** A module that every thread of it loads before anything else. */
  readonly preload?: URL
  /** Further variables of its environment. */
  readonly env?: Readonly<Record<string, string>>
}

/** Where a start of the server ends itself, as with `kill -9`. */
export interface Failpoint {
  readonly name: FailpointName
  /** Which time it is reached, 1 and up. */
  readonly hit: number
}

/** A real server process on a data folder of its own, which can be killed and started again. */
export class ServerProcess {
  readonly folder: string
  #options: ServerProcessOptions
  /** Runs before each start. */
  beforeStart: (() => Promise<void>) | null = null
  #child: ChildProcess | null = null
  #endedBy: NodeJS.Signals | number | null = null
  #url = ''
  /** Everything it wrote, over all starts. */
  output = ''
  /** When each `kill` had ended it, monotonic ms. */
  readonly killsMs: number[] = []

  private constructor(folder: string, options: ServerProcessOptions) {
    this.folder = folder
    this.#options = options
  }

  static async create(options: ServerProcessOptions = {}): Promise<ServerProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'waybill-test-'))
    const server = new ServerProcess(folder, options)
    if (options.config !== undefined) await server.configure(options.config)
    return server
  }

  /** Another content of the config file, from the next start on; it must have been created with one. */
  async configure(config: object): Promise<void> {
    await writeFile(join(this.folder, 'waybill.yaml'), stringify(config))
  }

  /** Another store from the next start on. */
  useStore(store: 'disk' | 'postgres', env: Readonly<Record<string, string>>): void {
    this.#options = { ...this.#options, store, env }
  }

  get url(): string {
    return this.#url
  }

  get pid(): number {
    return this.#child!.pid!
  }

  get running(): boolean {
    return this.#child !== null
  }

  /** How the last process ended; null while it runs. */
  get endedBy(): NodeJS.Signals | number | null {
    return this.#endedBy
  }

  /** Starts it and resolves when it listens. @param failpoint needs `fromSource` @param moreArgs of this start only */
  async start(failpoint: Failpoint | null = null, moreArgs: readonly string[] = []): Promise<void> {
    await this.beforeStart?.()
    const { config, store = 'disk', args = [], port = 0, adminToken } = this.#options
    const { fromSource = false, preload, env = {} } = this.#options
    const child = spawn(
      process.execPath,
      [
        fromSource ? SOURCE_MAIN : BUILT_MAIN,
        ...['--port', String(port), '--store', store, '--data', join(this.folder, 'data')],
        ...(config === undefined ? [] : ['--config', join(this.folder, 'waybill.yaml')]),
        ...(adminToken === undefined ? ['--dev'] : []),
        ...args,
        ...moreArgs,
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          ...env,
          ...(adminToken !== undefined && { WAYBILL_ADMIN_TOKEN: adminToken }),
          ...(fromSource && { NODE_COMPILE_CACHE: COMPILE_CACHE }),
          ...(preload !== undefined && { NODE_OPTIONS: `--import ${preload.href}` }),
          // Options of the environment hold for the server's threads too.
          ...(failpoint !== null && {
            NODE_OPTIONS: `--import ${FAILPOINT_PRELOAD}`,
            TEST_FAILPOINT: `${failpoint.name}@${failpoint.hit}`,
          }),
        },
      },
    )
    this.#child = child
    this.#endedBy = null
    child.once('exit', (code, signal) => {
      this.#endedBy = signal ?? code
      if (this.#child === child) this.#child = null
    })
    this.#url = await this.#listening(child)
  }

  /** `kill -9`: nothing is written any more. Resolves when the process is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
    this.killsMs.push(performance.now())
  }

  /** SIGSTOP or SIGCONT: it is frozen, its sockets open, until it continues. */
  freeze(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal)
  }

  /** The most CPU time that its main thread has used between two looks at its events, since the last call; with `LOOP_PRELOAD`. */
  async longestStepMs(): Promise<number> {
    const before = this.output.length
    this.#child!.kill('SIGUSR2')
    for (;;) {
      const line = /\{"longestStepMs":([\d.]+)\}\n/.exec(this.output.slice(before))
      if (line !== null) return Number(line[1])
      await once(this.#child!.stderr!, 'data')
    }
  }

  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null> {
    return this.#end('SIGTERM')
  }

  /** Ends it if it runs, and removes its folder. */
  async remove(): Promise<void> {
    await this.#end('SIGKILL')
    await rm(this.folder, { recursive: true, force: true })
  }

  /** Calls the API. */
  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(new URL(path, this.#url), init)
  }

  #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child
    if (child === null) return Promise.resolve(null)
    return new Promise((resolve) => {
      child.once('exit', (code) => {
        this.#child = null
        resolve(code)
      })
      child.kill(signal)
    })
  }

  #listening(child: ChildProcess): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        reject(new Error(`Cannot start server as it ${why}:\n${this.output.slice(-4000)}`))
      }
      const timer = setTimeout(() => {
        child.kill('SIGKILL')
        fail(`did not listen within ${START_TIMEOUT_MS} ms`)
      }, START_TIMEOUT_MS)
      child.once('exit', (code) => {
        clearTimeout(timer)
        fail(`ended with code ${code}`)
      })
      let pending = ''
      child.stdout!.on('data', (chunk: Buffer) => {
        this.output += chunk.toString()
        pending += chunk.toString()
        const lines = pending.split('\n')
        pending = lines.pop()!
        for (const line of lines) {
          const url = urlOf(line)
          if (url === null) continue
          clearTimeout(timer)
          resolve(url)
        }
      })
      child.stderr!.on('data', (chunk: Buffer) => {
        this.output += chunk.toString()
      })
    })
  }
}

/** The `url` of the line that the server logs when it listens; null for every other line. */
function urlOf(line: string): string | null {
  if (!line.startsWith('{')) return null
  const { url } = JSON.parse(line) as { url?: unknown }
  return typeof url === 'string' ? url : null
}

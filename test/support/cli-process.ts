import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const BUILT_MAIN = fileURLToPath(new URL('../../sdk/dist/cli/main.js', import.meta.url))

/** The command as it was compiled: half of a short run. */
const COMPILE_CACHE = fileURLToPath(new URL('../../node_modules/.cache/waybill-test', import.meta.url))

/** How a run of the command ended. */
export interface CliEnd {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The `waybill` command as it is built, in a home of its own. */
export class CliProcess {
  readonly home: string
  readonly #url: string

  private constructor(home: string, url: string) {
    this.home = home
    this.#url = url
  }

  /** @param url what WAYBILL_URL says */
  static async create(url: string): Promise<CliProcess> {
    return new CliProcess(await mkdtemp(join(tmpdir(), 'waybill-cli-')), url)
  }

  /** Starts it; `undefined` in `env` takes a variable away. */
  start(args: readonly string[], env: Record<string, string | undefined> = {}): CliRun {
    const child = spawn(process.execPath, [BUILT_MAIN, ...args], {
      cwd: this.home,
      env: {
        PATH: process.env.PATH,
        HOME: this.home,
        WAYBILL_URL: this.#url,
        NODE_COMPILE_CACHE: COMPILE_CACHE,
        ...env,
      },
    })
    return new CliRun(child)
  }

  /** Runs it to its end. @param stdin what is piped in */
  async run(
    args: readonly string[],
    { stdin = '', env = {} }: { stdin?: string | Uint8Array; env?: Record<string, string | undefined> } = {},
  ): Promise<CliEnd> {
    const run = this.start(args, env)
    run.child.stdin!.end(stdin)
    return await run.end()
  }

  async remove(): Promise<void> {
    await rm(this.home, { recursive: true, force: true })
  }
}

/** One run of the command. */
export class CliRun {
  readonly child: ChildProcess
  #stdout = ''
  #stderr = ''
  readonly #closed: Promise<unknown[]>

  constructor(child: ChildProcess) {
    this.child = child
    this.#closed = once(child, 'close')
    // A command that ends before it has read everything is not the test's mistake.
    child.stdin!.on('error', () => undefined)
    child.stdout!.on('data', (chunk: Buffer) => (this.#stdout += chunk.toString()))
    child.stderr!.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()))
  }

  /** Resolves as soon as it has said this on stderr. */
  async said(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.#stderr)) {
      const ended = await Promise.race([
        once(this.child.stderr!, 'data').then(() => false),
        this.#closed.then(() => true),
      ])
      if (ended && !pattern.test(this.#stderr)) {
        throw new Error(`Cannot see ${pattern} on stderr as the command ended: ${this.#stdout}${this.#stderr}`)
      }
    }
  }

  /** Resolves when it is gone. */
  async end(): Promise<CliEnd> {
    const [code] = (await this.#closed) as [number | null]
    return { code, stdout: this.#stdout, stderr: this.#stderr }
  }
}

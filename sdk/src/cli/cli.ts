import type { Readable } from 'node:stream'
import { createClient, type Waybill } from '../create-client.ts'
import { chooseConnection, type Connection } from './connection.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { findLoginFile, readLogin } from './login-file.ts'
import type { Terminal } from './output/terminal.ts'
import { version } from './version.ts'

/** What every command takes. */
export interface GlobalOptions {
  readonly url?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

/** What this process is to a command. */
export interface CliParts {
  readonly terminal: Terminal
  readonly stdin: Readable & { isTTY?: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted by Ctrl-C. */
  readonly interrupt: AbortSignal
}

/** One run of the command. */
export class Cli {
  readonly terminal: Terminal
  readonly stdin: Readable & { isTTY?: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly interrupt: AbortSignal
  /** What a command that went through ends with. */
  exitCode: ExitCode = exitCodes.succeeded
  /** Called when the server no longer answers, and when it does again: whoever waits long wants to know. */
  onAnswering: ((isAnswering: boolean) => void) | null = null
  #isAnswering = true
  #globals: GlobalOptions = {}
  #connection: Connection = chooseConnection(undefined, {}, null)

  constructor(parts: CliParts) {
    this.terminal = parts.terminal
    this.stdin = parts.stdin
    this.env = parts.env
    this.interrupt = parts.interrupt
  }

  /** Before any command runs. */
  configure(globals: GlobalOptions): void {
    this.#globals = globals
  }

  /** Whether stdout is for a program. */
  get json(): boolean {
    return this.#globals.json === true
  }

  /** Whether progress is shown to nobody: where a program listens, a line now and then would only be in its way. */
  get isSilent(): boolean {
    return this.#globals.quiet === true || (this.json && !this.terminal.isWatched)
  }

  get loginFile(): string {
    return findLoginFile(this.env)
  }

  get globals(): GlobalOptions {
    return this.#globals
  }

  /** The server that is spoken to. */
  get connection(): Connection {
    return this.#connection
  }

  /**
   * A client of the server that options, environment and login name.
   * @param patient whether work would be lost: then a server that is away for a while is waited for
   */
  async connect({ patient = false } = {}): Promise<Waybill> {
    const { url } = this.#globals
    const login = await readLogin(this.loginFile)
    this.#connection = chooseConnection(url, this.env, login)
    return createClient({
      baseUrl: this.#connection.url,
      token: this.#connection.token,
      headers: { 'User-Agent': `waybill-cli/${version}` },
      fetch: (request) => this.#fetch(request),
      // Somebody sits there: two seconds are soon over.
      ...(!patient && { retry: { limit: 2, initialMs: 200 } }),
    })
  }

  async #fetch(request: Request): Promise<Response> {
    try {
      const response = await fetch(request)
      this.#noteAnswering(true)
      return response
    } catch (error) {
      if (!request.signal.aborted) this.#noteAnswering(false)
      throw error
    }
  }

  #noteAnswering(isAnswering: boolean): void {
    if (this.#isAnswering === isAnswering) return
    this.#isAnswering = isAnswering
    this.onAnswering?.(isAnswering)
  }

  /** Says something to people, unless they want silence or a program listens. */
  say(line: string): void {
    if (this.#globals.quiet !== true && !this.json) this.terminal.say(line)
  }

  /** Prints one thing: as JSON for programs, as lines for people. */
  async print(value: unknown, lines: () => readonly string[]): Promise<void> {
    if (this.json) await this.terminal.print(JSON.stringify(value))
    else for (const line of lines()) await this.terminal.print(line)
  }
}

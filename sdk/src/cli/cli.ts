import type { Readable } from 'node:stream'
import { createClient, type Waybill } from '../create-client.ts'
import type { JobHandle } from '../job-handle.ts'
import { chooseConnection, type Connection } from './connection.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { findLoginFile, readLogin } from './login-file.ts'
import type { Terminal } from './output/terminal.ts'
import { version } from './version.ts'

/** Of a command that a person waits for: two seconds are soon over. */
const briefRetry = { limit: 2, initialMs: 200 }
/** Of a command that a script depends on: half a minute, longer than a restart of the server takes. */
const patientRetry = { limit: 30, initialMs: 300, maxMs: 3_000, maxElapsedMs: 30_000 }

/** Options of every command. */
export interface GlobalOptions {
  readonly url?: string
  readonly json?: boolean
  readonly quiet?: boolean
  /** False: nobody is asked anything. */
  readonly input?: boolean
}

/** The process as a command sees it. */
export interface CliContext {
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
  /** The exit code of a command that completed. */
  exitCode: ExitCode = exitCodes.succeeded
  /** Called when the server no longer answers, and when it does again: a long wait should show it. */
  onAnswering: ((isAnswering: boolean) => void) | null = null
  /** The job that the command is about: errors name it. Null as long as none is known. */
  jobId: string | null = null
  /** Whether any request may have reached the server. */
  mayHaveSent = false
  #isAnswering = true
  #isPatient = false
  #globals: GlobalOptions = {}
  #connection: Connection = chooseConnection(undefined, {}, null)

  constructor(context: CliContext) {
    this.terminal = context.terminal
    this.stdin = context.stdin
    this.env = context.env
    this.interrupt = context.interrupt
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

  /** Whether a person may be asked. */
  get mayPrompt(): boolean {
    return this.stdin.isTTY === true && this.#globals.input !== false
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
   * @param patient whether a script depends on it: then a server that is away for a while is waited for
   */
  async connect({ patient = false } = {}): Promise<Waybill> {
    const { url } = this.#globals
    const login = await readLogin(this.loginFile)
    return this.connectTo(chooseConnection(url, this.env, login), { patient })
  }

  /** A client of this server; errors name it. */
  connectTo(connection: Connection, { patient = false } = {}): Waybill {
    this.#connection = connection
    this.#isPatient = patient
    return createClient({
      baseUrl: connection.url,
      token: connection.token,
      headers: { 'User-Agent': `waybill-cli/${version}` },
      fetch: (request) => this.#fetch(request),
      retry: patient ? patientRetry : briefRetry,
    })
  }

  /** The handle of a job that the command is about. @throws {TypeError} it is no id of a job */
  attach(waybill: Waybill, jobId: string): JobHandle {
    const job = waybill.jobs.attach(jobId)
    this.jobId = job.id
    return job
  }

  async #fetch(request: Request): Promise<Response> {
    try {
      const response = await fetch(request)
      this.mayHaveSent = true
      this.#noteAnswering(true)
      return response
    } catch (error) {
      if (!isNeverSent(error)) this.mayHaveSent = true
      if (!request.signal.aborted) this.#noteAnswering(false)
      throw error
    }
  }

  #noteAnswering(isAnswering: boolean): void {
    if (this.#isAnswering === isAnswering) return
    this.#isAnswering = isAnswering
    if (this.onAnswering !== null) return this.onAnswering(isAnswering)
    if (!this.#isPatient) return
    const { url } = this.#connection
    const retries = `No server answers at ${url}: retrying for ${patientRetry.maxElapsedMs / 1000} s`
    this.say(isAnswering ? `The server at ${url} answers` : retries)
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

/** There was no connection to send it on. */
function isNeverSent(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException
  return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code ?? '')
}

import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { LeaseServerReport, LeaseServerSettings } from './lease-server.ts'

const FILE = join(import.meta.dirname, 'lease-server.ts')
/** Far beyond what any of it takes. */
const PATIENCE_MS = 60_000

/** A server in a process of its own, which may be frozen and killed. */
export class LeaseProcess {
  readonly name: string
  readonly reports: LeaseServerReport[] = []
  readonly exited: Promise<number | null>
  output = ''
  readonly #process: ChildProcess
  readonly #waiting = new Set<() => void>()

  constructor(settings: LeaseServerSettings) {
    this.name = settings.name
    this.#process = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', FILE], {
      env: { ...process.env, LEASE_SERVER: JSON.stringify(settings) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let rest = ''
    this.#process.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop()!
      for (const line of lines) this.#take(line)
    })
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => (this.output += text))
    this.exited = new Promise((resolve) => this.#process.once('exit', (code) => resolve(code)))
  }

  #take(line: string): void {
    if (!line.startsWith('REPORT ')) {
      this.output += `${line}\n`
      return
    }
    this.reports.push(JSON.parse(line.slice('REPORT '.length)) as LeaseServerReport)
    for (const look of [...this.#waiting]) look()
  }

  /** Resolves with its next report of a kind. @param after so many reports are passed over */
  async until<Kind extends LeaseServerReport['kind']>(
    kind: Kind,
    after = 0,
  ): Promise<Extract<LeaseServerReport, { kind: Kind }>> {
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.name} is not ${kind}:\n${this.output}`)), PATIENCE_MS)
      const look = (): void => {
        const found = this.reports.slice(after).find((report) => report.kind === kind)
        if (found === undefined) return
        clearTimeout(timer)
        this.#waiting.delete(look)
        resolve(found as Extract<LeaseServerReport, { kind: Kind }>)
      }
      this.#waiting.add(look)
      look()
    })
  }

  async fetch(path: string, init?: RequestInit): Promise<Response> {
    const { port } = await this.until('active')
    return await fetch(`http://127.0.0.1:${port}${path}`, init)
  }

  freeze(): void {
    this.#process.kill('SIGSTOP')
  }

  resume(): void {
    this.#process.kill('SIGCONT')
  }

  terminate(): void {
    this.#process.kill('SIGTERM')
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.exited
  }
}

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { ProgramTargets } from './check.ts'
import type { CheckResult } from './program.ts'

/**
 * The page's host: a name that is neither this machine's nor served over https, so that the page asks across origins and gets only
 * what browsers give to a page on a plain network (no `crypto.subtle`, no `crypto.randomUUID`).
 */
const pageHost = 'shop.example'
const page =
  '<!doctype html><meta charset="utf-8"><script type="module" src="/page.js" onerror="fetch(\'/missing\')"></script>'

/** Serves a page with a program, and takes what the program reports. */
export class PageServer {
  /** Output of the page that is not a report: errors, mostly. */
  output = ''
  readonly #scripts: string
  readonly #server: Server
  #targets: ProgramTargets | null = null
  #report: ((results: CheckResult[]) => void) | null = null

  /** @param scripts folder with `page.js` and what it loads */
  constructor(scripts: string) {
    this.#scripts = scripts
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  /** As the server has to list it to let the page in. */
  get origin(): string {
    return `http://${pageHost}:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** Opens the page in a browser and waits for its report. */
  async run(chromium: string, targets: ProgramTargets, timeoutMs: number): Promise<CheckResult[]> {
    this.#targets = targets
    const profile = mkdtempSync(join(tmpdir(), 'waybill-browser-'))
    const reported = new Promise<CheckResult[]>((resolve) => (this.#report = resolve))
    const browser = spawn(
      chromium,
      [
        // Root has no sandbox, and this page is ours. Everything else is as a user has it: the rules between origins above all.
        ...['--headless', '--no-sandbox', '--no-zygote', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
        ...['--enable-logging=stderr', `--user-data-dir=${profile}`, `--host-resolver-rules=MAP ${pageHost} 127.0.0.1`],
        `${this.origin}/`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    browser.stderr.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    const closed = new Promise<void>((resolve) => browser.once('close', () => resolve()))
    let timer: ReturnType<typeof setTimeout> | undefined
    const failed = new Promise<never>((_, reject) => {
      const fail = (why: string): void => {
        reject(new Error(`Cannot run the program in Chromium as ${why}:\n${this.output.slice(-4_000)}`))
      }
      timer = setTimeout(() => fail(`it must report within ${timeoutMs} ms: it did not`), timeoutMs)
      browser.once('error', (error) => fail(`it must start: ${error.message}`))
      browser.once('exit', (code, signal) => fail(`it must not end before its report: ${code ?? signal}`))
    })
    try {
      return await Promise.race([reported, failed])
    } finally {
      clearTimeout(timer)
      browser.kill('SIGKILL')
      // Its other processes end with it; the last of them closes the pipe.
      await closed
      rmSync(profile, { recursive: true, force: true })
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/'
    if (path === '/results') {
      const body: Buffer[] = []
      for await (const chunk of request) body.push(chunk as Buffer)
      this.#report?.(JSON.parse(Buffer.concat(body).toString()) as CheckResult[])
      response.writeHead(204).end()
    } else if (path === '/') {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(page)
    } else if (path === '/targets') {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(this.#targets))
    } else if (path.endsWith('.js')) {
      response.writeHead(200, { 'Content-Type': 'text/javascript' })
      response.end(readFileSync(join(this.#scripts, basename(path))))
    } else {
      response.writeHead(404).end()
    }
  }
}

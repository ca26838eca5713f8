// The processes of the demo: each prints one JSON line with its `url` when it listens.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface RunningProcess {
  readonly url: string
  /** Resolves when it has ended, however. */
  readonly exited: Promise<void>
  signal(name: NodeJS.Signals): void
  /** Asks it to end and waits until it has. */
  stop(): Promise<void>
}

export interface ProcessOptions {
  readonly args?: readonly string[]
  /** Variables of its environment, beside those of this process. */
  readonly env?: Readonly<Record<string, string>>
}

/** Starts a Node program and resolves with the URL that it prints. */
export async function startProcess(file: string, { args = [], env = {} }: ProcessOptions): Promise<RunningProcess> {
  const child = spawn(process.execPath, [file, ...args], {
    // Its standard input is a line to us: storefronts end when it breaks.
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = await readUrl(child)
  return {
    url,
    exited,
    signal: (name) => void child.kill(name),
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

async function readUrl(child: ChildProcess): Promise<string> {
  const said: string[] = []
  const lines = createInterface({ input: child.stdout! })
  for await (const line of lines) {
    said.push(line)
    const url = line.startsWith('{') ? (JSON.parse(line) as { url?: string }).url : undefined
    if (url === undefined) continue
    child.stdout!.resume()
    return url
  }
  const [code, signal] =
    child.exitCode === null ? ((await once(child, 'exit')) as [number | null, string | null]) : [child.exitCode]
  const end = signal ?? `code ${code}`
  throw new Error(
    `Cannot start ${child.spawnargs.join(' ')} as it must print its url: it ended with ${end}\n${said.join('\n')}`,
  )
}

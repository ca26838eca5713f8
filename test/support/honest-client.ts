import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { HonestReport, HonestTask } from './honest-client-process.ts'

const PROCESS = fileURLToPath(new URL('./honest-client-process.ts', import.meta.url))

/** Somebody who uses a server as it is meant to be used while a test does not: in another process. */
export class HonestClient {
  readonly #child: ChildProcess = fork(PROCESS)

  /** Begins to ask. */
  begin(task: HonestTask): void {
    this.#child.send(task)
  }

  /** Resolves when everything was answered at least once. */
  async report(): Promise<HonestReport> {
    const answered = once(this.#child, 'message')
    this.#child.send(null as never)
    return ((await answered) as [HonestReport])[0]
  }

  async end(): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#child.kill()
    await exited
  }
}

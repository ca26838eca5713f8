import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const FIXTURE = fileURLToPath(new URL('./fixtures/prober.mjs', import.meta.url))

/** A request that is sent again and again. */
export interface Probe {
  readonly name: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** When it counts as answered. @default 'end' */
  readonly until?: 'end' | 'first-chunk'
}

/** Sends probes at a steady pace from a process of its own, so that the load of this one does not delay them. */
export class Prober {
  readonly #child: ChildProcess
  readonly #everyMs: number

  private constructor(child: ChildProcess, everyMs: number) {
    this.#child = child
    this.#everyMs = everyMs
  }

  static async start(url: string, everyMs: number): Promise<Prober> {
    const child = fork(FIXTURE, [url])
    await once(child, 'message')
    return new Prober(child, everyMs)
  }

  /** Sends these from now on, each at the pace of the prober. */
  send(probes: readonly Probe[]): void {
    this.#child.send({ probes, everyMs: this.#everyMs })
  }

  /** Ends it; resolves with the times of each probe by name, ms. */
  async stop(): Promise<Readonly<Record<string, number[]>>> {
    this.#child.send('stop')
    const [timesMs] = (await once(this.#child, 'message')) as [Record<string, number[]>]
    this.#child.kill()
    return timesMs
  }

  /** Ends it without a result, if it still runs. */
  kill(): void {
    this.#child.kill()
  }
}

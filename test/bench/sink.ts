import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const FIXTURE = fileURLToPath(new URL('./fixtures/sink.mjs', import.meta.url))

/** The target system of an `http` channel, in a process of its own. */
export class Sink {
  readonly url: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.url = `http://127.0.0.1:${port}/`
  }

  static async start(): Promise<Sink> {
    const child = fork(FIXTURE)
    const [port] = (await once(child, 'message')) as [number]
    return new Sink(child, port)
  }

  /** Settings of a channel that delivers to it. */
  channel({ batchSize, concurrency }: { batchSize: number; concurrency: number }): {
    connector: object
    concurrency: number
  } {
    return { connector: { type: 'http', url: this.url, batchSize, allowPrivateAddresses: true }, concurrency }
  }

  /** Times from the end of each answer to the arrival of the next call since the last look, ms. Means something where calls do not overlap. */
  async takeGapsMs(): Promise<number[]> {
    this.#child.send('gaps')
    const [gapsMs] = (await once(this.#child, 'message')) as [number[]]
    return gapsMs
  }

  stop(): void {
    this.#child.kill()
  }
}

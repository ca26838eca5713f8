import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Job } from '@waybill/spec'

interface Received {
  readonly id: string
  readonly type: string
  readonly job: Pick<Job, 'id' | 'status' | 'outcome' | 'counts'> | null
}

/** Many times what it takes on a busy machine. */
const ARRIVAL_TIMEOUT_MS = 60_000

/** A webhook receiver that keeps what arrived first of each event, and judges whether each job's events are there once and in order. */
export class WebhookJudge {
  /** By id: what is tried again has the same one. */
  readonly #events = new Map<string, Received>()
  readonly #server = createServer((request, response) => void this.#take(request, response))
  #repeated = 0

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }

  /** Calls with an event that had arrived before. */
  get repeated(): number {
    return this.#repeated
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /**
   * Waits until the end of each job has arrived, then judges all events.
   * @param jobs as they ended
   * @returns what is wrong, as sentences
   */
  async judge(jobs: readonly Job[]): Promise<string[]> {
    const until = performance.now() + ARRIVAL_TIMEOUT_MS
    const isMissing = ({ id }: Job): boolean => !this.#typesOf(id).includes('job.ended')
    while (jobs.some(isMissing) && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 50))
    return jobs.flatMap((job) => this.#faultsOf(job))
  }

  #faultsOf(job: Job): string[] {
    const expected = ['job.accepted', ...(job.startedAt === null ? [] : ['job.started']), 'job.ended']
    const types = this.#typesOf(job.id).filter((type) => expected.includes(type))
    const faults =
      types.join() === expected.join() ? [] : [`events of ${job.id} are ${types.join()}: required ${expected.join()}`]
    const ended = [...this.#events.values()].find((event) => event.type === 'job.ended' && event.job?.id === job.id)
    if (ended !== undefined && JSON.stringify(ended.job!.counts) !== JSON.stringify(job.counts))
      faults.push(
        `the event of the end of ${job.id} has counts ${JSON.stringify(ended.job!.counts)}: required ${JSON.stringify(job.counts)}`,
      )
    return faults
  }

  #typesOf(jobId: string): string[] {
    return [...this.#events.values()].filter(({ job }) => job?.id === jobId).map(({ type }) => type)
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const { id, type, data } = JSON.parse(Buffer.concat(chunks).toString()) as {
        readonly id: string
        readonly type: string
        readonly data: { readonly job?: Received['job'] }
      }
      if (this.#events.has(id)) this.#repeated++
      else this.#events.set(id, { id, type, job: data.job ?? null })
      response.writeHead(204).end()
    } catch {
      response.destroy() // the server ended within its request: it sends the event again
    }
  }
}

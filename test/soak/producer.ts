import { setTimeout as sleep } from 'node:timers/promises'
import type { Execution, Job, ParkedItemPage } from '@waybill/spec'
import type { SeenJob } from '../support/check-record.ts'
import type { Answer, CallInit } from '../support/persistent-client.ts'
import type { Random } from '../support/random.ts'
import type { AcceptedJob } from '../support/record.ts'
import { payloadOf, type Shop } from './shops.ts'

/** Jobs of a shop that have not ended, beyond which its producer waits. */
const MAX_UNFINISHED = 6
const KEYS = 30
const LOOK_EVERY_MS = 100
/** Payloads of a job: of most; and of a few, more than the server keeps in memory. */
const JOB_BYTES = 1_500_000
const LARGE_JOB_BYTES = 24_000_000
const LARGE_SHARE = 0.04
/** Of an item: powers of ten, from 100 bytes to 900 KB. */
const MIN_POWER = 2
const MAX_POWER = Math.log10(900_000)

/** Calls the API until it is answered. */
export interface Caller {
  call(method: string, path: string, init?: CallInit): Promise<Answer>
}

export interface ProducerOptions {
  /** Begins its idempotency keys and those of its staged items. @default the name of the shop */
  readonly name?: string
  /** @default 6 */
  readonly maxUnfinished?: number
  /** Called with the id of each job. */
  readonly onJob?: (id: string) => void
  /**
   * A pause that was given up by its client may be carried out later, as a server was frozen that had it: what is found paused is
   * resumed. @default false
   */
  readonly resumesPaused?: boolean
}

interface GivenJob {
  readonly id: string
  readonly keys: readonly string[]
  /** Stopped, so that not all its items are delivered. */
  stopped: boolean
  ended: boolean
  deleted: boolean
  readonly seen: SeenJob[]
}

/** Gives one channel work of every kind, one call after the other, so that it knows the order in which its jobs become eligible. */
export class Producer {
  readonly #client: Caller
  readonly #shop: Shop
  readonly #random: Random
  readonly #options: ProducerOptions
  readonly #name: string
  readonly jobs: GivenJob[] = []
  readonly stages: { first: string; second: string }[] = []
  readonly faults: string[] = []
  #made = 0

  constructor(client: Caller, shop: Shop, random: Random, options: ProducerOptions = {}) {
    this.#client = client
    this.#shop = shop
    this.#random = random
    this.#options = options
    this.#name = options.name ?? shop.name
  }

  /** The jobs in the order in which they became eligible. */
  get accepted(): AcceptedJob[] {
    return this.jobs.map(({ id, keys }) => ({ jobId: id, keys }))
  }

  /** Makes work until the signal; then waits until all of it has ended, or the time is over. */
  async run(signal: AbortSignal, drainMs: number): Promise<void> {
    const { maxUnfinished = MAX_UNFINISHED } = this.#options
    while (!signal.aborted) {
      if (this.jobs.filter((job) => !job.ended).length < maxUnfinished) await this.#giveWork()
      else await sleep(LOOK_EVERY_MS)
      await this.#look()
    }
    const until = performance.now() + drainMs
    for (;;) {
      await this.#look()
      const left = this.jobs.filter((job) => !job.ended)
      if (left.length === 0) return
      if (performance.now() > until) {
        for (const { id, seen } of left)
          this.faults.push(`REC-1 ${this.#shop.name}: ${id} has not ended: ${JSON.stringify(seen.at(-1)?.counts)}`)
        return
      }
      await sleep(LOOK_EVERY_MS)
    }
  }

  async #giveWork(): Promise<void> {
    const random = this.#random
    const work = random.next()
    if (work < 0.15) await this.#upload()
    else if (work < 0.25) await this.#createStages()
    else {
      const job = await this.#submit()
      if (job === null) return
      const fate = random.next()
      if (fate < 0.1) await this.#cancel(job)
      else if (fate < 0.2) await this.#pause(job)
    }
    if (random.chance(0.1)) await this.#deleteOne()
  }

  /** Null: its deadline had passed when a server was there to take it. */
  async #submit(): Promise<GivenJob | null> {
    const jobBytes = this.#random.chance(LARGE_SHARE) ? LARGE_JOB_BYTES : JOB_BYTES
    const items = this.#items(this.#random.whole(20, this.#shop.maxItems), this.#shop.name, jobBytes)
    // A deadline that some jobs miss.
    const hurried = this.#random.chance(0.05)
    const envelope = { ...this.#envelope(), ...(hurried && { deadlineAt: new Date(Date.now() + 2000).toISOString() }) }
    const { id } = await this.#call<Partial<Job>>('POST', '/v1/jobs', {
      lines: [envelope, ...items],
      key: this.#key(),
      wanted: hurried ? [202, 400] : [202],
    })
    return id === undefined ? null : this.#add(id, items, hurried)
  }

  /** In parts, some of them sent twice. */
  async #upload(): Promise<void> {
    const { id } = await this.#call('POST', '/v1/jobs', {
      json: { ...this.#envelope(), open: true },
      key: this.#key(),
      wanted: [201],
    })
    const items = this.#items(this.#random.whole(20, this.#shop.maxItems), this.#shop.name)
    for (let from = 0; from < items.length;) {
      const part = items.slice(from, from + this.#random.whole(5, 80))
      const path = `/v1/jobs/${id}/items?fromIndex=${from}`
      await this.#call('POST', path, { lines: part, wanted: [200] })
      if (this.#random.chance(0.2)) await this.#call('POST', path, { lines: part, wanted: [200] })
      from += part.length
    }
    await this.#call('POST', `/v1/jobs/${id}/seal`, { json: { itemCount: items.length }, wanted: [202] })
    this.#add(id, items)
  }

  async #createStages(): Promise<void> {
    // Keys of their own: when the second stage becomes eligible is not seen from here.
    const items = this.#items(this.#random.whole(10, 60), `${this.#name}-staged-${this.#made}`)
    const stages = ['first', 'second'].map((name) => ({ name, jobs: [{ ...this.#envelope(), items }] }))
    const execution = await this.#call<Execution>('POST', '/v1/executions', {
      json: { stages },
      key: this.#key(),
      wanted: [202],
    })
    const [first, second] = execution.stages.map((stage) => stage.jobs[0]!.id)
    this.#add(first!, items)
    this.#add(second!, items)
    this.stages.push({ first: first!, second: second! })
  }

  async #cancel(job: GivenJob): Promise<void> {
    await sleep(this.#random.whole(0, 300))
    job.stopped = true
    await this.#call('POST', `/v1/jobs/${job.id}/cancel`, { wanted: [202] })
  }

  async #pause(job: GivenJob): Promise<void> {
    await this.#call('POST', `/v1/jobs/${job.id}/pause`, { wanted: [202, 409] })
    await sleep(this.#random.whole(0, 300))
    await this.#call('POST', `/v1/jobs/${job.id}/resume`, { wanted: [202, 409] })
  }

  async #deleteOne(): Promise<void> {
    const ended = this.jobs.filter((job) => job.ended && !job.deleted)
    if (ended.length === 0) return
    const job = this.#random.pick(ended)
    // Its books are compared at the end: only those of stopped ones are given up.
    if (!job.stopped) return
    await this.#call('DELETE', `/v1/jobs/${job.id}`, { wanted: [204, 404] })
    job.deleted = true
  }

  /** How the unfinished jobs are; and decides on what is parked. */
  async #look(): Promise<void> {
    for (const job of this.jobs) {
      if (job.ended) continue
      const now = await this.#call('GET', `/v1/jobs/${job.id}`, { wanted: [200] })
      job.seen.push(now)
      job.ended = now.done
      if (this.#options.resumesPaused === true && now.status === 'paused')
        await this.#call('POST', `/v1/jobs/${job.id}/resume`, { wanted: [202, 409] })
    }
    if (this.#shop.name === 'parking' && this.#random.chance(0.5)) await this.#decide()
  }

  async #decide(): Promise<void> {
    const path = `/v1/parked?channel=${this.#shop.name}`
    const { parked } = await this.#call<ParkedItemPage>('GET', path, { wanted: [200] })
    if (parked.length === 0) return
    const items = parked.map(({ item }) => ({ jobId: item.jobId, index: item.index }))
    await this.#call('POST', '/v1/parked/resolve', { json: { items, decision: 'retry' }, wanted: [200, 409] })
  }

  async #call<Body = Job>(
    method: string,
    path: string,
    { wanted, ...init }: CallInit & { wanted: readonly number[] },
  ): Promise<Body> {
    const { status, body } = await this.#client.call(method, path, init)
    if (!wanted.includes(status))
      throw new Error(`Cannot ${method} ${path}, wanted ${wanted.join(' or ')}: ${status} ${JSON.stringify(body)}`)
    return body as Body
  }

  #add(id: string, items: readonly { partitionKey: string }[], stopped = false): GivenJob {
    const keys = items.map((item) => item.partitionKey)
    const job: GivenJob = { id, keys, stopped, ended: false, deleted: false, seen: [] }
    this.jobs.push(job)
    this.#options.onJob?.(id)
    return job
  }

  #envelope(): { channel: string; objectType: string; action: string } {
    return { channel: this.#shop.name, objectType: 'product', action: 'update' }
  }

  #key(): string {
    return `${this.#name}-${++this.#made}`
  }

  #items(count: number, keys: string, jobBytes = JOB_BYTES): SoakItem[] {
    const random = this.#random
    const first = random.whole(0, KEYS - 1)
    let left = jobBytes
    return Array.from({ length: count }, (_, n) => {
      const bytes = Math.min(left, Math.round(10 ** (MIN_POWER + random.next() * (MAX_POWER - MIN_POWER))))
      left -= bytes
      return { id: `sku-${n}`, partitionKey: `${keys}-${(first + n * 7) % KEYS}`, data: payloadOf(bytes) }
    })
  }
}

interface SoakItem {
  readonly id: string
  readonly partitionKey: string
  readonly data: ReturnType<typeof payloadOf>
}

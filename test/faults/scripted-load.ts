import type { CreatedAccessToken, Execution, Job, ParkedItemPage } from '@waybill/spec'
import { checkBooks } from '../support/check-books.ts'
import {
  checkEachDelivered,
  checkNoOverlap,
  checkOrder,
  checkProgress,
  checkRepeats,
  checkRepeatsPerStart,
  checkEndedBeforeNext,
  checkStages,
  type SeenJob,
} from '../support/check-record.ts'
import type { AcceptedJob, RecordedCall } from '../support/record.ts'
import type { DeliveredItem, ItemAnswer } from '../support/recording-connector.ts'
import { ScriptedSettings } from './scripted-settings.ts'
import { resultLines } from '../support/submit.ts'
import type { CallInit, PersistentClient } from '../support/persistent-client.ts'

const KEYS = 12
/** More than the chunks that ingest holds back before it writes. */
const BROKEN_UPLOAD_ITEMS = 4100
/** More than a publication, or a part, writes in its own transaction. */
const MANY_INVALID = 300
/** Many times what it takes on a busy machine. */
const DONE_TIMEOUT_MS = 60_000

/** The connector's answer to an item. `park`: parked at first, delivered when tried again; `skip`: parked, and given up with its key. */
type Fate = 'ok' | 'retry' | 'fail' | 'park' | 'skip'

interface Item {
  readonly id: string
  readonly partitionKey: string
  readonly data: { readonly fate: Fate; readonly text: string }
}

interface Work {
  /** Begins the names of its keys: jobs with the same name share them. */
  readonly keys: string
  readonly count: number
  readonly fates: readonly Fate[]
}

interface Given {
  /** Items of the job, invalid ones included. */
  readonly total: number
  /** Invalid ones, the last of the job. */
  readonly invalid: number
  /** All its valid items are delivered. */
  readonly wholly: boolean
}

/** The connector's answer, by the item's fate. */
export function answerOf({ data, attempt }: DeliveredItem): ItemAnswer {
  const { fate } = data as Item['data']
  if (fate === 'fail') return { kind: 'failed', code: 'refused' }
  if (fate === 'skip') return { kind: 'failed', code: 'ask' }
  if (fate === 'park' && attempt === 1) return { kind: 'retry', code: 'ask' }
  return fate === 'retry' && attempt === 1 ? { kind: 'retry' } : { kind: 'succeeded' }
}

/** How a channel parks what `answerOf` says. */
export const parkingRules = [{ code: ['ask'], then: 'park' }]

interface SubmitOptions extends Readonly<Partial<Record<'channel' | 'after' | 'repeats', string>>> {
  readonly wholly?: boolean
  readonly invalid?: number
  readonly webhook?: { readonly url: string }
}

/** The client of a server; that of one that crashes knows where. */
export type ScriptedClient = Pick<PersistentClient, 'call' | 'stop' | 'armed'>

/** A client that gives a crashing server work of every kind: what it asks for, what it was answered, and whether all that is true. */
export class ScriptedLoad {
  readonly #client: ScriptedClient
  readonly #channel: object
  readonly #settings: ScriptedSettings
  readonly #given = new Map<string, Given>()
  /** Jobs as they became eligible; those of one name of keys are listed in the order in which they were requested. */
  readonly #accepted: AcceptedJob[] = []
  readonly #stages: { first: string; second: string }[] = []
  readonly #seen = new Map<string, SeenJob[]>()
  readonly #deleted = new Set<string>()
  /** Ended jobs with their results, to be compared once more at the end. */
  readonly #results = new Map<string, ReturnType<typeof resultLines>>()
  readonly #faults: string[] = []
  /** Texts of access tokens, and the status with which they are answered. */
  readonly #tokens = new Map<string, 200 | 401>()
  /** An open job, so that every start has something to recover. */
  #idle: string | null = null
  #last: string | null = null
  /** A disabled webhook endpoint: its events wait. */
  #endpoint: string | null = null
  #count = 0

  constructor(client: ScriptedClient, channel: object) {
    this.#client = client
    this.#settings = new ScriptedSettings(client, (...call) => this.#call(...call), this.#faults)
    this.#channel = channel
  }

  /** One round of work, to its end. */
  async round(): Promise<void> {
    const n = ++this.#count
    this.#idle ??= await this.#open('idle')
    await this.#setChannels(n)
    await this.#setTokens(n)
    await this.#settings.setSubscriptions(n)
    const passing = await this.#settings.createEndpoint()
    this.#endpoint ??= await this.#settings.createEndpoint()
    const mixed: Work = { keys: 'key', count: 60, fates: ['ok', 'ok', 'retry', 'ok', 'fail'] }
    const webhook = await this.#settings.createJobWebhook(n)
    const first = await this.#submit(`first-${n}`, mixed, { invalid: 1, webhook })
    await this.#call('POST', `/v1/jobs/${first}/pause`, { wanted: [202, 409] })
    const appended = await this.#open(`parts-${n}`)
    const cancelled = await this.#submit(`cancelled-${n}`, { keys: 'key', count: 40, fates: ['ok'] }, { wholly: false })
    await this.#call('POST', `/v1/jobs/${cancelled}/cancel`, { wanted: [202] })
    await this.#call('POST', `/v1/jobs/${first}/resume`, { wanted: [202, 409] })
    const part = itemsOf({ keys: 'key', count: 30, fates: ['ok', 'retry'] })
    await this.#append(appended, 0, part)
    const held = await this.#submit(
      `held-${n}`,
      { keys: 'extra', count: 20, fates: ['ok', 'retry'] },
      { channel: 'extra' },
    )
    const blocked = await this.#submit(
      `blocked-${n}`,
      { keys: 'blocked', count: 12, fates: ['ok'] },
      { after: this.#idle },
    )
    const staged = await this.#createStages(n)
    const parked = await this.#submit(`parked-${n}`, { keys: 'parked', count: 24, fates: ['park', 'ok'] })
    const skipped = await this.#submit(
      `skipped-${n}`,
      { keys: `skipped-${n}`, count: 24, fates: ['skip', 'ok'] },
      { wholly: false },
    )
    await this.#append(appended, 30, part)
    await this.#seal(appended, [...part, ...part])
    await this.#call('POST', '/v1/channels/extra/resume', { wanted: [200] })
    await this.#call('POST', '/v1/channels/extra/unblock', { wanted: [200] })
    await this.#call('POST', `/v1/jobs/${blocked}/release`, { wanted: [202] })
    if (this.#needsBrokenUpload()) await this.#breakUpload()
    const rejected = this.#needsRejectedItems() ? await this.#giveInvalid(n) : []
    await this.#submit(`first-${n}`, mixed, { invalid: 1, repeats: first, webhook })
    await this.#deleteLast()
    for (const id of [first, appended, cancelled, held, blocked, ...staged, ...rejected]) await this.#untilDone(id)
    await this.#untilDone(parked, 'retry')
    await this.#untilDone(skipped, 'skip_key')
    await this.#untilDone(await this.#retry(first))
    await this.#settings.deleteEndpoint(passing, this.#endpoint)
    this.#last = cancelled
    if (/^store\.(close|releaseChannels)\./.test(this.#client.armed?.name ?? '')) await this.#client.stop()
  }

  /** Nothing stays open. */
  async end(): Promise<void> {
    if (this.#idle === null) return
    await this.#seal(this.#idle, [])
    await this.#untilDone(this.#idle)
  }

  /** @returns what is wrong, as sentences */
  async judge(calls: readonly RecordedCall[]): Promise<string[]> {
    await this.#checkTokens()
    const { body } = await this.#client.call('GET', '/v1/jobs?pageSize=1000')
    const ids = (body as { jobs: Job[] }).jobs.map((job) => job.id)
    const known = new Set(this.#given.keys())
    for (const [id, lines] of this.#results) {
      if (this.#deleted.has(id)) continue
      const again = resultLines((await this.#client.call('GET', `/v1/jobs/${id}/results`)).body as string)
      if (endings(again) !== endings(lines)) this.#faults.push(`REC-1 results of ${id} changed after its end`)
    }
    const books = Array.from(this.#results, ([jobId, lines]) => ({
      jobId,
      total: this.#given.get(jobId)!.total,
      uncalled: this.#given.get(jobId)!.invalid,
      lines,
    }))
    return [
      ...this.#faults,
      ...ids.filter((id) => !known.has(id)).map((id) => `REC-1 job ${id} exists, though nobody was told of it`),
      ...[...known].filter((id) => !ids.includes(id) && !this.#deleted.has(id)).map((id) => `REC-1 job ${id} is gone`),
      ...ids.filter((id) => this.#deleted.has(id)).map((id) => `REC-1 job ${id} is there again`),
      ...checkNoOverlap(calls),
      ...checkOrder(calls, this.#accepted),
      ...checkEndedBeforeNext(calls),
      ...checkStages(calls, this.#stages),
      ...checkRepeats(calls),
      ...checkRepeatsPerStart(calls),
      ...checkEachDelivered(
        calls,
        this.#accepted.filter((job) => this.#given.get(job.jobId)!.wholly),
      ),
      ...checkBooks(calls, books),
      ...[...this.#seen.values()].flatMap((list) => checkProgress(list)),
    ]
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

  async #submit(key: string, work: Work, options: SubmitOptions = {}): Promise<string> {
    const { channel = 'shop', wholly = true, invalid = 0, after, repeats, webhook } = options
    const items = itemsOf(work)
    const lines = [
      {
        channel,
        objectType: 'product',
        action: 'update',
        onInvalidItem: 'fail',
        ...(after !== undefined && { dependsOn: [{ job: after }] }),
        ...(webhook !== undefined && { webhook }),
      },
      ...items,
      ...invalidItems(invalid),
    ]
    const { id } = await this.#call('POST', '/v1/jobs', { lines, key, wanted: [202] })
    if (repeats === undefined) this.#accept(id, items, { total: lines.length - 1, wholly })
    else if (id !== repeats) this.#faults.push(`the same Idempotency-Key made ${repeats} and ${id}`)
    return id
  }

  #accept(id: string, items: readonly Item[], given: Omit<Given, 'invalid'>): void {
    this.#given.set(id, { ...given, invalid: given.total - items.length })
    this.#accepted.push({ jobId: id, keys: items.map((item) => item.partitionKey) })
  }

  async #open(key: string, members: object = {}): Promise<string> {
    const json = { channel: 'shop', objectType: 'product', action: 'update', open: true, ...members }
    return (await this.#call('POST', '/v1/jobs', { json, key, wanted: [201] })).id
  }

  async #append(id: string, fromIndex: number, items: readonly (Item | string)[]): Promise<void> {
    await this.#call('POST', `/v1/jobs/${id}/items?fromIndex=${fromIndex}`, { lines: items, wanted: [200] })
  }

  /** @param total items of the job, if invalid ones are among them */
  async #seal(id: string, items: readonly Item[], total = items.length): Promise<void> {
    await this.#call('POST', `/v1/jobs/${id}/seal`, { json: { itemCount: total }, wanted: [202] })
    this.#accept(id, items, { total, wholly: true })
  }

  /** Two stages of one job each. */
  async #createStages(n: number): Promise<string[]> {
    const items = itemsOf({ keys: 'staged', count: 12, fates: ['ok', 'retry'] })
    const job = { channel: 'shop', objectType: 'product', action: 'update', items }
    const stages = ['first', 'second'].map((name) => ({ name, jobs: [job] }))
    const execution = await this.#call<Execution>('POST', '/v1/executions', {
      json: { stages },
      key: `staged-${n}`,
      wanted: [202],
    })
    const [first, second] = execution.stages.map((stage) => stage.jobs[0]!.id)
    for (const id of [first!, second!]) this.#accept(id, items, { total: items.length, wholly: true })
    this.#stages.push({ first: first!, second: second! })
    return [first!, second!]
  }

  /** Tries the failed items of an ended job again. They fail again. */
  async #retry(id: string): Promise<string> {
    const receipt = await this.#call<{ jobs: Job[] }>('POST', `/v1/jobs/${id}/retry`, {
      json: { status: ['failed'], allowStale: true },
      key: `retry-${id}`,
      wanted: [202],
    })
    const { jobs } = await this.#call<{ jobs: Job[] }>('GET', '/v1/jobs?pageSize=1000', { wanted: [200] })
    const made = jobs.filter((job) => job.retryOf === id)
    if (made.length !== 1 || receipt.jobs[0]!.id !== made[0]!.id)
      this.#faults.push(`REC-1 job ${id} is tried again by ${made.length} jobs`)
    const job = made[0]!
    if (!this.#given.has(job.id)) this.#given.set(job.id, { total: job.counts.total, invalid: 0, wholly: false })
    this.#accepted.push({ jobId: job.id, keys: [] })
    return job.id
  }

  /** One channel stays and is paused; another comes and goes. */
  async #setChannels(n: number): Promise<void> {
    await this.#call('PUT', '/v1/channels/extra', { json: this.#channel, wanted: [200, 201] })
    await this.#call('POST', '/v1/channels/extra/pause', { wanted: [200] })
    const credentials = { type: 'bearer', token: `token-${n}` }
    await this.#call('PUT', '/v1/channels/extra/credentials/acme', { json: credentials, wanted: [200] })
    await this.#call('PUT', '/v1/channels/extra/credentials/bolt', { json: credentials, wanted: [200] })
    await this.#call('DELETE', '/v1/channels/extra/credentials/acme', { wanted: [204, 404] })
    await this.#call('PUT', `/v1/channels/passing-${n}`, { json: this.#channel, wanted: [200, 201] })
    await this.#call('DELETE', `/v1/channels/passing-${n}`, { wanted: [204, 404] })
    const { body } = await this.#client.call('GET', `/v1/channels/passing-${n}`)
    if ((body as { code?: string }).code !== 'channel_not_found')
      this.#faults.push(`channel passing-${n} is there again`)
  }

  /** One token stays, another is revoked; of one whose first answer was lost the text is known to nobody. */
  async #setTokens(n: number): Promise<void> {
    const json = { name: `token-${n}`, scopes: ['jobs:read'] }
    const kept = await this.#call<CreatedAccessToken>('POST', '/v1/tokens', { json, key: `kept-${n}`, wanted: [201] })
    if (kept.token !== null) this.#tokens.set(kept.token, 200)
    const gone = await this.#call<CreatedAccessToken>('POST', '/v1/tokens', { json, key: `gone-${n}`, wanted: [201] })
    await this.#call('DELETE', `/v1/tokens/${gone.id}`, { wanted: [204, 404] })
    if (gone.token !== null) this.#tokens.set(gone.token, 401)
    await this.#checkTokens()
  }

  async #checkTokens(): Promise<void> {
    for (const [token, wanted] of this.#tokens) {
      const { status } = await this.#client.call('GET', '/v1/self', { token })
      if (status !== wanted) this.#faults.push(`REC-1 a token is answered ${status} after it was to be ${wanted}`)
    }
  }

  /** It takes long, and few failpoints lie on its way. */
  #needsBrokenUpload(): boolean {
    const { armed } = this.#client
    return armed === null || /writeChunks|discardJob|ingest.chunks|removal/.test(armed.name)
  }

  #needsRejectedItems(): boolean {
    const { armed } = this.#client
    return armed === null || /RejectedItems|ingest\.rejected|discardJob|removal|part/.test(armed.name)
  }

  /** A job and parts of many invalid items beside a few valid ones: they are rejected at ingest. */
  async #giveInvalid(n: number): Promise<string[]> {
    const work: Work = { keys: 'rejected', count: 12, fates: ['ok', 'retry'] }
    const whole = await this.#submit(`rejected-${n}`, work, { invalid: MANY_INVALID })
    const appended = await this.#open(`rejected-parts-${n}`, { onInvalidItem: 'fail' })
    const items = itemsOf(work)
    // The valid ones first: that is how the record's indexes count.
    await this.#append(appended, 0, [...items, ...items, ...invalidItems(MANY_INVALID)])
    const total = 2 * (MANY_INVALID + items.length)
    await this.#append(appended, total - MANY_INVALID, invalidItems(MANY_INVALID))
    await this.#seal(appended, [...items, ...items], total)
    return [whole, appended]
  }

  /** Refused at its last line, when most of it is on the disk: nothing may stay. */
  async #breakUpload(): Promise<void> {
    const items = itemsOf({ keys: 'broken', count: BROKEN_UPLOAD_ITEMS, fates: ['ok'] })
    const envelope = { channel: 'shop', objectType: 'product', action: 'update' }
    await this.#call('POST', '/v1/jobs', { lines: [envelope, ...items, '{"id": 5}'], wanted: [400] })
  }

  async #deleteLast(): Promise<void> {
    if (this.#last === null) return
    // Gone already when the first answer was lost.
    await this.#call('DELETE', `/v1/jobs/${this.#last}`, { wanted: [204, 404] })
    this.#deleted.add(this.#last)
    this.#last = null
  }

  /** Waits for a job's end; what is parked meanwhile gets this decision. */
  async #untilDone(id: string, decision: 'retry' | 'skip_key' | null = null): Promise<void> {
    const seen = this.#seen.get(id) ?? []
    this.#seen.set(id, seen)
    const until = performance.now() + DONE_TIMEOUT_MS
    for (let done = false; !done;) {
      const job = await this.#call('GET', `/v1/jobs/${id}`, { wanted: [200] })
      seen.push(job)
      done = job.done
      if (done) break
      if (performance.now() > until)
        throw new Error(`Cannot wait for job ${id}, wanted its end: ${JSON.stringify(job)}`)
      if (decision !== null) await this.#decide(id, decision)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    this.#results.set(id, resultLines((await this.#client.call('GET', `/v1/jobs/${id}/results`)).body as string))
  }

  async #decide(jobId: string, decision: 'retry' | 'skip_key'): Promise<void> {
    const { parked } = await this.#call<ParkedItemPage>('GET', `/v1/parked?jobId=${jobId}`, { wanted: [200] })
    if (parked.length === 0) return
    const items = parked.map(({ item }) => ({ jobId, index: item.index }))
    await this.#call('POST', '/v1/parked/resolve', { json: { items, decision }, wanted: [200, 409] })
  }
}

function itemsOf({ keys, count, fates }: Work): Item[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `${keys}-${n}`,
    partitionKey: `${keys}-${(n * 7) % KEYS}`,
    // A few large items beside small ones.
    data: { fate: fates[n % fates.length]!, text: 'x'.repeat(n % 20 === 9 ? 60_000 : 100) },
  }))
}

/** The fields that never change once an item has ended. */
function endings(lines: ReturnType<typeof resultLines>): string {
  return JSON.stringify(lines.map(({ index, status, attempts }) => [index, status, attempts]))
}

const invalidItems = (count: number): string[] => new Array<string>(count).fill('{"id": 5}')

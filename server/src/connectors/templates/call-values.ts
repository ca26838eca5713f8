import { parseValues } from '../../expressions/parse-values.ts'
import type { Members, Variables } from '../../expressions/variables.ts'
import type { Action } from '../../model/job.ts'
import type { Call, CallItem, CallJob } from '../connector.ts'
import { deliveredKey, idempotencyKeyOf, type ItemFields, memberText, parseItemLine } from '../item-line.ts'
import { ItemMembers } from '../item-members.ts'

/** An item as expressions see it: its own members, and those of the call. It is parsed when more than its id and its whole data is needed. */
export class ItemValues implements Members {
  readonly item: CallItem
  readonly #job: CallJob
  readonly #texts: MemberTexts | null
  #value: Record<string, unknown> | null = null

  constructor({ job }: Pick<Call, 'job'>, item: CallItem) {
    this.item = item
    this.#job = job
    this.#texts = textsOf(item)
  }

  get action(): Action {
    if (this.#texts === null) return this.value['action'] as Action
    return (this.#texts.action as Action | null) ?? this.#job.action
  }

  /** The data's JSON text as it was submitted; `null` without data. */
  get dataText(): string {
    return this.#texts?.data ?? memberText(this.item.line, 'data') ?? 'null'
  }

  /** All members. */
  get value(): Readonly<Record<string, unknown>> {
    return (this.#value ??= valueOf(this.#job, this.item))
  }

  get(name: string): unknown {
    switch (name) {
      case 'index':
        return this.item.index
      case 'attempt':
        return this.item.attempt
      case 'idempotencyKey':
        return idempotencyKeyOf(this.#job.jobId, this.item.index)
      case 'action':
        return this.action
      case 'id':
        if (this.#texts !== null) return textOf(this.#texts.id)
    }
    return Object.hasOwn(this.value, name) ? this.value[name] : undefined
  }

  text(name: string): string | undefined {
    if (name === 'id') return this.#texts?.id
    return name === 'data' ? this.dataText : undefined
  }
}

/** The variables of a request: `item` or `items`, `job` and `attempt`. */
export class CallVariables implements Variables {
  readonly items: readonly ItemValues[]
  readonly #isBatch: boolean
  readonly #job: JobMembers
  #values: Readonly<Record<string, unknown>> | null = null

  /** @param items one, unless `isBatch` */
  constructor(call: Pick<Call, 'job'>, items: readonly ItemValues[], { isBatch }: { readonly isBatch: boolean }) {
    this.items = items
    this.#isBatch = isBatch
    this.#job = membersOf(call)
  }

  get values(): Readonly<Record<string, unknown>> {
    if (this.#values !== null) return this.#values
    let attempt = 0
    for (const { item } of this.items) attempt = Math.max(attempt, item.attempt)
    const own = this.#isBatch ? { items: this.items.map(({ value }) => value) } : { item: this.items[0]!.value }
    return (this.#values = { ...own, job: this.#job.value, attempt: BigInt(attempt) })
  }

  object(variable: string): Members | null {
    if (variable === 'item' && !this.#isBatch) return this.items[0]!
    return variable === 'job' ? this.#job : null
  }

  list(variable: string): readonly Members[] | null {
    return variable === 'items' && this.#isBatch ? this.items : null
  }
}

class JobMembers implements Members {
  readonly job: CallJob
  readonly value: Readonly<Record<string, unknown>>

  constructor(job: CallJob) {
    const { jobId, subscription, channel, objectType, action } = job
    this.job = job
    this.value = { id: jobId, subscription, channel, objectType, action }
  }

  get(name: string): unknown {
    return Object.hasOwn(this.value, name) ? this.value[name] : undefined
  }

  text(): undefined {
    return undefined
  }
}

let lastJob: JobMembers | null = null

/** The same job as last time for most calls. */
function membersOf({ job }: Pick<Call, 'job'>): JobMembers {
  if (lastJob?.job !== job) lastJob = new JobMembers(job)
  return lastJob
}

/** JSON text of an item's members; the action without quotes, null when it has none of its own. */
interface MemberTexts {
  readonly id: string
  readonly action: string | null
  readonly data: string
}

const members = new ItemMembers()

/** The text of a string's JSON text. */
function textOf(json: string): string {
  return json.includes('\\') ? (JSON.parse(json) as string) : json.slice(1, -1)
}

/** Null: only a parser can find them. */
function textsOf({ bytes, start, end }: CallItem): MemberTexts | null {
  if (!members.read(bytes, start, end)) return null
  const { idStart, idEnd, actionStart, actionEnd, hasData, dataStart, dataEnd } = members
  return {
    id: bytes.toString('utf8', idStart, idEnd),
    action: actionEnd === 0 ? null : bytes.toString('latin1', actionStart, actionEnd),
    data: hasData ? bytes.toString('utf8', dataStart, dataEnd) : 'null',
  }
}

function valueOf(job: CallJob, { index, attempt, line }: CallItem): Record<string, unknown> {
  // Parsed for this call alone: no copy is needed.
  const value = parseValues(line) as Record<string, unknown>
  // A key that stands in the data is of the data as it came.
  const isInData = job.partitionBy.startsWith('/')
  const partitionKey = deliveredKey(isInData ? parseItemLine(line) : (value as unknown as ItemFields), job.partitionBy)
  value['index'] = BigInt(index)
  value['attempt'] = BigInt(attempt)
  value['idempotencyKey'] = idempotencyKeyOf(job.jobId, index)
  value['partitionKey'] = partitionKey
  value['action'] ??= job.action
  value['data'] ??= null
  return value
}

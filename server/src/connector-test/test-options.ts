import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { channelSchema } from '../config/config-schema.ts'
import { connectorFaults } from '../connectors/connector-faults.ts'
import type { CallJob } from '../connectors/connector.ts'
import { parseItem } from '../ingest/check/parse-item.ts'
import { type ChannelConfig, type Credentials, SHARED_CREDENTIALS } from '../model/channel.ts'
import { channelFaults, type ChannelInput, completeChannel } from '../model/complete-channel.ts'
import { type Action, actions, type PartitionBy } from '../model/job.ts'
import { MAX_ITEM_BYTES } from '../model/limits.ts'
import type { Logger } from '../runtime/logger.ts'
import { type FindFaults, schemaCompiler } from '../runtime/schema-faults.ts'

/** An item as a client submits it. */
export interface TestItem {
  readonly id: string
  /** @default the id */
  readonly partitionKey?: string
  /** @default the job's */
  readonly action?: Action
  readonly data?: unknown
}

/** The circumstances of the calls; what is left out is as in a configuration file that leaves it out, unless it says otherwise. */
export interface TestConnectorOptions {
  /** The credentials of every call. @default none */
  readonly credentials?: Credentials | null
  /** Members of the items' job. @default job_0000…, subscription `default`, channel `test`, objectType `item`, action `update`, partitionBy `item` */
  readonly job?: Partial<Omit<CallJob, 'jobId'>> & { readonly id?: string }
  /** Items of a `deliverBatch` call, 1 to 1,000. @default 1 */
  readonly batchSize?: number
  /** Time of a call, 1 to 600,000 ms. @default 10000 */
  readonly timeoutMs?: number
  /** How long a call may keep running after its time-out, 0 to 60,000 ms. @default 1000 */
  readonly abortGraceMs?: number
  /** Number of the call in the life of the items, 1 to 1,000. @default 1 */
  readonly attempt?: number
  /** The longest wait that a `Retry-After` can impose, 1,000 to 86,400,000 ms. @default 3600000 */
  readonly maxRetryAfterMs?: number
  /** Whether `context.fetch` may call private addresses: the servers of a test are at one. @default true */
  readonly allowPrivateAddresses?: boolean
  /** @default logs nothing */
  readonly logger?: Logger
}

/** A checked test. */
export interface CheckedTest {
  readonly config: ChannelConfig
  readonly job: CallJob
  readonly attempt: number
  readonly items: readonly { readonly id: string; readonly key: string | null; readonly line: Buffer }[]
}

const text = { type: 'string', minLength: 1, maxLength: 256 }
const optionsSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    // Checked as members of a channel.
    ...{
      credentials: {},
      batchSize: {},
      timeoutMs: {},
      abortGraceMs: {},
      maxRetryAfterMs: {},
      allowPrivateAddresses: {},
    },
    logger: {},
    attempt: { type: 'integer', minimum: 1, maximum: 1000 },
    job: {
      type: 'object',
      additionalProperties: false,
      properties: {
        ...{ id: text, subscription: text, channel: text, objectType: text },
        action: { enum: [...actions] },
        partitionBy: { type: 'string', pattern: '^(item|job|none|/.*)$', maxLength: 256 },
      },
    },
  },
}

const defaultJob = {
  id: `job_${'0'.repeat(31)}1`,
  subscription: 'default',
  channel: 'test',
  objectType: 'item',
  action: 'update' as Action,
  partitionBy: 'item' as PartitionBy,
}

let compiled: { readonly options: FindFaults; readonly channel: FindFaults } | null = null

/** Compiled once, at the first test: it takes a tenth of a second. */
function schemas(): NonNullable<typeof compiled> {
  return (compiled ??= { options: schemaCompiler()(optionsSchema), channel: schemaCompiler()(channelSchema) })
}

interface Fault {
  readonly pointer: string
  readonly detail: string
}

/** Faults that a message names: more than a person reads. */
const MAX_FAULTS = 20

/**
 * Checks items as the server does when they are submitted, and options as those of a channel.
 * @throws TypeError names every fault by its JSON Pointer: `/items/3/id`, `/options/batchSize`
 */
export function checkTest(
  path: string,
  given: { readonly items: readonly TestItem[]; readonly options: TestConnectorOptions },
): CheckedTest {
  const options = withoutUndefined(given.options) as TestConnectorOptions
  refuse(schemas().options(options).map(below('/options')))
  const { attempt = 1, credentials, maxRetryAfterMs, logger: _, job: ofJob, ...connector } = options
  const input = {
    connector: { type: 'module', path, allowPrivateAddresses: true, ...connector },
    ...(maxRetryAfterMs !== undefined && { maxRetryAfterMs }),
    ...(credentials != null && { credentials: { [SHARED_CREDENTIALS]: credentials } }),
  } as ChannelInput
  refuse(schemas().channel(input).map(ofOptions))
  const config = completeChannel(input)
  refuse([...channelFaults(config), ...connectorFaults(config)].map(ofOptions))
  const { id: jobId, ...job } = { ...defaultJob, ...ofJob }
  if (!Array.isArray(given.items)) refuse([{ pointer: '/items', detail: 'must be a list of items: it is not' }])
  return { config, attempt, job: { jobId, ...job }, items: checkItems(given.items, job.partitionBy) }
}

/** Path of a module's file. @throws TypeError it does not exist */
export function pathOfModule(file: string | URL): string {
  const path = file instanceof URL ? fileURLToPath(file) : resolve(file)
  if (!existsSync(path))
    refuse([{ pointer: '/connector', detail: `must be a connector or a file: there is no ${path}` }])
  return path
}

function checkItems(items: readonly unknown[], partitionBy: PartitionBy): CheckedTest['items'] {
  const faults: Fault[] = []
  const checked: CheckedTest['items'][number][] = []
  items.forEach((item, n) => {
    const line = lineOf(item)
    if (typeof line === 'string') {
      faults.push({ pointer: `/items/${n}`, detail: line })
      return
    }
    const parsed = parseItem(line, partitionBy)
    if (parsed.fault === null) checked.push({ id: parsed.id, key: parsed.key, line })
    else faults.push({ pointer: `/items/${n}${parsed.fault.pointer}`, detail: parsed.fault.detail })
  })
  refuse(faults)
  return checked
}

/** Returns an item's JSON text as it is sent, or its fault. */
function lineOf(item: unknown): Buffer | string {
  let json: string | undefined
  try {
    json = JSON.stringify(item)
  } catch (error) {
    return `must be JSON: ${error instanceof Error ? error.message : 'it cannot be serialized'}`
  }
  if (json === undefined) return `must be JSON: current value is of type ${typeof item}`
  const line = Buffer.from(json)
  return line.length > MAX_ITEM_BYTES ? `must have at most ${MAX_ITEM_BYTES} bytes: it has ${line.length}` : line
}

/** A fault of the channel that the options make, at the option that it comes from. */
function ofOptions({ pointer, detail }: Fault): Fault {
  const place = pointer.replace(/^\/connector/, '').replace(/^\/credentials\/\*/, '/credentials')
  return { pointer: `/options${place}`, detail }
}

function below(prefix: string): (fault: Fault) => Fault {
  return ({ pointer, detail }) => ({ pointer: prefix + pointer, detail })
}

function refuse(faults: readonly Fault[]): void {
  if (faults.length === 0) return
  const lines = faults
    .slice(0, MAX_FAULTS)
    .map(({ pointer, detail }) => `Cannot test the connector as ${pointer} ${detail}`)
  if (faults.length > MAX_FAULTS) lines.push(`... and ${faults.length - MAX_FAULTS} more`)
  throw new TypeError(lines.join('\n'))
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))
}

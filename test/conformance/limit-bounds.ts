import type { Limits } from '@waybill/spec'

/** A place in the spec that bounds what a limit reports. */
interface Bound {
  /** The limit, or a default as `channelDefaults/<name>`. */
  readonly limit: string
  /** Where the value is in the document: names separated by `/`, `*` for any one name. */
  readonly at: string
  /** Difference between the bound and the limit. @default 0 */
  readonly above?: number
}

const schemas = 'components/schemas'
const parameters = 'paths/*/*/parameters/*'
const json = 'requestBody/content/application~1json'
const ndjson = 'requestBody/content/application~1x-ndjson'
const endpoint = 'webhook-endpoints~1{endpointId}'
const control = [
  ...['jobs~1{jobId}~1seal', 'jobs~1{jobId}~1retry', 'dead-letters~1retry', 'webhook-endpoints'],
  ...['rotate-secret', 'enable', 'replay'].map((name) => `${endpoint}~1${name}`),
]

const bounds: readonly Bound[] = [
  { limit: 'maxItemsPerJsonRequest', at: `${schemas}/JobSubmission/properties/items/maxItems` },
  { limit: 'maxItemsPerAppend', at: `${schemas}/ItemInputs/maxItems` },
  { limit: 'maxItemsPerExecution', at: `${schemas}/StageJobSubmission/properties/items/maxItems` },
  { limit: 'maxJsonBodyBytes', at: `paths/~1v1~1jobs/post/${json}/x-max-bytes` },
  { limit: 'maxJsonBodyBytes', at: `paths/~1v1~1items/post/${json}/x-max-bytes` },
  { limit: 'maxJsonBodyBytes', at: `paths/~1v1~1parked~1resolve/post/${json}/x-max-bytes` },
  { limit: 'maxJsonBodyBytes', at: `paths/~1v1~1channels~1{channel}~1test/post/${json}/x-max-bytes` },
  { limit: 'maxNdjsonBodyBytes', at: `paths/~1v1~1jobs/post/${ndjson}/x-max-bytes` },
  { limit: 'maxAppendBodyBytes', at: `paths/~1v1~1jobs~1{jobId}~1items/post/requestBody/content/*/x-max-bytes` },
  { limit: 'maxExecutionBodyBytes', at: `paths/~1v1~1executions/post/${json}/x-max-bytes` },
  ...control.map((path) => ({ limit: 'maxControlBodyBytes', at: `paths/~1v1~1${path}/post/${json}/x-max-bytes` })),
  { limit: 'maxControlBodyBytes', at: `paths/~1v1~1channels~1{channel}/put/${json}/x-max-bytes` },
  { limit: 'maxControlBodyBytes', at: `paths/~1v1~1${endpoint}/patch/${json}/x-max-bytes` },
  { limit: 'maxItemBytes', at: `${schemas}/ItemInput/x-max-bytes` },
  { limit: 'maxItemBytes', at: `${schemas}/ParkedDecision/properties/data/x-max-bytes` },
  { limit: 'maxIdBytes', at: `${schemas}/ItemInput/properties/id/maxLength` },
  { limit: 'maxIdBytes', at: `${schemas}/ItemInput/properties/id/x-max-bytes` },
  { limit: 'maxIdBytes', at: `${parameters}[id]/schema/maxLength` },
  { limit: 'maxPartitionKeyBytes', at: `${schemas}/*/properties/partitionKey/maxLength` },
  { limit: 'maxPartitionKeyBytes', at: `${schemas}/*/properties/partitionKey/x-max-bytes` },
  { limit: 'maxPartitionKeyBytes', at: `${parameters}[partitionKey]/schema/maxLength` },
  { limit: 'maxMetadataPairs', at: `${schemas}/Metadata/maxProperties` },
  { limit: 'maxMetadataKeyLength', at: `${schemas}/Metadata/propertyNames/maxLength` },
  { limit: 'maxMetadataValueLength', at: `${schemas}/Metadata/additionalProperties/maxLength` },
  // The header may be in quotes.
  { limit: 'maxIdempotencyKeyLength', at: 'components/parameters/IdempotencyKey/schema/maxLength', above: 2 },
  { limit: 'defaultPageSize', at: 'components/parameters/PageSize/schema/default' },
  { limit: 'maxErrorsPerProblem', at: `${schemas}/Problem/properties/errors/maxItems` },
  { limit: 'maxDependencies', at: `${schemas}/*/properties/dependsOn/maxItems` },
  { limit: 'maxStagesPerExecution', at: `${schemas}/ExecutionSubmission/properties/stages/maxItems` },
  { limit: 'maxJobsPerStage', at: `${schemas}/StageSubmission/properties/jobs/maxItems` },
  { limit: 'maxItemsPerDecision', at: `${schemas}/ParkedDecision/properties/items/maxItems` },
  { limit: 'maxWebhookEndpointsPerSubscription', at: `${parameters}[endpointId]/schema/maxItems` },
  { limit: 'defaultRetainSeconds', at: `${schemas}/*/properties/retainForSeconds/default` },
  { limit: 'minRetainSeconds', at: `${schemas}/*(Submission|Envelope|Delivery)/properties/retainForSeconds/minimum` },
  { limit: 'maxRetainSeconds', at: `${schemas}/*/properties/retainForSeconds/maximum` },
  { limit: 'channelDefaults/batchSize', at: `${schemas}/HttpConnectorConfig/properties/batchSize/default` },
  { limit: 'channelDefaults/timeoutMs', at: `${schemas}/HttpConnectorConfig/properties/timeoutMs/default` },
  { limit: 'channelDefaults/burst', at: `${schemas}/RateLimitConfig/properties/burst/default` },
  ...['concurrency', 'maxRetryAfterMs', 'parkForSeconds'].map((name) => ({
    limit: `channelDefaults/${name}`,
    at: `${schemas}/ChannelConfig/properties/${name}/default`,
  })),
  { limit: 'channelDefaults/retry/maxAttempts', at: `${schemas}/RetryConfig/properties/maxAttempts/default` },
  ...['initialMs', 'factor', 'maxMs'].map((name) => ({
    limit: `channelDefaults/retry/backoff/${name}`,
    at: `${schemas}/BackoffConfig/properties/${name}/default`,
  })),
  ...['failureRatio', 'minCalls', 'openMs'].map((name) => ({
    limit: `channelDefaults/circuit/${name}`,
    at: `${schemas}/CircuitConfig/properties/${name}/default`,
  })),
]

/** Limits that depend on how the server is configured, or have parts of their own, and what is used of them. */
const withoutExample: ReadonlySet<string> = new Set([
  'maxPendingItems',
  'maxDataBytes',
  'disk',
  'subscription',
  'channelDefaults',
])

/**
 * Compares reported limits with the bounds of the spec's schemas, and with the values that the spec shows as examples of them.
 * @returns one sentence per difference, and per bound that the spec has no more
 */
export function limitFaults(limits: Limits, document: object): readonly string[] {
  const faults: string[] = []
  for (const { limit, at, above = 0 } of bounds) {
    const reported = valuesAt(limits, limit)[0]?.value
    const found = valuesAt(document, at)
    if (found.length === 0) faults.push(`${limit}: the spec has no ${at}`)
    for (const { place, value } of found) {
      if (typeof reported !== 'number' || value !== reported + above)
        faults.push(`${limit} is ${String(reported)}, but ${place} is ${String(value)}`)
    }
  }
  for (const { place, value } of valuesAt(document, `${schemas}/Limits/properties/*/examples/0`)) {
    const name = place.split('/').at(-3)!
    const reported = limits[name as keyof Limits]
    if (!withoutExample.has(name) && value !== reported)
      faults.push(`${name} is ${JSON.stringify(reported)}, but its example is ${JSON.stringify(value)}`)
  }
  return faults
}

interface Found {
  readonly place: string
  readonly value: unknown
}

/** All values at a path in which `*` stands for any name, and `*(a|b)` for those with such an end; of a parameter `*[name]`. */
function valuesAt(root: unknown, path: string): readonly Found[] {
  let found: readonly Found[] = [{ place: '', value: root }]
  for (const step of path.split('/')) found = found.flatMap((one) => stepInto(one, step))
  return found
}

function stepInto({ place, value }: Found, step: string): readonly Found[] {
  if (typeof value !== 'object' || value === null) return []
  const entries = Object.entries(value).filter(([name, inner]) => matches(step, name, inner))
  return entries.map(([name, inner]) => ({ place: `${place}/${name}`, value: inner as unknown }))
}

function matches(step: string, name: string, value: unknown): boolean {
  if (!step.startsWith('*')) return name === step.replaceAll('~1', '/')
  const parameter = /^\*\[(.+)\]$/.exec(step)?.[1]
  if (parameter !== undefined) return (value as { name?: string }).name === parameter
  const ends = /^\*\((.+)\)$/.exec(step)?.[1]?.split('|')
  return ends === undefined || ends.some((end) => name.endsWith(end))
}

import { randomUUID } from 'node:crypto'
import type { JobEnvelope } from '@waybill/spec'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { NewItem } from '../../upload/encode-items.ts'
import type { NewJob } from '../../upload/submit.ts'
import type { Cli } from '../cli.ts'
import { StoppedError, UsageError } from '../cli-errors.ts'
import { followJob } from '../follow-job.ts'
import { reportParallelism, type SubmittedKeys } from '../report-parallelism.ts'
import { uploadItems } from '../upload-items.ts'
import { openInput } from '../input/open-input.ts'
import type { ColumnType } from '../input/read-cell.ts'
import { countKeys, type KeyCount } from '../input/count-keys.ts'
import { type InputFormat, inputFormats, readItems } from '../input/read-items.ts'
import { countOf } from '../output/printable.ts'
import { openSink } from '../output/sink.ts'
import {
  addWaitOptions,
  collectList,
  collectPairs,
  collectTypes,
  parseDelimiter,
  parseDuration,
  parseList,
  parseTime,
  toFollowOptions,
  type WaitFlags,
} from '../read-options.ts'
import { parseJobWebhook } from './job-webhooks.ts'

const help = `
The file holds the items, in the order in which those of one partition key are to be delivered:
  NDJSON  one item per line: {"id":"sku-1001","data":{"price":1990}}; a first line with the job's fields (channel ...) may come before
  JSON    an array of items, or an object with the job's fields and "items"
  CSV     a header line, then one item per record: the column id is its id, all others become its data, as text
gzip is recognized. The path - reads standard input, and requires --format. CSV and NDJSON files may be of any size: large ones are
sent in parts to an open job, and nothing is delivered before it has them all. An interrupted upload continues with --resume.

Examples:
  $ waybill submit products.ndjson --channel shop-eu --object-type product --action update
  $ waybill submit prices.csv.gz --channel shop-eu --object-type price --action update \\
      --id sku --types price=number,active=boolean
  $ waybill submit prices.csv --id sku --types price=number --dry-run | head -3     # see the items, send nothing
  $ pim-export | waybill submit - --format ndjson --channel shop-eu --object-type product --action update --detach
  $ waybill submit nightly.json --idempotency-key nightly/2026-01-15                # run twice, it creates one job

Exit code: 0 all items succeeded (with --detach: the job is accepted), 1 some did not, 2 wrong usage or file, 3 refused or
unreachable, 4 stopped by --timeout or Ctrl-C while the job continues, 5 only parked items are left (--fail-on-parked).`

interface SubmitOptions extends WaitFlags {
  readonly channel?: string
  readonly objectType?: string
  readonly action?: JobEnvelope['action']
  readonly source?: string
  readonly execution?: string
  readonly partitionBy?: string
  readonly onInvalidItem?: JobEnvelope['onInvalidItem']
  readonly onExhausted?: JobEnvelope['onExhausted']
  readonly runAt?: string
  readonly deadlineAt?: string
  readonly dependsOn?: JobEnvelope['dependsOn']
  readonly retry?: JobEnvelope['retry']
  readonly retainFor?: number
  readonly metadata?: Record<string, string>
  readonly webhook?: JobEnvelope['webhook']
  readonly idempotencyKey?: string
  readonly format?: InputFormat
  readonly id?: string
  readonly partitionKey?: string
  readonly actionColumn?: string
  readonly data?: readonly string[]
  readonly types?: ReadonlyMap<string, ColumnType>
  readonly delimiter?: string
  readonly decimalComma?: boolean
  readonly dryRun?: boolean
  readonly resume?: string
}

export function addSubmitCommand(program: Command, cli: Cli): void {
  const command = program
    .command('submit')
    .summary('submit a job: the items of a file')
    .description('Submits a job with the items of a file, and waits until all are delivered.')
    .argument('<file>', 'NDJSON, JSON or CSV, also as .gz; - for standard input')
    .optionsGroup('The job:')
    .option('-c, --channel <name>', 'where it goes')
    .option('-o, --object-type <type>', 'what kind of object the items are, such as product')
    .addOption(
      new Option('-a, --action <action>', 'what the channel does with them').choices(['create', 'update', 'delete']),
    )
    .option('--source <name>', 'where the work comes from, such as pim')
    .option('--metadata <key=value>', 'a pair of your own, returned with the job; may be repeated', collectPairs)
    .option(
      '--webhook <url[,event...]>',
      'call this URL with events of the job, such as https://pim.example/done,job.ended (default: job.ended)',
      parseJobWebhook,
    )
    .option('--execution <id>', 'the workflow it belongs to')
    .option(
      '--partition-by <what>',
      'what orders the items: item, job, none, or a JSON Pointer such as /data/storefront',
    )
    .option('--run-at <time>', 'no item starts before this time, such as 2026-01-16T02:00:00Z', parseTime)
    .option('--deadline-at <time>', 'what has not ended at this time is cancelled', parseTime)
    .option(
      '--depends-on <job>',
      'start after this job has finished; job_...=succeeded: only if it succeeded, =ended: also if it was cancelled; may be repeated',
      collectDependencies,
    )
    .addOption(
      new Option('--on-invalid-item <what>', 'an invalid item refuses the job, or fails alone').choices([
        'reject',
        'fail',
      ]),
    )
    .addOption(
      new Option('--on-exhausted <what>', 'after its last attempt an item fails, or waits for a decision').choices([
        'fail',
        'park',
      ]),
    )
    .option('--retry <json>', 'overrides the retry settings of the channel, such as {"maxAttempts":3}', parseRetry)
    .option('--retain-for <duration>', 'how long it is retained after its end, such as 30d', parseDuration)
    .option(
      '--idempotency-key <key>',
      'identifies this submission for 24 hours: the same key never creates a duplicate job',
    )
    .optionsGroup('The file:')
    .addOption(
      new Option('-f, --format <format>', 'the format of the file, if its name does not say').choices(inputFormats),
    )
    .option('--id <column>', 'the column or field with the id (default: id)')
    .option('--partition-key <column>', 'the column with the partition key (default: partitionKey, if there is one)')
    .option('--action-column <column>', 'the column with an action for the item (default: action, if there is one)')
    .option('--data <columns>', 'the columns that make the data (default: all others)', parseList)
    .option('--types <column=type>', 'CSV columns that are number, boolean or json, such as price=number', collectTypes)
    .option(
      '--delimiter <character>',
      "what separates CSV columns, such as ';' or tab (default: that of a first line sep=;, or a comma)",
      parseDelimiter,
    )
    .option('--decimal-comma', 'numbers in CSV columns of type number are written 12,5')
    .option('--dry-run', 'print the items as NDJSON and send nothing')
    .option('--resume <job>', 'continue the upload of a job that is still open; give the same file again')
    .optionsGroup('Waiting:')
  addWaitOptions(command)
    .addHelpText('after', help)
    .action((file: string, options: SubmitOptions) => submit(cli, file, options))
}

async function submit(cli: Cli, file: string, options: SubmitOptions): Promise<void> {
  const { resume: resumed } = options
  if (resumed !== undefined) return await resume(cli, file, { ...options, resume: resumed })
  const input = await openInput(file, cli.stdin)
  const { envelope, items: found, lineOf } = await readItems(input, options)
  const { items, count } = countKeys(found, options.partitionBy ?? envelope.partitionBy)
  if (options.dryRun === true) return await printItems(cli, items, count)

  const job = completeEnvelope(envelope, options)
  const waybill = await cli.connect({ patient: true })
  const idempotencyKey = options.idempotencyKey ?? randomUUID()
  const handle = await uploadItems(cli, { input, lineOf }, (options) =>
    waybill.jobs.submit({ ...job, items }, { ...options, idempotencyKey }),
  ).catch((error: unknown) => {
    if (!(error instanceof StoppedError) || error.jobId !== null) throw error
    throw new StoppedError(
      `Stopped during the submission: whether the server has the job is unknown. The same command with --idempotency-key ${idempotencyKey} never creates a duplicate`,
    )
  })
  await follow(cli, { waybill, job: handle, count }, options)
}

/** Continues an upload that was interrupted. */
async function resume(cli: Cli, file: string, options: SubmitOptions & { resume: string }): Promise<void> {
  const input = await openInput(file, cli.stdin)
  const waybill = await cli.connect({ patient: true })
  const job = cli.attach(waybill, options.resume)
  const { partitionBy } = await job.get({ signal: cli.interrupt })
  const { items: found, lineOf } = await readItems(input, options)
  const { items, count } = countKeys(found, partitionBy)
  await uploadItems(cli, { input, lineOf }, (uploadOptions) => job.upload(items, uploadOptions))
  await follow(cli, { waybill, job, count }, options)
}

async function follow(cli: Cli, submitted: SubmittedKeys, options: SubmitOptions): Promise<void> {
  const { job } = submitted
  cli.say(`Accepted ${job.id} with ${countOf(job.last?.counts.total ?? 0, 'item')}`)
  await reportParallelism(cli, submitted)
  if (options.detach === true) await cli.print(job.last, () => [job.id])
  else await followJob(cli, job, toFollowOptions(options))
}

async function printItems(cli: Cli, items: AsyncIterable<NewItem>, count: KeyCount): Promise<void> {
  const sink = openSink(cli.terminal, null)
  try {
    for await (const item of items) await sink.write(`${JSON.stringify(item)}\n`)
  } finally {
    await sink.discard()
  }
  const keys = count.keys === null ? '' : ` with ${countOf(count.keys, 'partition key')}`
  cli.say(`${countOf(count.items, 'item')}${keys}; nothing was sent`)
}

/** Merges options over the fields of the file: options take precedence. */
function completeEnvelope(inFile: Partial<JobEnvelope>, options: SubmitOptions): Omit<NewJob, 'items'> {
  const { metadata, retainFor } = options
  const fromOptions = {
    channel: options.channel,
    objectType: options.objectType,
    action: options.action,
    source: options.source,
    executionId: options.execution,
    partitionBy: options.partitionBy,
    onInvalidItem: options.onInvalidItem,
    onExhausted: options.onExhausted,
    runAt: options.runAt,
    deadlineAt: options.deadlineAt,
    dependsOn: options.dependsOn,
    retry: options.retry,
    retainForSeconds: retainFor === undefined ? undefined : Math.ceil(retainFor / 1000),
    webhook: options.webhook,
    metadata: metadata === undefined ? undefined : { ...inFile.metadata, ...metadata },
  }
  const given = Object.entries(fromOptions).filter(([, value]) => value !== undefined)
  // The count that stands in a file is its maker's; what is sent is counted anew.
  const { itemCount: _, open: __, ...kept } = inFile
  const envelope = { ...kept, ...Object.fromEntries(given) } as Omit<NewJob, 'items'>
  const missing = [
    envelope.channel === undefined && '--channel',
    envelope.objectType === undefined && '--object-type',
    envelope.action === undefined && '--action',
  ].filter((option) => option !== false)
  if (missing.length > 0) {
    throw new UsageError(
      `Cannot submit job as it must say where it goes and what it is: ${missing.join(', ')} is missing`,
    )
  }
  return envelope
}

type Dependencies = NonNullable<JobEnvelope['dependsOn']>

const requirements: readonly NonNullable<Dependencies[number]['require']>[] = ['finished', 'ended', 'succeeded']

/** Adds the dependencies of one option; without a requirement the server's default applies. */
function collectDependencies(text: string, before: Dependencies = []): Dependencies {
  return collectList(text).reduce((dependencies, entry) => {
    const [job = '', named] = entry.split('=')
    if (named === undefined) return [...dependencies, { job }]
    const requirement = requirements.find((known) => known === named)
    if (requirement === undefined) {
      throw new InvalidArgumentError(
        `It must be a job, or a job and what is required of it (${requirements.join(', ')}) such as job_...=succeeded.`,
      )
    }
    return [...dependencies, { job, require: requirement }]
  }, before)
}

function parseRetry(text: string): JobEnvelope['retry'] {
  try {
    const retry: unknown = JSON.parse(text)
    if (typeof retry === 'object' && retry !== null && !Array.isArray(retry)) return retry
  } catch {
    // as below
  }
  throw new InvalidArgumentError('It must be a JSON object such as {"maxAttempts":3,"backoff":{"initialMs":500}}.')
}

import { text as toText } from 'node:stream/consumers'
import type { ParkedDecision, ParkedPlace } from '@waybill/spec'
import { type Command, InvalidArgumentError } from 'commander'
import type { Waybill } from '../../create-client.ts'
import type { Parked, ParkedReplacement } from '../../resources/parked.ts'
import type { Cli } from '../cli.ts'
import { UsageError } from '../cli-errors.ts'
import { type Input, openInput } from '../input/open-input.ts'
import { printList } from '../output/print-list.ts'
import { countOf, shorten } from '../output/printable.ts'
import { parseCount } from '../read-options.ts'

const help = `
A parked item has no attempts left, keeps its place and holds its partition key until somebody decides, or until it is skipped at the time
shown. It is named by job and index, as in the first column.

Examples:
  $ waybill parked --channel shop-eu
  $ waybill parked retry job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/12
  $ waybill parked skip --job job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
  $ waybill parked replace job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/12 --data corrected.json`

/** So many does one request of the client take. */
const maxItemsPerDecision = 500

interface FilterOptions {
  readonly channel?: string
  readonly job?: string
}

interface DecisionOptions extends FilterOptions {
  readonly all?: boolean
  readonly wholeKey?: boolean
}

type Decision = Exclude<ParkedDecision['decision'], 'replace'>
type ParkedItems = readonly ParkedReplacement['item'][]

const replaceHelp = `
The file holds the data alone, as JSON: what the item has as its "data". The item keeps its id, its partition key and its place. Its log keeps the
data that is replaced, with the time and the caller: see GET /v1/jobs/<job>/items/<index>.

Examples:
  $ waybill parked replace job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/12 --data corrected.json
  $ echo '{"price":1990}' | waybill parked replace job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/12 --data -`

export function addParkedCommand(program: Command, cli: Cli): void {
  const parked = program
    .command('parked')
    .summary('list parked items, and decide on them')
    .description('Lists items that wait for a decision and hold their partition key.')
    .addHelpText('after', help)
  addFilterOptions(parked.command('list', { isDefault: true }).description('Lists parked items, the oldest job first.'))
    .option('--limit <n>', 'how many at most, 0 for all (default: 20, with --json all)', parseCount)
    .action(async ({ limit, ...filter }: FilterOptions & { limit?: number }) => {
      const waybill = await cli.connect()
      await printList(cli, waybill.parked.list({ ...toFilter(cli, filter), signal: cli.interrupt }), {
        header: ['ITEM', 'ID', 'CHANNEL', 'PARKED AT', 'SKIPPED AT', 'CODE', 'DETAIL'],
        toRow: ({ channel, since, until, item }) => [
          formatPlace(item),
          shorten(item.id, 40),
          channel,
          since,
          until,
          item.error?.code ?? '',
          shorten(item.error?.detail ?? item.error?.title ?? '', 60),
        ],
        limit,
        none: 'There are no such parked items',
      })
    })
  addDecisionOptions(
    parked.command('retry').description('Retries parked items, with as many attempts as at first.'),
  ).action(async (places: readonly ParkedPlace[], options: DecisionOptions) => {
    await decide(cli, { places, options, decision: 'retry' })
  })
  addDecisionOptions(
    parked.command('skip').description('Skips parked items: they fail, and the next items of their keys continue.'),
  )
    .option('--whole-key', 'also cancel the items behind them under the same keys')
    .action(async (places: readonly ParkedPlace[], options: DecisionOptions) => {
      await decide(cli, { places, options, decision: options.wholeKey === true ? 'skip_key' : 'skip' })
    })
  parked
    .command('replace')
    .summary('retry a parked item with other data')
    .description('Replaces the data of one parked item, and retries it with as many attempts as at first.')
    .argument('<item>', 'an item such as job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/12', parsePlace)
    .requiredOption('--data <file>', 'a file with its new data as JSON; - reads standard input')
    .addHelpText('after', replaceHelp)
    .action(async (place: ParkedPlace, { data }: { data: string }) => {
      await replace(cli, place, data)
    })
}

async function replace(cli: Cli, place: ParkedPlace, path: string): Promise<void> {
  const data = await readData(await openInput(path, cli.stdin))
  const waybill = await cli.connect()
  cli.jobId = place.jobId
  const replacement = { decision: 'replace', item: place, data } as const
  const { resolved, notParked } = await waybill.parked.resolve(replacement, { signal: cli.interrupt })
  await cli.print({ resolved, notParked }, () => [`${countOf(resolved, 'item')} will be retried with the new data`])
  reportNotParked(cli, notParked)
}

/** @throws {UsageError} it is not JSON */
async function readData({ name, bytes }: Input): Promise<unknown> {
  const text = await toText(bytes)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(
      `Cannot read ${name} as it must hold the data of the item as JSON: ${(error as Error).message}`,
    )
  }
}

function addFilterOptions(command: Command): Command {
  return command.option('-c, --channel <name>', 'only of this channel').option('--job <id>', 'only of this job')
}

function addDecisionOptions(command: Command): Command {
  command.argument('[item...]', 'items such as job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/12', collectPlaces)
  return addFilterOptions(command).option('--all', 'all parked items, if nothing else selects some')
}

interface DecisionRequest {
  readonly places: readonly ParkedPlace[]
  readonly options: DecisionOptions
  readonly decision: Decision
}

async function decide(cli: Cli, { places, options, decision }: DecisionRequest): Promise<void> {
  const hasFilter = options.channel !== undefined || options.job !== undefined
  if (places.length > 0 && (hasFilter || options.all === true)) {
    throw new UsageError(
      'Cannot decide on parked items as either items or --channel, --job and --all must name them: both do',
    )
  }
  if (places.length === 0 && !hasFilter && options.all !== true) {
    throw new UsageError('Cannot decide on parked items as they must be named: give items, --channel, --job, or --all')
  }
  const waybill = await cli.connect()
  const filter = toFilter(cli, options)
  const source = places.length > 0 ? places : waybill.parked.list({ ...filter, signal: cli.interrupt })
  const { resolved, notParked } = await resolveAll(cli, waybill, source, decision)
  await cli.print({ resolved, notParked }, () => [
    `${countOf(resolved, 'item')} ${decision === 'retry' ? 'will be retried' : 'skipped'}`,
  ])
  reportNotParked(cli, notParked)
}

function reportNotParked(cli: Cli, notParked: readonly ParkedPlace[]): void {
  if (notParked.length === 0) return
  const named = notParked.slice(0, 20).map(formatPlace).join(', ')
  cli.say(
    `${countOf(notParked.length, 'item')} not parked any more, and left unchanged: ${named}${notParked.length > 20 ? ' ...' : ''}`,
  )
}

async function resolveAll(
  cli: Cli,
  waybill: Waybill,
  source: ParkedItems | ReturnType<Parked['list']>,
  decision: Decision,
): Promise<{ resolved: number; notParked: ParkedPlace[] }> {
  let resolved = 0
  const notParked: ParkedPlace[] = []
  let batch: ParkedItems[number][] = []

  async function send(): Promise<void> {
    const receipt = await waybill.parked.resolve(batch, decision, { signal: cli.interrupt })
    batch = []
    resolved += receipt.resolved
    notParked.push(...receipt.notParked)
  }

  for await (const item of source) {
    batch.push(item)
    if (batch.length === maxItemsPerDecision) await send()
  }
  if (batch.length > 0) await send()
  return { resolved, notParked }
}

function toFilter(cli: Cli, { channel, job }: FilterOptions): { channel?: string; jobId?: string } {
  cli.jobId = job ?? null
  return { channel, jobId: job }
}

/** `job_.../12`, as `collectPlaces` reads it. */
function formatPlace({ jobId, index }: ParkedPlace): string {
  return `${jobId}/${index}`
}

function collectPlaces(text: string, before: readonly ParkedPlace[] = []): readonly ParkedPlace[] {
  return [...before, parsePlace(text)]
}

function parsePlace(text: string): ParkedPlace {
  const [, jobId, index] = /^(job_[0-9a-f]{32})\/(\d+)$/.exec(text) ?? []
  if (jobId === undefined) {
    throw new InvalidArgumentError('It must be a job and an index such as job_0198c2f04b7e7c3fa1d2b3c4d5e6f708/12.')
  }
  return { jobId, index: Number(index) }
}

import type { Action } from '@waybill/spec'
import { type Command, Option } from 'commander'
import type { NewChannelTest } from '../../resources/channels.ts'
import type { NewItem } from '../../upload/encode-items.ts'
import type { Cli } from '../cli.ts'
import { UsageError } from '../cli-errors.ts'
import { exitCodes } from '../exit-codes.ts'
import { openInput } from '../input/open-input.ts'
import { readItem } from '../input/read-json.ts'
import { describeTest } from '../output/describe-test.ts'

const help = `
Examples:
  $ waybill channels test shop-eu item.json                     # show the request, send nothing
  $ waybill channels test shop-eu item.json --send --action create
  $ waybill channels test shop-eu --id sku-1001                 # of a channel that resolves data by id
  $ echo '{"id":"sku-1001","data":{"price":1990}}' | waybill channels test shop-eu -

The file holds one item: {"id": "sku-1001", "data": {...}}. Secrets read ***. A call takes a unit of the rate limit of the channel.
Exit code 1: the item failed, or no request could be made of it.`

interface TestOptions {
  readonly id?: string
  readonly dryRun?: boolean
  readonly send?: boolean
  readonly objectType?: string
  readonly action?: Action
  readonly partitionBy?: NewChannelTest['partitionBy']
}

export function addTestCommand(channels: Command, cli: Cli): void {
  channels
    .command('test')
    .summary('show the request of an item, or make one call')
    .description(
      'Shows the request that a channel would send for an item; with --send makes one real call and shows the answer.',
    )
    .argument('<channel>', 'its name')
    .argument('[file]', 'one item as JSON; - for standard input')
    .option('--id <id>', 'an item that has only this id, in place of a file')
    .addOption(new Option('--dry-run', 'send nothing (this is the default)').conflicts('send'))
    .option('--send', 'make one real call')
    .option('-o, --object-type <type>', 'what kind of object the item is, such as product')
    .addOption(
      new Option('-a, --action <action>', 'the action of the item, unless it has its own (default: update)').choices([
        'create',
        'update',
        'delete',
      ]),
    )
    .option('--partition-by <what>', 'what orders the items: item, job, none, or a JSON Pointer')
    .addHelpText('after', help)
    .action(async (name: string, file: string | undefined, { dryRun: _, id, ...options }: TestOptions) => {
      const item = await itemOf(file, id, cli)
      const waybill = await cli.connect()
      const tested = await waybill.channels.test(name, { item, ...options }, { signal: cli.interrupt })
      await cli.print(tested, () => describeTest(tested))
      if (tested.result?.outcome === 'failed') cli.exitCode = exitCodes.notAllSucceeded
    })
}

/** @throws UsageError both are given, or neither */
async function itemOf(file: string | undefined, id: string | undefined, cli: Cli): Promise<NewItem> {
  if ((file === undefined) === (id === undefined))
    throw new UsageError('Cannot test the channel as either a file must be named, or an item by --id')
  return id === undefined ? readItem(await openInput(file!, cli.stdin)) : { id }
}

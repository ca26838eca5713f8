import type { Action } from '@waybill/spec'
import { type Command, Option } from 'commander'
import type { NewChannelTest } from '../../resources/channels.ts'
import type { Cli } from '../cli.ts'
import { exitCodes } from '../exit-codes.ts'
import { openInput } from '../input/open-input.ts'
import { readItem } from '../input/read-json.ts'
import { describeTest } from '../output/describe-test.ts'

const help = `
Examples:
  $ waybill channels test shop-eu item.json                     # show the request, send nothing
  $ waybill channels test shop-eu item.json --send --action create
  $ echo '{"id":"sku-1001","data":{"price":1990}}' | waybill channels test shop-eu -

The file holds one item: {"id": "sku-1001", "data": {...}}. Secrets read ***. A call takes a unit of the rate limit of the channel.
Exit code 1: the item failed, or no request could be made of it.`

interface TestOptions {
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
    .argument('<file>', 'one item as JSON; - for standard input')
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
    .action(async (name: string, file: string, { dryRun: _, ...options }: TestOptions) => {
      const item = await readItem(await openInput(file, cli.stdin))
      const waybill = await cli.connect()
      const tested = await waybill.channels.test(name, { item, ...options }, { signal: cli.interrupt })
      await cli.print(tested, () => describeTest(tested))
      if (tested.result?.outcome === 'failed') cli.exitCode = exitCodes.notAllSucceeded
    })
}

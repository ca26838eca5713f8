import { Readable } from 'node:stream'
import type { SearchHit, SearchKind } from '@waybill/spec'
import { type Command, Option } from 'commander'
import type { Cli } from '../cli.ts'
import { printList } from '../output/print-list.ts'
import { shorten } from '../output/printable.ts'
import { collectList, parseCount } from '../read-options.ts'

const help = `
Examples:
  $ waybill search sku-1001
  $ waybill search nightly-42 --kind metadata,execution
  $ waybill search http_422 --json | jq -r .links.self`

interface Options {
  readonly kind?: SearchKind[]
  readonly limit?: number
}

/** For people; programs get more. */
const DEFAULT_LIMIT = 50
const JSON_LIMIT = 1000

export function addSearchCommand(program: Command, cli: Cli): void {
  program
    .command('search')
    .summary('find jobs, items and more by an id or a value')
    .description(
      'Finds jobs, executions, items, partition keys, error codes and values of metadata, the newest job first.',
    )
    .argument('<text>', 'the whole id or value; of jobs and executions also how their id begins, from 8 characters on')
    .addOption(
      new Option(
        '--kind <kind>',
        'only job, execution, error_code, metadata, item or partition_key; may be repeated',
      ).argParser(collectList),
    )
    .option('--limit <n>', `how many at most (default: ${DEFAULT_LIMIT}, with --json ${JSON_LIMIT})`, parseCount)
    .addHelpText('after', help)
    .action(async (text: string, { kind, limit = cli.json ? JSON_LIMIT : DEFAULT_LIMIT }: Options) => {
      const waybill = await cli.connect()
      const { hits, complete } = await waybill.search(text, { kind, limit, signal: cli.interrupt })
      await printList(cli, Readable.from(hits) as AsyncIterable<SearchHit>, {
        header: ['KIND', 'WHERE', 'INDEX', 'STATUS', 'CHANNEL', 'VALUE', 'AT'],
        toRow: (hit) => [
          ...[hit.kind, hit.jobId ?? '', hit.index === null ? '' : String(hit.index), hit.status ?? ''],
          ...[hit.channel ?? '', shorten(hit.field === null ? hit.value : `${hit.field}=${hit.value}`, 60), hit.at],
        ],
        limit: 0,
        none: 'Nothing was found',
      })
      if (!complete) cli.say('Not everything was looked at or shown: --limit shows more')
    })
}

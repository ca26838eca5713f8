import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { filterMetrics, readSamples } from '../output/metrics-text.ts'
import { toPrintable } from '../output/printable.ts'
import { dataOf } from '../read-answer.ts'

const help = `
Examples:
  $ waybill metrics
  $ waybill metrics items_waiting
  $ waybill metrics oldest_item_age --json | jq -c 'select(.value > 600) | .labels.channel'

A server with a port of its own for metrics (--metrics-port) has them there: name it with --url.`

export function addMetricsCommand(program: Command, cli: Cli): void {
  program
    .command('metrics')
    .summary('print the metrics of the server')
    .description('Prints the metrics of the whole server as Prometheus reads them. Requires the scope metrics.')
    .argument('[name]', 'only metrics with this in their name', '')
    .addHelpText('after', help)
    .action(async (name: string) => {
      const waybill = await cli.connect()
      const text = dataOf(await waybill.raw.GET('/metrics', { parseAs: 'text', signal: cli.interrupt }))
      const lines = filterMetrics(text, name)
      if (lines.length === 0) cli.say('No metric has this in its name')
      if (cli.json) for (const sample of readSamples(lines)) await cli.terminal.print(JSON.stringify(sample))
      else for (const line of lines) await cli.terminal.print(toPrintable(line))
    })
}

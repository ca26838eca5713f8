import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { drawMap } from '../output/item-map.ts'
import { parseBounded } from '../read-options.ts'

const help = `
Examples:
  $ waybill map job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
  $ waybill map job_0198c2f04b7e7c3fa1d2b3c4d5e6f708 --stretches 2000 --json`

/** Five lines of a terminal. */
const DEFAULT_STRETCHES = 300

export function addMapCommand(program: Command, cli: Cli): void {
  program
    .command('map')
    .summary('draw all items of a job as a strip')
    .description('Draws all items of a job as a strip, by status, in the order of their indexes.')
    .argument('<job>', 'the id of the job')
    .option('--stretches <n>', 'how many characters at most, 1 to 2000', parseBounded(1, 2000), DEFAULT_STRETCHES)
    .addHelpText('after', help)
    .action(async (jobId: string, { stretches }: { stretches: number }) => {
      const waybill = await cli.connect()
      const { id } = cli.attach(waybill, jobId)
      const map = await waybill.live.jobMap(id, { buckets: stretches, signal: cli.interrupt })
      await cli.print(map, () => drawMap(map, cli.terminal))
    })
}

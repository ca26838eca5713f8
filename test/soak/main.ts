/*
 * `npm run soak`: ten minutes of work of every kind on a server to which everything happens. Prints a summary; exit code 1 when anything
 * is wrong. `-- --seconds 600 --seed 1` are the defaults, but for the seed, which is another one each time. `-- --servers 3`: on as many servers
 * of one PostgreSQL. `-- --servers 3 --seconds 12 --bugs`: whether the record shows bugs that are put into them.
 */
import { parseArgs } from 'node:util'
import { printSeededBugs, printServersSoak } from './servers/run-servers-soak.ts'
import { runSoak } from './soak.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    servers: { type: 'string' },
    bugs: { type: 'boolean', default: false },
  },
})
const seconds = Number(values.seconds)
const seed = Number(values.seed)
if (values.servers !== undefined) {
  const print = values.bugs ? printSeededBugs : printServersSoak
  process.exit(await print({ seconds, seed, servers: Number(values.servers) }))
}

/** ORD-6, held to only where nothing else runs for long enough. */
const MIN_HEALTHY_SHARE = 0.95
const MIN_SECONDS_TO_HOLD = 300

console.log(`Soak for ${seconds} s with seed ${seed}`)
const report = await runSoak({ seconds, seed })
const { healthy, mischief, faults } = report
const share = healthy.besideBadKeys / healthy.control
if (seconds >= MIN_SECONDS_TO_HOLD && share < MIN_HEALTHY_SHARE)
  faults.push(`ORD-6 healthy keys kept ${(share * 100).toFixed(1)} % of their throughput beside as many bad ones`)

console.log(
  [
    `jobs ${report.jobs}, items ${report.items}, calls ${report.calls}, starts ${report.starts}`,
    Object.entries(mischief)
      .map(([what, times]) => `${what} ${times}`)
      .join(', '),
    `longest stall of this process: ${report.longestStallMs} ms`,
    `healthy keys: ${healthy.control.toFixed(0)} items/s alone, ${healthy.besideBadKeys.toFixed(0)} beside as many bad ones (${(share * 100).toFixed(1)} %)`,
    faults.length === 0 ? 'nothing wrong' : `${faults.length} faults:`,
    ...faults,
  ].join('\n'),
)
process.exit(faults.length === 0 ? 0 : 1)

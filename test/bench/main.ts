/*
 * `npm run bench`: how fast and how large, on the disk store. Prints medians and ratios; nothing is asserted. README.md says what each
 * subject measures. `-- --items 200000 --rounds 3 --pending 1000000` are the defaults; `--only restart,memory` measures only these.
 */
import { parseArgs } from 'node:util'
import type { BenchOptions } from './bench-options.ts'
import { measureBlocked } from './blocked.ts'
import { measureClientCall } from './client-call.ts'
import { measureMemory } from './memory.ts'
import { measureRestart } from './restart.ts'
import { measureThroughput } from './throughput.ts'
import { measureUpload } from './upload.ts'

const subjects: Readonly<Record<string, (options: BenchOptions) => Promise<void>>> = {
  throughput: measureThroughput,
  restart: measureRestart,
  memory: measureMemory,
  blocked: measureBlocked,
  upload: measureUpload,
  call: measureClientCall,
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(subjects).join(',') },
    items: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '3' },
    pending: { type: 'string', default: '1000000' },
  },
})
const options: BenchOptions = {
  items: Number(values.items),
  rounds: Number(values.rounds),
  pending: Number(values.pending),
}

console.log(`Node ${process.version}, median of ${options.rounds} rounds`)
for (const name of values.only.split(',')) {
  const measure = subjects[name]
  if (measure === undefined) {
    const known = Object.keys(subjects).join(', ')
    throw new Error(`Cannot measure as --only must name some of ${known}: current value is ${name}`)
  }
  console.log(`\n${name}\n`)
  await measure(options)
}

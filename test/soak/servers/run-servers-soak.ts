import { seededBugs } from './seeded-bugs.ts'
import { runServersSoak, type ServersSoakOptions } from './servers-soak.ts'

/** Runs the soak of several servers and prints a summary. @returns the exit code */
export async function printServersSoak(options: ServersSoakOptions): Promise<number> {
  console.log(`Soak of ${options.servers} servers on PostgreSQL for ${options.seconds} s with seed ${options.seed}`)
  const report = await runServersSoak(options)
  const { faults, lateCalls } = report
  console.log(
    [
      `jobs ${report.jobs}, items ${report.items}, calls of items ${report.calls}, starts ${report.starts}, most terms of a channel ${report.terms}`,
      listed(report.mischief),
      `ends of processes: ${listed(report.ends)}`,
      `not answered at once: ${listed(report.refusals)}`,
      `late calls of earlier terms: ${lateCalls.refused} refused, ${lateCalls.taken} taken`,
      `longest stall of this process: ${report.longestStallMs} ms`,
      faults.length === 0 ? 'nothing wrong' : `${faults.length} faults:`,
      ...faults,
    ].join('\n'),
  )
  return faults.length === 0 ? 0 : 1
}

/** Puts one bug after another into the servers: each must be found in what they do. It shows by chance, so this is no test of its own. @returns the exit code */
export async function printSeededBugs(options: ServersSoakOptions): Promise<number> {
  let missed = 0
  for (const [name, bug] of Object.entries(seededBugs)) {
    const { faults } = await runServersSoak({ ...options, bug })
    const found = faults.filter((fault) => bug.shows.test(fault))
    if (found.length === 0) missed++
    console.log(`${name}: ${found.length === 0 ? 'not found' : `found by ${found[0]}`}`)
  }
  return missed === 0 ? 0 : 1
}

function listed(counts: object): string {
  return Object.entries(counts)
    .map(([what, times]) => `${what} ${times}`)
    .join(', ')
}

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

function listed(counts: object): string {
  return Object.entries(counts)
    .map(([what, times]) => `${what} ${times}`)
    .join(', ')
}

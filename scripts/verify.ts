// Exactly what CI runs: the checks, two at a time, then the test suites: at first those whose files may run beside each other, all in
// one run, then the others, one after another, and at last those that look at no clock, two at a time. Nothing stops at the first failure; the last line is `N passed, N failed`, where a failed check counts as one failure.
//
//   npm run verify                    all of it
//   npm run verify -- lint flow       only these checks and suites
//   npm run test:long                 `build`, the code in the docs, and the suites that take minutes
//   npm run test:runtimes             `build` and one of them

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { endOf } from './failure-text.ts'
import { addFailure, addReport, emptySum, printSum, readReport, reportsFolder } from './sum-reports.ts'
import { type Suite, suites } from './suites.ts'

const root = join(import.meta.dirname, '..')

/** Scripts of the root package.json. All others need what `build` makes; what `generate:check` finds, it finds in the sources. */
const firstChecks = ['generate:check', 'build']
const otherChecks = ['lint', 'check:types', 'check:imports', 'check:unused', 'check:package', 'check:size']
/** Takes a minute, starts servers and reads the clock: a part of `npm run test:long`, and not beside another. */
const longChecks = ['check:docs']

/** A suite that hangs is ended, and has failed. The slowest one takes some five minutes on two idle cores. */
const maxMinutes = 25

const named = process.argv.slice(2)
const longSuites = suites.filter((suite) => suite.long === true).map(({ name }) => name)
const wanted = named.flatMap((name) => (name === 'long' ? [...longChecks, ...longSuites] : [name]))
const isWanted = (name: string) => (wanted.length === 0 ? !longChecks.includes(name) : wanted.includes(name))
const failedChecks = new Map<string, string>()

// The children are process groups of their own: ctrl-C reaches them only through us.
const running = new Set<number>()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const pid of running) endGroup(pid)
    process.exit(1)
  })
}

process.chdir(root)
const suitesToRun = suites.filter(
  (suite) =>
    (wanted.length === 0 ? suite.long !== true : wanted.includes(suite.name)) &&
    suite.folders.some((folder) => existsSync(folder)),
)
const namesOf = (which: (suite: Suite) => boolean) => suitesToRun.filter(which).map(({ name }) => name)
const together = namesOf((suite) => suite.oneFileAtATime !== true && suite.besideAnother !== true)
const alone = namesOf((suite) => suite.oneFileAtATime === true && suite.besideAnother !== true)
const inTurn = [together, ...alone.map((name) => [name])].filter((names) => names.length > 0)
const inPairs = namesOf((suite) => suite.besideAnother === true).map((name) => [name])
const runs = [...inTurn, ...inPairs]
// Suites that are not run again keep their reports.
for (const names of runs) rmSync(reportPath(names), { force: true })
mkdirSync(reportsFolder, { recursive: true })
console.log(`Node ${process.version}`)

for (const check of firstChecks.filter(isWanted)) await runCheck(check)
await twoAtATime(otherChecks.filter(isWanted), runCheck)
for (const check of longChecks.filter(isWanted)) await runCheck(check)

const exitCodes = new Map<readonly string[], number>()
for (const names of inTurn) exitCodes.set(names, await runSuites(names, 'show'))
await twoAtATime(inPairs, async (names) => void exitCodes.set(names, await runSuites(names, 'collect')))

const sum = emptySum()
for (const [check, output] of failedChecks) addFailure(sum, check, [endOf(output)])
for (const names of runs) {
  const exitCode = exitCodes.get(names)
  const failedBefore = sum.failed
  addReport(sum, names.join(', '), readReport(reportPath(names)))
  if (exitCode !== 0 && sum.failed === failedBefore) {
    addFailure(sum, `${names.join(', ')}: exit code ${exitCode} though the report says nothing failed`)
  }
}
printSum(sum)

async function twoAtATime<Job>(jobs: readonly Job[], runJob: (job: Job) => Promise<void>): Promise<void> {
  const waiting = [...jobs]
  const takeNext = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await runJob(job)
  }
  await Promise.all([takeNext(), takeNext()])
}

/** Runs a script of the root; says what it printed only if it failed. */
async function runCheck(check: string): Promise<void> {
  const startedMs = performance.now()
  const { exitCode, output } = await run('pnpm', ['run', '--silent', check], 'collect')
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  console.log(`${exitCode === 0 ? 'ok    ' : 'FAILED'} ${check} (${seconds} s)`)
  if (exitCode === 0) return
  failedChecks.set(check, output)
  console.log(output)
}

/** @param mode `collect`: its output is printed when it has ended @returns the exit code */
async function runSuites(names: readonly string[], mode: 'collect' | 'show'): Promise<number> {
  const title = `\n== ${names.join(', ')}`
  if (mode === 'show') console.log(title)
  const projects = names.flatMap((name) => ['--project', name])
  const report = `--outputFile.report=${reportPath(names)}`
  const args = ['run', ...projects, '--reporter=default', '--reporter=./scripts/test-report.ts', report]
  const { exitCode, output } = await run('vitest', args, mode)
  if (mode === 'collect') console.log(`${title}\n${output}`)
  return exitCode
}

function reportPath(names: readonly string[]): string {
  return join(reportsFolder, `${names.join('+')}.json`)
}

interface Ended {
  readonly exitCode: number
  readonly output: string
}

function run(command: string, args: string[], mode: 'collect' | 'show'): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      // A process group of its own, so that what hangs can be ended with all it has started.
      detached: true,
      stdio: mode === 'show' ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: join(root, 'node_modules/.bin') + delimiter + process.env.PATH },
    })
    const timer = setTimeout(() => {
      console.log(`Cannot wait longer for ${command} ${args.join(' ')} as it must end within ${maxMinutes} minutes`)
      if (child.pid !== undefined) endGroup(child.pid)
    }, maxMinutes * 60_000)
    let output = ''
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    if (child.pid !== undefined) running.add(child.pid)
    const end = (exitCode: number) => {
      clearTimeout(timer)
      if (child.pid !== undefined) running.delete(child.pid)
      resolve({ exitCode, output })
    }
    child.on('error', (error) => {
      output += `${error.message}\n`
      end(1)
    })
    child.on('close', (code) => end(code ?? 1))
  })
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended in the meantime.
  }
}

import { execFile } from 'node:child_process'
import { copyFileSync, globSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installPackedSdk, makeTemporaryFolder, runIn } from '../package/packed.ts'
import { freePort } from '../support/free-port.ts'
import { RecordingConnector } from '../support/recording-connector.ts'
import { ServerProcess } from '../support/server-process.ts'
import { esbuild, installRuntimes } from './install-runtimes.ts'
import type { ProgramTargets } from './check.ts'
import { checkNames, type CheckResult } from './program.ts'
import { type Ended, runCommand } from './run-command.ts'
import { PageServer } from './run-in-page.ts'

const execFileAsync = promisify(execFile)
/** Time limit of one run of the program: it takes some 5 s on an idle machine. */
const runTimeoutMs = 120_000
/** A timer that was forgotten keeps a program alive for a minute: see the aborted waits. */
const maxLingerMs = 20_000

const { node22, oldestNode22, bun, deno, chromium } = installRuntimes()

const denoRun = ['run', '--no-prompt', '--no-remote', '--node-modules-dir=manual', '--allow-net=127.0.0.1']

interface Command {
  readonly name: string
  /** Null: there is no such runtime for this machine. */
  readonly runtime: string | null
  readonly args: readonly string[]
}

const commands: readonly Command[] = [
  { name: 'Node 24, import', runtime: process.execPath, args: ['program.mjs'] },
  { name: 'Node 24, require', runtime: process.execPath, args: ['program.cjs'] },
  { name: 'Node 22, import', runtime: node22, args: ['program.mjs'] },
  { name: 'Node 22, require', runtime: node22, args: ['program.cjs'] },
  // The oldest that package.json of the SDK lets in: `require` takes no ES module there.
  { name: 'Node 22.0, import', runtime: oldestNode22, args: ['program.mjs'] },
  { name: 'Node 22.0, require', runtime: oldestNode22, args: ['program.cjs'] },
  { name: 'Bun, import', runtime: bun, args: ['program.mjs'] },
  { name: 'Bun, require', runtime: bun, args: ['program.cjs'] },
  // May reach this machine, and nothing else: no file, no environment.
  { name: 'Deno, import', runtime: deno, args: [...denoRun, 'program.mjs'] },
  { name: 'Deno, require', runtime: deno, args: [...denoRun, '--allow-read=.', 'program.cjs'] },
]

let world: World
let runs: ReadonlyMap<Command, Ended>
beforeAll(async () => {
  world = await createWorld()
  runs = await runAll()
})
afterAll(() => world?.remove())

// Skipped tests are counted in the sum.
for (const command of commands) {
  describe.skipIf(command.runtime === null)(`the packed SDK in ${command.name}`, () => {
    let ended: Ended
    beforeAll(() => {
      ended = runs.get(command)!
    })

    it.each(checkNames)('%s', (name) => {
      expect(failureOf(name, ended.results, ended.output)).toBeNull()
    })

    it('ends by itself when its work is done', () => {
      expect(ended.exitCode, ended.output).toBe(0)
      expect(ended.lingeredMs).toBeLessThan(maxLingerMs)
    })
  })
}

describe.skipIf(chromium === null)('the packed SDK in Chromium, import', () => {
  let results: CheckResult[]
  beforeAll(async () => {
    results = await world.page.run(chromium!, world.targets, runTimeoutMs)
  })

  it.each(checkNames)('%s', (name) => {
    expect(failureOf(name, results, world.page.output)).toBeNull()
  })
})

describe('the waybill command of the packed SDK', () => {
  const runtimes: readonly Command[] = [
    { name: 'Node 24', runtime: process.execPath, args: [] },
    { name: 'Node 22', runtime: node22, args: [] },
    { name: 'Node 22.0', runtime: oldestNode22, args: [] },
    { name: 'Bun', runtime: bun, args: [] },
    { name: 'Deno', runtime: deno, args: ['run', '--no-remote', '--allow-all'] },
  ]
  for (const { name, runtime, args } of runtimes) {
    it.skipIf(runtime === null)(`delivers a file on ${name}`, async () => {
      const { project, targets } = world
      writeFileSync(join(project, 'products.csv'), 'id,title\nsku-1,Chair\nsku-2,"Stühle 椅子"\n')
      const submit = ['submit', 'products.csv', '-c', 'shop', '-o', 'product', '-a', 'update', '--json']
      const { stdout } = await execFileAsync(
        runtime!,
        [...args, 'node_modules/@waybill/sdk/dist/cli/main.js', '--url', targets.serverUrl, ...submit],
        // What `login` keeps for the person who runs this is not for a test.
        { cwd: project, env: { ...process.env, HOME: project, XDG_CONFIG_HOME: project }, timeout: runTimeoutMs },
      )
      expect(JSON.parse(stdout)).toMatchObject({ outcome: 'succeeded', counts: { total: 2, succeeded: 2 } })
    })
  }
})

interface World {
  /** A folder with the installed tarball and the program, built as an application is. */
  readonly project: string
  readonly page: PageServer
  readonly targets: ProgramTargets
  remove(): Promise<void>
}

async function createWorld(): Promise<World> {
  const temporary = makeTemporaryFolder()
  const { project } = installPackedSdk(temporary.path)
  buildProgram(project)
  const page = new PageServer(join(project, 'page'))
  await page.start()
  const connector = new RecordingConnector({
    answer: () => ({
      kind: 'items',
      answer: ({ data }) =>
        (data as { refuse?: boolean }).refuse === true
          ? { kind: 'failed', code: 'refused' }
          : { kind: 'succeeded', result: data },
    }),
  })
  await connector.start()
  const shop = { connector: { type: 'http', url: connector.url, batchSize: 100 }, concurrency: 8 }
  const config = { channels: { shop }, cors: { origins: [page.origin] } }
  const server = await ServerProcess.create({ store: 'memory', config })
  await server.start()
  return {
    project,
    page,
    targets: { serverUrl: server.url, closedUrl: `http://127.0.0.1:${await freePort()}` },
    async remove() {
      await server.remove()
      await connector.stop()
      await page.stop()
      temporary[Symbol.dispose]()
    },
  }
}

/** Some at a time: a run mostly waits. */
async function runAll(): Promise<ReadonlyMap<Command, Ended>> {
  const ended = new Map<Command, Ended>()
  const waiting = commands.filter(({ runtime }) => runtime !== null)
  const takeNext = async (): Promise<void> => {
    for (let command = waiting.shift(); command !== undefined; command = waiting.shift()) {
      const line = [command.runtime!, ...command.args, JSON.stringify(world.targets)]
      ended.set(command, await runCommand(world.project, line, runTimeoutMs))
    }
  }
  await Promise.all([takeNext(), takeNext(), takeNext()])
  return ended
}

/** The program for each kind of module. In the project, so that what it imports is what is installed there. */
function buildProgram(project: string): void {
  const sources = join(project, 'src')
  mkdirSync(sources)
  for (const file of globSync('*.ts', { cwd: import.meta.dirname, exclude: ['*.test.ts'] })) {
    copyFileSync(join(import.meta.dirname, file), join(sources, file))
  }
  const build = (...args: string[]) =>
    runIn(project, process.execPath, [esbuild, '--bundle', '--log-level=warning', ...args])
  build('src/command.ts', '--packages=external', '--format=esm', '--platform=node', '--outfile=program.mjs')
  build('src/command.ts', '--packages=external', '--format=cjs', '--platform=node', '--outfile=program.cjs')
  build('src/page.ts', '--format=esm', '--platform=browser', '--splitting', '--outdir=page')
}

function failureOf(name: string, results: CheckResult[], output: string): string | null {
  const result = results.find((result) => result.name === name)
  return result === undefined ? `did not run:\n${output}` : result.failure
}

// Docs that nobody runs become false. For every Markdown file of the project:
// - blocks marked `run` are run in order and must succeed: `sh run` in the root of the project, `ts run` and `js run` as a file that
//   sees the packages (`file:shop.ts` names it, for blocks below to import), `ts run vitest` as a file of tests; `sh run server` is started, waited for (its log line with a `url`) and stopped at the end of the file;
// - links to files lead somewhere;
// - the block marked `tree` in ARCHITECTURE.md equals the files of the project.
// Port 8080 in a block becomes a free port, so that nobody's server is disturbed; `waybill` is the command as it is built here.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { type DocBlock, readBlocks, readFileLinks } from './doc-blocks.ts'
import { compareTree, parseTree } from './doc-tree.ts'

const root = join(import.meta.dirname, '..')
/** Inside a package that has all others as dependencies: what a block imports is found from here. */
const codeFolder = join(root, 'test/.docs')
const blockTimeoutMs = 60_000

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)))
const faults: string[] = []
let blocksRun = 0

for (const doc of files.filter((file) => file.endsWith('.md') && !file.startsWith('.changeset/'))) {
  const markdown = readFileSync(join(root, doc), 'utf8')
  checkLinks(doc, markdown)
  await runBlocks(doc, readBlocks(markdown))
}
checkTree('ARCHITECTURE.md')

for (const fault of faults) console.error(fault)
console.log(`${blocksRun} blocks run, ${faults.length} faults`)
process.exitCode = faults.length > 0 ? 1 : 0

function checkLinks(doc: string, markdown: string): void {
  for (const target of readFileLinks(markdown)) {
    const path = join(root, dirname(doc), target)
    if (!existsSync(path)) faults.push(`${doc}: Cannot follow a link as ${target} must exist`)
  }
}

function checkTree(doc: string): void {
  const tree = existsSync(join(root, doc))
    ? readBlocks(readFileSync(join(root, doc), 'utf8')).find((block) => block.language === 'tree')
    : undefined
  if (tree === undefined) {
    faults.push(`${doc}: Cannot check the tree as there must be a block marked tree: found none`)
    return
  }
  // What configures a tool is listed by the tool; tests stand beside what they test.
  const shown = files.filter((file) => {
    const name = file.slice(file.lastIndexOf('/') + 1)
    const isSetting =
      /^(\.|tsconfig|LICENSE|pnpm-lock)|^(package\.json|knip\.jsonc)$|^(tsup|vitest|eslint)\.config\./.test(name)
    return !file.startsWith('.') && !isSetting && !name.endsWith('.test.ts') && !(name === 'README.md' && file !== name)
  })
  const named = parseTree(tree.text)
  const missing = compareTree(named, shown).missing
  const gone = compareTree(named, files).gone
  for (const path of missing) faults.push(`${doc}: Cannot find ${path} in the tree, where every file must be`)
  for (const path of gone) faults.push(`${doc}: Cannot find ${path} on the disk, though the tree shows it`)
}

async function runBlocks(doc: string, blocks: readonly DocBlock[]): Promise<void> {
  const toRun = blocks.filter((block) => block.marks.includes('run'))
  if (toRun.length === 0) return
  const port = await findFreePort()
  const dataFolder = mkdtempSync(join(tmpdir(), 'waybill-docs-'))
  const env = {
    ...process.env,
    WAYBILL_PORT: String(port),
    WAYBILL_DATA: dataFolder,
    WAYBILL_URL: `http://localhost:${port}`,
    // Whoever is logged in somewhere is not asked.
    XDG_CONFIG_HOME: dataFolder,
    PATH: [makeCommandFolder(dataFolder), process.env.PATH].join(delimiter),
  }
  const servers: ChildProcess[] = []
  try {
    for (const block of toRun) {
      const text = block.text
        .replaceAll(/\b(localhost|127\.0\.0\.1):8080\b/g, `$1:${port}`)
        .replaceAll('--port 8080', `--port ${port}`)
      const fault = block.marks.includes('server')
        ? await startServer(text, env, servers)
        : await runBlock(block, text, env)
      blocksRun++
      if (fault === null) continue
      faults.push(`${doc}:${block.line}: ${fault}`)
      break // what follows builds on it
    }
  } finally {
    for (const server of servers) await stopServer(server)
    rmSync(dataFolder, { recursive: true, force: true })
    rmSync(codeFolder, { recursive: true, force: true })
  }
}

/** A folder for PATH with the commands of the workspace's packages in it. */
function makeCommandFolder(into: string): string {
  const folder = join(into, 'bin')
  mkdirSync(folder)
  symlinkSync(join(root, 'sdk/dist/cli/main.js'), join(folder, 'waybill'))
  return folder
}

async function runBlock(block: DocBlock, text: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  if (block.language === 'sh') return await runProcess('bash', ['-euo', 'pipefail', '-c', text], env)
  if (block.language !== 'ts' && block.language !== 'js') {
    return `Cannot run the block as its language must be sh, ts or js: current value is ${block.language}`
  }
  mkdirSync(codeFolder, { recursive: true })
  const isTest = block.marks.includes('vitest')
  const name = block.marks.find((mark) => mark.startsWith('file:'))?.slice('file:'.length)
  const ending = `${isTest ? '.test' : ''}.${block.language === 'ts' ? 'ts' : 'mjs'}`
  const file = join(codeFolder, name ?? `line-${block.line}${ending}`)
  writeFileSync(file, text)
  if (!isTest) return await runProcess('node', [file], env)
  return await runProcess(join(root, 'node_modules/.bin/vitest'), ['run', '--root', codeFolder, file], env)
}

async function runProcess(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<string | null> {
  const child = spawn(command, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: blockTimeoutMs,
    killSignal: 'SIGKILL',
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, string | null]
  return exitCode === 0
    ? null
    : `Cannot accept the block as it must exit with 0: current value is ${exitCode ?? signal}\n${output}`
}

async function startServer(text: string, env: NodeJS.ProcessEnv, servers: ChildProcess[]): Promise<string | null> {
  const server = spawn('bash', ['-c', `exec ${text.trim()}`], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  servers.push(server)
  const timer = setTimeout(() => server.kill('SIGKILL'), blockTimeoutMs)
  try {
    for await (const line of createInterface({ input: server.stdout })) {
      if (!line.includes('"url"')) continue
      server.stdout.resume()
      return null
    }
    return 'Cannot start the server as it must log a line with its url: its output ended'
  } finally {
    clearTimeout(timer)
  }
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const closed = once(server, 'exit')
  server.kill('SIGTERM')
  const timer = setTimeout(() => server.kill('SIGKILL'), 10_000)
  await closed
  clearTimeout(timer)
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  return port
}

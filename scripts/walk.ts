// The walk of ARCHITECTURE.md: every source file of the server that an item passes, in order, from the bytes of its request to the answer of
// a read. This script sends one item through a real server (memory store, sandbox channel), counts the calls of all functions in all of its
// threads (V8's precise coverage), and compares.
//
// Every file of which a function is called, between the arrival of the request and the answer that shows the end of the job, is in one of
// two tables of the page:
// - the walk: the file is handed the item, alone or with others (as bytes, as a place in a queue, as a record of its outcome, at last as one in
//   the counts of its job), and hands it on, keeps it, changes it or decides on it. Utilities in model/ count, too;
// - beside it: the file runs at that time and does none of this: it sees only the request's head, the job's envelope or record, measures or
//   reports what passes, shares between callers and channels, opens a lane for its first item, runs transactions or timers. Each row says what.
// A file in none of them, one in both, and one that was not called are faults. What a start does is no part of it, nor is
// runtime/failpoint.ts, whose calls the build drops.
//
//   node scripts/walk.ts        prints the length of the walk, and the faults

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { CountedCalls } from './walk-preload.ts'

/** The files that the page names. Paths are relative to `server/src/`. */
export interface NamedFiles {
  /** In the order in which the item passes them. */
  readonly walk: readonly string[]
  readonly beside: readonly string[]
}

const root = join(import.meta.dirname, '..')
const PAGE = join(root, 'ARCHITECTURE.md')
const SERVER = join(root, 'server/src/program.ts')
const PRELOAD = new URL('./walk-preload.ts', import.meta.url).href
/** Not in what is built. */
const DROPPED = 'runtime/failpoint.ts'
/** By then all work that a start leaves behind is done. */
const QUIET_MS = 1000

const ENVELOPE = { channel: 'sandbox', objectType: 'product', action: 'update' }
/** It is still running when its job is read. */
const ITEM = { id: 'shirt-1', data: { sandbox: { delayMs: 500 } } }

/** The files of both tables. @throws Error when one is missing */
export function namedFiles(page: string): NamedFiles {
  const filesOf = (head: string): string[] => {
    const at = page.indexOf(head)
    if (at < 0) throw new Error(`Cannot read the walk as the page must have a table that begins with ${head}`)
    const table = page.slice(at).split('\n\n')[0]!
    return Array.from(table.matchAll(/`([\w./-]+\.ts)`/g), ([, path]) => path!)
  }
  return { walk: filesOf('| the walk |'), beside: filesOf('| beside the walk |') }
}

/** How often the walk leads from one folder of `server/src/` to another. */
export function folderChanges(walk: readonly string[]): number {
  const folders = walk.map((path) => path.slice(0, path.indexOf('/')))
  return folders.filter((folder, at) => at > 0 && folder !== folders[at - 1]).length
}

/** Compares the page with the files that were called; empty: they are the same. */
export function walkFaults({ walk, beside }: NamedFiles, called: ReadonlySet<string>): string[] {
  const named = [...walk, ...beside]
  const twice = named.filter((path, at) => named.indexOf(path) !== at)
  const unnamed = [...called].filter((path) => !named.includes(path))
  const uncalled = named.filter((path) => !called.has(path))
  return [
    ...twice.map((path) => `Cannot name ${path} twice`),
    ...unnamed
      .toSorted()
      .map((path) => `Cannot leave out ${path} as the way of an item calls it: name it in the walk or beside it`),
    ...uncalled.map((path) => `Cannot name ${path} as the way of an item must call it: it does not`),
  ]
}

/** Sends one item through a server. @returns the files that were called from its request to the answer of the read */
export async function calledFiles(): Promise<ReadonlySet<string>> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-walk-'))
  const args = ['--dev', '--store', 'memory', '--data', join(folder, 'data'), '--port', '0', '--threads', '1']
  const server = spawn(process.execPath, [SERVER, ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // Options of the environment hold for the server's threads too.
    env: { ...process.env, NODE_OPTIONS: `--import=${PRELOAD}` },
  })
  try {
    const url = await urlOf(server)
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS))
    await takeCounts(server)
    await passOneItem(url)
    const counted = await takeCounts(server)
    return new Set(counted.flatMap(({ files }) => files).filter((path) => path !== DROPPED))
  } finally {
    server.kill('SIGKILL')
    await once(server, 'exit')
    rmSync(folder, { recursive: true })
  }
}

async function passOneItem(url: string): Promise<void> {
  const body = [ENVELOPE, ITEM].map((line) => `${JSON.stringify(line)}\n`).join('')
  const headers = { 'content-type': 'application/x-ndjson' }
  const submitted = await fetch(`${url}/v1/jobs`, { method: 'POST', headers, body })
  const { links } = (await submitted.json()) as { readonly links: { readonly self: string } }
  for (let isDone = false; !isDone;) {
    const read = await fetch(`${url}${links.self}`, { headers: { prefer: 'wait=10' } })
    isDone = ((await read.json()) as { readonly done: boolean }).done
  }
}

async function urlOf(server: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: server.stdout! })) {
    const { url } = JSON.parse(line) as { readonly url?: string }
    if (url !== undefined) return url
  }
  throw new Error('Cannot measure the walk as the server must listen: it ended')
}

async function takeCounts(server: ChildProcess): Promise<readonly CountedCalls[]> {
  server.send('take')
  const [counted] = (await once(server, 'message')) as [readonly CountedCalls[]]
  return counted
}

if (import.meta.main) {
  const named = namedFiles(readFileSync(PAGE, 'utf8'))
  const faults = walkFaults(named, await calledFiles())
  for (const fault of faults) console.error(fault)
  const { walk, beside } = named
  console.log(`${walk.length} files, ${folderChanges(walk)} changes of folder; ${beside.length} files beside`)
  process.exitCode = faults.length > 0 ? 1 : 0
}

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Job } from '@waybill/sdk'
import { CliProcess } from './cli-process.ts'
import { RecordingConnector } from './recording-connector.ts'
import { ServerProcess } from './server-process.ts'

/** Where the jobs of these tests go, unless they say otherwise. */
export const envelope = ['--channel', 'shop', '--object-type', 'price', '--action', 'update']

/** The command, a server, and a shop that refuses items whose id begins with `bad`. Nothing moves on the channel `stuck`. */
export class CliWorld {
  readonly server: ServerProcess
  readonly cli: CliProcess
  readonly #connector: RecordingConnector

  private constructor(server: ServerProcess, cli: CliProcess, connector: RecordingConnector) {
    this.server = server
    this.cli = cli
    this.#connector = connector
  }

  static async create(): Promise<CliWorld> {
    const connector = new RecordingConnector({
      answer: () => ({
        kind: 'items',
        answer: ({ id, data }) =>
          id.startsWith('bad') ? { kind: 'failed', code: 'price_odd' } : { kind: 'succeeded', result: data },
      }),
    })
    await connector.start()
    const url = connector.url
    const shop = { connector: { type: 'http', url, batchSize: 20, allowPrivateAddresses: true }, concurrency: 8 }
    const server = await ServerProcess.create({ store: 'memory', config: { channels: { shop, stuck: shop } } })
    await server.start()
    await server.fetch('/v1/channels/stuck/pause', { method: 'POST' })
    return new CliWorld(server, await CliProcess.create(server.url), connector)
  }

  async remove(): Promise<void> {
    await this.cli.remove()
    await this.server.remove()
    await this.#connector.stop()
  }

  /** Writes a file beside the command. @returns its path */
  async createFile(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(this.cli.home, name)
    await writeFile(path, content)
    return path
  }

  /** Submits items and waits for them, unless `args` say otherwise. */
  async submit(items: readonly object[], args: readonly string[] = []): Promise<Job> {
    const all = ['submit', '-', '--format', 'ndjson', ...envelope, '--json', ...args]
    const { stdout, stderr } = await this.cli.run(all, { stdin: ndjson(items) })
    if (stderr !== '') throw new Error(stderr)
    return parseLine<Job>(stdout)
  }
}

export function ndjson(items: readonly object[]): string {
  return items.map((item) => `${JSON.stringify(item)}\n`).join('')
}

/** Parses the output of a run with --json, if it is one value. */
export function parseLine<Value>(stdout: string): Value {
  const lines = parseLines<Value>(stdout)
  if (lines.length !== 1) throw new Error(`Cannot parse output as it must be one line: ${stdout}`)
  return lines[0]!
}

/** Parses the output of a run with --json, if it is a list. */
export function parseLines<Value>(stdout: string): Value[] {
  return stdout === ''
    ? []
    : stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Value)
}

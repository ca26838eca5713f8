// Everything of the demo that is a process of its own: three storefronts, and a server, or several, that deliver to them.

import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RunningProcess, startProcess } from './processes.ts'
import { type ServerGroup, startServerGroup } from './servers/server-group.ts'
import type { StorefrontReport } from './storefronts/shelf.ts'

/** The channels of `waybill.yaml`, each with a storefront of its name in `storefronts/`. */
export const channelNames = ['shop-eu', 'marketplace', 'search-index'] as const

const SERVER = fileURLToPath(new URL('./dist/main.js', import.meta.resolve('@waybill/server/package.json')))
const CONFIG = fileURLToPath(new URL('./waybill.yaml', import.meta.url))

export interface DemoWorld {
  /** Of the server, or of the load balancer of several. */
  readonly serverUrl: string
  /** Null: there is one server. */
  readonly group: ServerGroup | null
  /** Returns the report of the storefront of a channel. */
  report(channel: string): Promise<StorefrontReport>
  /** Ends all processes and removes the server's data. */
  stop(): Promise<void>
}

export interface DemoWorldOptions {
  /** Further variables of the server's environment. */
  readonly serverEnv?: Readonly<Record<string, string>> | undefined
  /** More than 1: on one PostgreSQL, behind a load balancer. @default 1 */
  readonly servers?: number | undefined
}

export async function startWorld({ serverEnv = {}, servers = 1 }: DemoWorldOptions = {}): Promise<DemoWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-demo-'))
  const started: Pick<RunningProcess, 'stop'>[] = []
  async function stop(): Promise<void> {
    for (const running of started.reverse()) await running.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const urls = new Map<string, string>()
    // What the configuration reads from the environment: SHOP_EU_URL, SHOP_EU_KEY and so on.
    const env: Record<string, string> = { ...serverEnv }
    for (const channel of channelNames) {
      const key = randomUUID()
      const keyOfGlobex = randomUUID()
      const program = fileURLToPath(new URL(`./storefronts/${channel}.ts`, import.meta.url))
      const storefront = await startProcess(program, {
        env: { STOREFRONT_KEY: channel === 'shop-eu' ? `${key},${keyOfGlobex}` : key },
      })
      started.push(storefront)
      urls.set(channel, storefront.url)
      const name = channel.toUpperCase().replace('-', '_')
      env[`${name}_URL`] = storefront.url
      env[`${name}_KEY`] = key
      if (channel === 'shop-eu') env[`${name}_KEY_OF_GLOBEX`] = keyOfGlobex
    }
    const group =
      servers === 1
        ? null
        : await startServerGroup({ count: servers, program: SERVER, configFile: CONFIG, env, folder })
    const args = ['--dev', '--port', '0', '--data', join(folder, 'data'), '--config', CONFIG]
    const server = group ?? (await startProcess(SERVER, { args, env }))
    started.push(server)
    return {
      serverUrl: server.url,
      group,
      async report(channel) {
        const response = await fetch(new URL('/report', urls.get(channel)))
        return (await response.json()) as StorefrontReport
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

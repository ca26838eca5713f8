import type { Server } from '@waybill/spec'
import type { Calls } from '../client.ts'
import type { CallOptions } from '../job-handle.ts'

/** The servers that share a store. */
export interface Servers {
  /**
   * The active server, which does the work, then all others by their start. A store on disk or in memory has one. Requires the scope `metrics`; `address` is
   * null without `admin`.
   * @throws {PermissionError} the token does not have the scope
   * @throws {ServerError} `owner_unavailable`: no server is active at the moment
   * @example
   * ```ts
   * for (const { name, role, beatAgeSeconds } of await waybill.servers.list()) console.log(name, role, beatAgeSeconds)
   * ```
   */
  list(options?: CallOptions): Promise<Server[]>
}

export function createServers({ raw, read }: Calls): Servers {
  return {
    async list({ signal } = {}) {
      return (await read('list servers', raw.GET('/v1/servers', { signal }))).data.servers
    },
  }
}

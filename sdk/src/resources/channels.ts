import type { ChannelConfig } from '@waybill/spec'
import type { Channel, ChannelName } from '../ids.ts'
import type { Calls } from '../client.ts'
import { deleteOnce } from './delete-once.ts'
import type { CallOptions } from '../job-handle.ts'

/** Where items go: configuration and live state. All but reading requires the right to administer. */
export interface Channels {
  /** All channels, by name. */
  list(options?: CallOptions): Promise<Channel[]>
  /** @throws {NotFoundError} there is no such channel */
  get(name: ChannelName, options?: CallOptions): Promise<Channel>
  /** Makes a channel or replaces its whole configuration; what is left out gets its default. Holds from the next call on. */
  put(name: ChannelName, config: ChannelConfig, options?: CallOptions): Promise<Channel>
  /** @throws {ConflictError} jobs that have not ended use it */
  delete(name: ChannelName, options?: CallOptions): Promise<void>
  /** Starts no further call until it is resumed; calls that run finish, and jobs are still taken. May be repeated. */
  pause(name: ChannelName, options?: CallOptions): Promise<Channel>
  /** Resumes a paused channel. May be repeated. */
  resume(name: ChannelName, options?: CallOptions): Promise<Channel>
  /** Lifts the `Retry-After` of a channel: calls may start, and items that wait for a retry are due now. May be repeated. */
  unblock(name: ChannelName, options?: CallOptions): Promise<Channel>
}

export function createChannels(calls: Calls): Channels {
  const { raw, via, read } = calls
  return {
    async list({ signal } = {}) {
      return (await read('list channels', raw.GET('/v1/channels', { signal }))).data.channels
    },
    async get(name, { signal } = {}) {
      const call = raw.GET('/v1/channels/{channel}', { params: nameInPath('get', name), signal })
      return (await read(`get channel ${name}`, call)).data
    },
    async put(name, config, { signal } = {}) {
      const call = raw.PUT('/v1/channels/{channel}', { params: nameInPath('set', name), body: config, signal })
      return (await read(`set channel ${name}`, call)).data
    },
    async delete(name, { signal } = {}) {
      const params = nameInPath('delete', name)
      await deleteOnce(calls, `delete channel ${name}`, (viaRemove) =>
        raw.DELETE('/v1/channels/{channel}', { params, signal, ...viaRemove }),
      )
    },
    async pause(name, { signal } = {}) {
      const params = nameInPath('pause', name)
      const call = raw.POST('/v1/channels/{channel}/pause', { params, signal, ...via({ repeatable: true }) })
      return (await read(`pause channel ${name}`, call)).data
    },
    async resume(name, { signal } = {}) {
      const params = nameInPath('resume', name)
      const call = raw.POST('/v1/channels/{channel}/resume', { params, signal, ...via({ repeatable: true }) })
      return (await read(`resume channel ${name}`, call)).data
    },
    async unblock(name, { signal } = {}) {
      const params = nameInPath('unblock', name)
      const call = raw.POST('/v1/channels/{channel}/unblock', { params, signal, ...via({ repeatable: true }) })
      return (await read(`unblock channel ${name}`, call)).data
    },
  }
}

/** `.` and `..` would become another path. */
function nameInPath(action: string, name: string): { path: { channel: string } } {
  if (/^[a-z0-9]/.test(name)) return { path: { channel: name } }
  throw new TypeError(
    `Cannot ${action} channel as its name must begin with a lower-case letter or digit: current value is ${JSON.stringify(name)}`,
  )
}

import type { ChannelConfig, ChannelTest, ChannelTestRequest, Credentials, CredentialsEntry } from '@waybill/spec'
import type { Channel, ChannelName } from '../ids.ts'
import type { Calls } from '../client.ts'
import { deleteOnce } from './delete-once.ts'
import type { CallOptions } from '../job-handle.ts'
import type { NewItem } from '../upload/encode-items.ts'

/** An item to test a channel with. */
export type NewChannelTest<Data = unknown> = Omit<ChannelTestRequest, 'item' | 'send'> & {
  item: NewItem<Data>
  /** Make one real call. @default false: only its request is shown */
  send?: boolean
}

/** Names credentials of a channel. */
export interface CredentialsPlace {
  /** Whose they are; `*`: of every subscription that has none of its own. */
  subscription: string
  /** The calls that they are for: those that deliver items, or those that resolve payloads. @default 'connector' */
  target?: 'connector' | 'payload'
}

/** Credentials to set. */
export interface NewCredentials extends CredentialsPlace {
  credentials: Credentials
}

/** The longest call that a channel may allow, ten minutes, and a minute for a thread to start and to be ended. */
const sendTimeoutMs = 660_000

/** Where items go: configuration and live state. Making, changing and deleting channels requires the right to administer. */
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
  /**
   * The credentials of a channel without their secrets, by subscription.
   * @throws {NotFoundError} there is no such channel
   */
  listCredentials(name: ChannelName, options?: CallOptions): Promise<CredentialsEntry[]>
  /**
   * Sets the credentials that calls carry for jobs of a subscription, in place of those it had; from the next call on. No answer shows them again. They
   * are sent only to the origin that the channel leads to now.
   * @throws {NotFoundError} there is no such channel
   * @throws {BadRequestError} no call could carry them
   * @throws {ConflictError} `credentials_limit_reached`: the channel has as many as it may have
   * @example
   * await waybill.channels.setCredentials('shop-eu', { subscription: 'acme', credentials: { type: 'bearer', token } })
   */
  setCredentials(name: ChannelName, credentials: NewCredentials, options?: CallOptions): Promise<CredentialsEntry>
  /** @throws {NotFoundError} there is no such channel, or it has no such credentials that were set by `setCredentials` */
  deleteCredentials(name: ChannelName, place: CredentialsPlace, options?: CallOptions): Promise<void>
  /**
   * Shows the request that a channel makes of an item, without its secrets; with `send` makes one real call, and shows what came back and how it
   * was judged. No job is made, and nothing is retried. A call that failed is no error: see `result`. Resolves when the call has ended.
   *
   * A call is not sent again when its answer is lost.
   *
   * @throws {NotFoundError} there is no such channel
   * @throws {BadRequestError} the item is not valid
   * @throws {ConflictError} the channel lets no call start now (`channel_held`, `retryAfterMs` where it is known), or its connector cannot be loaded
   *   (`connector_unavailable`)
   *
   * @example
   * const { request, result } = await waybill.channels.test('shop-eu', { item: { id: 'sku-1001', data: { price: 1990 } }, send: true })
   */
  test(name: ChannelName, test: NewChannelTest, options?: CallOptions): Promise<ChannelTest>
}

export function createChannels(calls: Calls): Channels {
  const { raw, via, read, requestTimeoutMs } = calls
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
    async listCredentials(name, { signal } = {}) {
      const call = raw.GET('/v1/channels/{channel}/credentials', {
        params: nameInPath('list credentials of', name),
        signal,
      })
      return (await read(`list credentials of channel ${name}`, call)).data.credentials
    },
    async setCredentials(name, { credentials, ...place }, { signal } = {}) {
      const params = placeInPath('set', name, place)
      const path = '/v1/channels/{channel}/credentials/{subscription}'
      return (await read(`set credentials of channel ${name}`, raw.PUT(path, { params, body: credentials, signal })))
        .data
    },
    async deleteCredentials(name, place, { signal } = {}) {
      const params = placeInPath('delete', name, place)
      await deleteOnce(calls, `delete credentials of channel ${name}`, (viaRemove) =>
        raw.DELETE('/v1/channels/{channel}/credentials/{subscription}', { params, signal, ...viaRemove }),
      )
    },
    async test(name, test, { signal } = {}) {
      const params = nameInPath('test', name)
      const sending =
        test.send === true ? { timeoutMs: Math.max(requestTimeoutMs, sendTimeoutMs) } : { repeatable: true }
      const call = raw.POST('/v1/channels/{channel}/test', { params, body: test, signal, ...via(sending) })
      return (await read(`test channel ${name}`, call)).data
    },
  }
}

function placeInPath(
  action: string,
  name: string,
  { subscription, target }: CredentialsPlace,
): { path: { channel: string; subscription: string }; query: { target?: 'connector' | 'payload' } } {
  const { path } = nameInPath(`${action} credentials of`, name)
  if (!['', '.', '..'].includes(subscription))
    return { path: { ...path, subscription }, query: { ...(target && { target }) } }
  throw new TypeError(
    `Cannot ${action} credentials of channel ${name} as the subscription must be a name or *: current value is ${JSON.stringify(subscription)}`,
  )
}

/** `.` and `..` would become another path. */
function nameInPath(action: string, name: string): { path: { channel: string } } {
  if (/^[a-z0-9]/.test(name)) return { path: { channel: name } }
  throw new TypeError(
    `Cannot ${action} channel as its name must begin with a lower-case letter or digit: current value is ${JSON.stringify(name)}`,
  )
}

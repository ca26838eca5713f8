import type { Subscription, SubscriptionConfig } from '@waybill/spec'
import type { Calls } from '../client.ts'
import { deleteOnce } from './delete-once.ts'
import type { CallOptions } from '../job-handle.ts'
import { readPages } from '../transport/pages.ts'

/** Limits of subscriptions: weight, quotas, requests a minute. All of it requires the scope `admin`; a caller reads its own limits with `self`. */
export interface Subscriptions {
  /** Subscriptions with limits of their own, by name; all others have the defaults. Pages are read as needed. */
  list(options?: CallOptions): AsyncIterable<Subscription>

  /** @throws {NotFoundError} the subscription has the defaults */
  get(name: string, options?: CallOptions): Promise<Subscription>

  /**
   * Sets all limits of a subscription; what is left out gets its default. They hold when this resolves, without a restart.
   * @throws {BadRequestError} a limit is out of its range, or the name begins with `~`
   * @throws {ConflictError} its limits stand in the configuration file of the server
   * @example
   * ```ts
   * await waybill.subscriptions.put('acme', { weight: 2, maxRunningCalls: 16, requestRate: { perMinute: 600, burst: 100 } })
   * ```
   */
  put(name: string, limits: SubscriptionConfig, options?: CallOptions): Promise<Subscription>

  /**
   * Returns a subscription to the defaults; its jobs and tokens stay as they are.
   * @throws {NotFoundError} it has the defaults
   * @throws {ConflictError} its limits stand in the configuration file of the server
   */
  delete(name: string, options?: CallOptions): Promise<void>
}

export function createSubscriptions(calls: Calls): Subscriptions {
  const { raw, read } = calls
  return {
    list: ({ signal } = {}) =>
      readPages(
        async (pageToken) => {
          const call = raw.GET('/v1/subscriptions', { params: { query: { pageToken } }, signal })
          return (await read('list subscriptions', call)).data
        },
        (page) => page.subscriptions,
      ),
    async get(name, { signal } = {}) {
      const call = raw.GET('/v1/subscriptions/{subscription}', { params: nameInPath('get', name), signal })
      return (await read(`get subscription ${name}`, call)).data
    },
    async put(name, limits, { signal } = {}) {
      const params = nameInPath('set', name)
      const call = raw.PUT('/v1/subscriptions/{subscription}', { params, body: limits, signal })
      return (await read(`set subscription ${name}`, call)).data
    },
    async delete(name, { signal } = {}) {
      const params = nameInPath('delete', name)
      await deleteOnce(calls, `delete subscription ${name}`, (viaRemove) =>
        raw.DELETE('/v1/subscriptions/{subscription}', { params, signal, ...viaRemove }),
      )
    },
  }
}

/** An empty name, `.` and `..` would become another path. */
function nameInPath(action: string, name: string): { path: { subscription: string } } {
  if (name !== '' && name !== '.' && name !== '..') return { path: { subscription: name } }
  throw new TypeError(
    `Cannot ${action} subscription as its name must be text other than . and ..: current value is ${JSON.stringify(name)}`,
  )
}

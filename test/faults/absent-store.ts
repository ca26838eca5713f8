import type { Store } from '../../server/src/store/store.ts'
import { StoreError } from '../../server/src/store/store-error.ts'

/** How long the store is away. */
const AWAY_MS = 100

/** Of the interface: what is no call while the server runs, or gives no promise. */
const NO_CALLS: ReadonlySet<string> = new Set([
  ...[
    'constructor',
    'start',
    'stop',
    'recover',
    'serve',
    'coverCalls',
    'listServers',
    'hurry',
    'nextJobRef',
    'nextAuditSeq',
  ],
])
/** Registrations of listeners: they ask the store for nothing. */
const LISTENER = /^on[A-Z]/

/**
 * A store that goes away at each of its calls in turn: the first call of a name finds it away, and with it all others for a while. Then it is back
 * as it was: a call that was refused has done nothing.
 */
export class AbsentStore {
  /** Calls that the interface has. */
  readonly names = new Set<string>()
  /** Calls at which it has gone away. */
  readonly wentAwayAt = new Set<string>()
  refusals = 0
  /** Until it is watched, it stays: the start of a server is no part of this. */
  watched = false
  #awayUntilMs = 0

  wrap(store: Store): Store {
    for (let part: object = store; part !== Object.prototype; part = Object.getPrototypeOf(part) as object) {
      for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(part)))
        if (typeof value === 'function' && !NO_CALLS.has(name) && !LISTENER.test(name)) this.names.add(name)
    }
    return new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        const call = value.bind(target) as (...args: unknown[]) => unknown
        if (typeof name !== 'string' || !this.names.has(name)) return call
        return (...args: unknown[]) => (this.#isAway(name) ? this.#refuse() : call(...args))
      },
    })
  }

  #isAway(name: string): boolean {
    if (!this.watched) return false
    const nowMs = performance.now()
    if (nowMs < this.#awayUntilMs) return true
    if (this.wentAwayAt.has(name)) return false
    this.wentAwayAt.add(name)
    this.#awayUntilMs = nowMs + AWAY_MS
    return true
  }

  #refuse(): Promise<never> {
    this.refusals++
    return Promise.reject(new StoreError('unavailable', 'Cannot use the store as it must be reachable: it is not'))
  }
}

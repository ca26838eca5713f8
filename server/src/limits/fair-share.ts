import type { Clock } from '../runtime/clock.ts'

/** One caller holds at most this part of what all share: three others as greedy still leave nobody without. */
const CALLER_SHARE = 1 / 4
/** A request waits this long for its share: the time in which a stalled holder is found out, twice. */
const MAX_WAIT_MS = 10_000
/** Requests that wait at once, a quarter of them of one caller: each holds a connection and the head of a request. */
const MAX_WAITING = 400
/** The fraction of a caller's share for requests that can wait: the rest is for those that its other connections send. */
const PATIENT_SHARE = 1 / 8
/** While somebody waits, a holder that has not moved for this long gives up its share: lost packets have been sent again by then. */
const STALLED_PATIENCE_MS = 2000
/** How often holders are looked at while somebody waits. */
const LOOK_EVERY_MS = 500

/** A part of what is shared. */
export interface Lease {
  /** Corrects an estimate; what it frees goes to whoever waits. */
  resize(amount: number): void
  /** Takes more at once; false: there is no more for this caller now, and nothing has changed. */
  tryGrow(more: number): boolean
  /** Gives everything back. A second call does nothing. */
  release(): void
}

/** Somebody who may be asked to give up its lease. */
export interface Holder {
  /** For how long nothing has moved. */
  stalledMs(): number
  /** Ends what holds the lease, which is then released. */
  giveUp(): void
}

export interface TakeOptions {
  /** @default 1 */
  readonly amount?: number
  /** It can wait: its connection has more to ask, and finds only a small part of its caller's share. @default false */
  readonly patient?: boolean
  /** Aborted: it waits no longer. */
  readonly signal?: AbortSignal
  /** Without one, the lease is kept until it is released. */
  readonly holder?: Holder
}

export interface FairShareOptions {
  readonly clock: Clock
  /** How much there is, of whatever it is: places, bytes. */
  readonly total: number
  /** @default MAX_WAIT_MS */
  readonly maxWaitMs?: number
}

interface Held {
  readonly caller: string
  amount: number
  readonly holder: Holder | undefined
  givesUp: boolean
}

interface Wish {
  readonly caller: string
  readonly amount: number
  readonly patient: boolean
  readonly holder: Holder | undefined
}

interface Waiter extends Wish {
  finish(lease: Lease | null): void
}

/**
 * A budget that callers share: none holds more than a quarter of it. Who finds no share waits, bounded in time and number; what becomes
 * free goes to the waiting caller that holds least, and there to what asks for least. A holder that has stalled keeps its share only
 * while nobody waits for it.
 */
export class FairShare {
  readonly #clock: Clock
  readonly #total: number
  readonly #maxWaitMs: number
  readonly #heldBy = new Map<string, number>()
  readonly #leases = new Set<Held>()
  readonly #waiting = new Set<Waiter>()
  #held = 0
  #cancelLook: (() => void) | null = null

  constructor({ clock, total, maxWaitMs = MAX_WAIT_MS }: FairShareOptions) {
    this.#clock = clock
    this.#total = total
    this.#maxWaitMs = maxWaitMs
  }

  /** The most that one caller may hold. */
  get perCaller(): number {
    return Math.max(1, Math.floor(this.#total * CALLER_SHARE))
  }

  /** The sum that all callers hold now. */
  get held(): number {
    return this.#held
  }

  /** Takes a share at once; null: there is none for this caller now. */
  tryTake(caller: string, amount = 1): Lease | null {
    const wish = { caller, amount, patient: false, holder: undefined }
    return this.#fits(wish) ? this.#lease(wish) : null
  }

  /** Takes a share, and waits for it where there is none; null: there was none in time, or too many wait. */
  take(caller: string, { amount = 1, patient = false, holder, signal }: TakeOptions = {}): Promise<Lease | null> {
    const wish: Wish = { caller, amount: Math.min(amount, this.#shareOf({ patient })), patient, holder }
    const own = [...this.#waiting].filter((other) => other.caller === caller)
    if (!own.some((other) => goesFirst(other, wish)) && this.#fits(wish)) return Promise.resolve(this.#lease(wish))
    if (this.#waiting.size >= MAX_WAITING || own.length >= MAX_WAITING * CALLER_SHARE || signal?.aborted === true)
      return Promise.resolve(null)
    return new Promise((resolve) => {
      const finish = (lease: Lease | null): void => {
        cancelTimer()
        signal?.removeEventListener('abort', leave)
        this.#waiting.delete(waiter)
        resolve(lease)
      }
      const leave = (): void => {
        finish(null)
      }
      const waiter: Waiter = { ...wish, finish }
      const cancelTimer = this.#clock.after(this.#maxWaitMs, leave)
      signal?.addEventListener('abort', leave)
      this.#waiting.add(waiter)
      this.#lookAtHolders()
    })
  }

  #shareOf({ patient }: Pick<Wish, 'patient'>): number {
    return patient ? Math.max(1, Math.floor(this.perCaller * PATIENT_SHARE)) : this.perCaller
  }

  #fits(wish: Pick<Wish, 'caller' | 'amount' | 'patient'>): boolean {
    const held = this.#heldBy.get(wish.caller) ?? 0
    return this.#held + wish.amount <= this.#total && held + wish.amount <= this.#shareOf(wish)
  }

  #lease({ caller, amount, holder }: Wish): Lease {
    const held: Held = { caller, amount: 0, holder, givesUp: false }
    this.#leases.add(held)
    this.#resize(held, amount)
    return {
      resize: (to) => {
        if (!this.#leases.has(held)) return
        this.#resize(held, to)
        this.#grant()
      },
      tryGrow: (more) => {
        if (!this.#leases.has(held) || !this.#fits({ caller, amount: more, patient: false })) return false
        this.#resize(held, held.amount + more)
        return true
      },
      release: () => {
        if (!this.#leases.delete(held)) return
        this.#resize(held, 0)
        this.#grant()
      },
    }
  }

  #resize(held: Held, amount: number): void {
    const more = amount - held.amount
    held.amount = amount
    this.#held += more
    const all = (this.#heldBy.get(held.caller) ?? 0) + more
    if (all === 0) this.#heldBy.delete(held.caller)
    else this.#heldBy.set(held.caller, all)
  }

  /** Gives what is free to those who wait. */
  #grant(): void {
    while (this.#waiting.size > 0) {
      let next: Waiter | null = null
      for (const waiter of this.#waiting) {
        if (!this.#fits(waiter)) continue
        if (next === null || this.#isBefore(waiter, next)) next = waiter
      }
      if (next === null) return
      next.finish(this.#lease(next))
    }
  }

  #isBefore(waiter: Waiter, other: Waiter): boolean {
    if (waiter.caller === other.caller) return !goesFirst(other, waiter)
    return (this.#heldBy.get(waiter.caller) ?? 0) < (this.#heldBy.get(other.caller) ?? 0)
  }

  #lookAtHolders(): void {
    this.#cancelLook ??= this.#clock.after(LOOK_EVERY_MS, () => {
      this.#cancelLook = null
      if (this.#waiting.size === 0) return
      this.#askStalled()
      this.#lookAtHolders()
    })
  }

  /** Asks those who have stalled longest to give up, until there is enough for all who wait. */
  #askStalled(): void {
    const stalled = [...this.#leases]
      .map((held) => ({ held, stalledMs: held.givesUp ? 0 : (held.holder?.stalledMs() ?? 0) }))
      .filter(({ stalledMs }) => stalledMs >= STALLED_PATIENCE_MS)
      .sort((a, b) => b.stalledMs - a.stalledMs)
    for (const waiter of this.#waiting) {
      const { caller, amount } = waiter
      const ownShareIsFull = (this.#heldBy.get(caller) ?? 0) + amount > this.#shareOf(waiter)
      for (let missing = amount; missing > 0;) {
        const at = stalled.findIndex(({ held }) => !ownShareIsFull || held.caller === caller)
        if (at === -1) break
        const [{ held }] = stalled.splice(at, 1) as [(typeof stalled)[number]]
        held.givesUp = true
        missing -= held.amount
        held.holder!.giveUp()
      }
    }
  }
}

/** Whether, of two wishes of one caller, the older one goes before the newer one. */
function goesFirst(older: Wish, newer: Wish): boolean {
  if (older.patient !== newer.patient) return newer.patient
  return older.amount <= newer.amount
}

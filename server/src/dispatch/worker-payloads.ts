import { resolvedBytes, sizeFault, unresolvedId, withPayload } from '../connectors/payload/item-payload.ts'
import type { ItemAnswer } from '../connectors/connector.ts'
import type { ResolvedPayload } from '../connectors/payload/payload-answer.ts'
import type { PayloadResolver } from '../connectors/payload/payload-resolver.ts'
import type { Gate } from '../limits/gate.ts'
import { monotonicUs } from '../runtime/clock.ts'
import type { Lease } from '../runtime/lease.ts'
import type { LaneLot, ResolvedLines } from './worker-call.ts'
import { PayloadHealth } from './worker-payload-health.ts'
import { PayloadSizes } from './worker-payload-sizes.ts'
import { type CallGroup, groupOf, holdsActions, type LotNumbers, planCalls } from './worker-plan.ts'

/** A gate that opens within this time is waited for: twice as long as items come before their tokens (`PAYLOAD_HORIZON_US` of the scheduler). */
export const PAYLOAD_WAIT_US = 1_000_000
/** The end of a `Retry-After` that comes this soon is waited for: items come a moment before it. */
const SHORT_BLOCK_US = 5000
/** Payloads that a lane holds, and answers as they are expected: four times the lines of a lot. */
const MAX_HELD_BYTES = 32 * 1024 * 1024
/** Of one id each: what is unexpected of their answers stays within 64 MiB. */
const MAX_REQUESTS = 64
/** Of many ids each: within 128 MiB. */
const MAX_BATCH_REQUESTS = 8
/** How long an item waits for others to fill its request, and then its call: RAT-3 allows 50 ms. */
const GATHER_MS = 40

/** Receives what becomes of the items of a lane that lack their payloads. */
export interface PayloadListener {
  /** Its calls may start. */
  onResolved(lot: LaneLot): void
  /** The item ends this try without a call. */
  onUnresolved(lot: LaneLot, number: number, ended: { readonly answer: ItemAnswer; readonly startedAtMs: number }): void
  /** Something was resolved, or not: called once for each answer, after the calls above. */
  onChange(): void
  /** No call may start for so long that nothing is to be resolved for it: the items are to be taken back. */
  onHeld(): void
}

export interface LanePayloadsOptions {
  readonly gate: Gate
  /** Without it nothing is asked for. */
  readonly lease: Pick<Lease, 'holds'>
  /** Items of a call. */
  readonly batchSize: number
  /** Unit of the gate. */
  readonly unit: 'calls' | 'items'
  /** Requests at once, 64 at most; of many ids each, 8. */
  readonly concurrency: number
  readonly listener: PayloadListener
}

interface PendingLot extends LotNumbers {
  readonly whole: LaneLot
  /** Numbers of items whose payloads are on their way or still to be asked for. */
  readonly open: Set<number>
  /** Numbers of whole items that are in no call yet. */
  ready: number[]
  readonly payloads: Map<number, HeldPayload>
  readonly lines: ResolvedLines
}

/** An id to be asked for, with all items of its lot that need it. */
interface Wanted {
  readonly lot: PendingLot
  readonly id: string
  readonly numbers: number[]
}

interface Group {
  readonly subscription: string
  readonly objectType: string
  readonly wanted: Wanted[]
}

interface HeldPayload {
  readonly data: Buffer
  /** Items that are not over yet. */
  users: number
}

/**
 * The payloads of a lane's items: resolved before their calls take a unit of the gate, a bounded number of bytes at a time, as calls approach. What is resolved
 * lives until its calls are over or returned. An item that waits here is unstarted: its key waits with it.
 */
export class LanePayloads {
  readonly #resolver: PayloadResolver
  readonly #listener: PayloadListener
  readonly #gate: Gate
  readonly #lease: Pick<Lease, 'holds'>
  readonly #batchSize: number
  /** Units of the gate that an item takes with others. */
  readonly #unitsPerItem: number
  readonly #maxRequests: number
  readonly #lots = new Set<PendingLot>()
  readonly #groups = new Map<string, Group>()
  readonly #running = new Set<AbortController>()
  readonly #health = new PayloadHealth()
  readonly #sizes: PayloadSizes
  #requests = 0
  #heldBytes = 0
  #reservedBytes = 0
  #waivedUnits = 0
  #gathering: NodeJS.Timeout | null = null
  #unblocking: NodeJS.Timeout | null = null
  /** The items that wait to be asked for have waited long enough. */
  #hasGathered = false
  #asking = false

  constructor(resolver: PayloadResolver, options: LanePayloadsOptions) {
    this.#resolver = resolver
    this.#sizes = new PayloadSizes(resolver.batchSize)
    this.#listener = options.listener
    this.#gate = options.gate
    this.#lease = options.lease
    this.#batchSize = options.batchSize
    this.#unitsPerItem = options.unit === 'items' ? 1 : 1 / options.batchSize
    this.#maxRequests = Math.min(options.concurrency, resolver.batchSize > 1 ? MAX_BATCH_REQUESTS : MAX_REQUESTS)
  }

  /** No item waits here; those of calls do not count. */
  get idle(): boolean {
    return this.#lots.size === 0
  }

  /** Takes a lot of which items lack their payloads. @returns false: none does, the lot is not taken */
  add(whole: LaneLot): boolean {
    const lot = this.#pending(whole)
    const wanted = new Map<string, Wanted>()
    for (let number = 0; number < whole.reader.count; number++) this.#want(lot, number, wanted)
    if (wanted.size === 0) return false
    this.#lots.add(lot)
    this.#plan(lot)
    this.#ask()
    return true
  }

  /** Returns the numbers of all items that wait, by their lots, and forgets them. */
  *takeAll(): Iterable<{ readonly lot: LaneLot; readonly number: number }> {
    if (this.#lots.size === 0) return
    const lots = [...this.#lots]
    this.#lots.clear()
    this.#groups.clear()
    this.#stop()
    for (const lot of lots) {
      for (const number of lot.open) yield { lot: lot.whole, number }
      for (const number of lot.ready) {
        yield { lot: lot.whole, number }
        this.#release(lot, number)
      }
      lot.open.clear()
      lot.ready = []
    }
  }

  close(): void {
    this.#stop()
  }

  #stop(): void {
    this.#stopGathering()
    if (this.#unblocking !== null) clearTimeout(this.#unblocking)
    this.#unblocking = null
    for (const running of this.#running) running.abort()
  }

  #pending(whole: LaneLot): PendingLot {
    const { reader } = whole
    const payloads = new Map<number, HeldPayload>()
    const groups = new Map<number, CallGroup>()
    const hasOwnActions = holdsActions(reader)
    const item = (number: number) => ({
      bytes: reader.bytes,
      start: reader.lineStart(number),
      end: reader.lineEnd(number),
    })
    const lot: PendingLot = {
      whole,
      open: new Set(),
      ready: [],
      payloads,
      bytesOf: (number) => {
        const payload = payloads.get(number)
        return payload === undefined ? 0 : resolvedBytes(item(number), payload.data)
      },
      get numbers() {
        return this.ready
      },
      groupOf: (number) => {
        let group = groups.get(number)
        if (group === undefined) groups.set(number, (group = groupOf(reader, number, hasOwnActions)))
        return group
      },
      lines: {
        lineOf: (number) => {
          const payload = payloads.get(number)
          return payload === undefined ? null : withPayload(item(number), payload.data)
        },
        release: (numbers) => {
          for (const number of numbers) this.#release(lot, number)
          this.#ask()
        },
      },
    }
    return lot
  }

  #want(lot: PendingLot, number: number, wanted: Map<string, Wanted>): void {
    const { reader, jobs } = lot.whole
    const { subscription, objectType, action } = jobs[reader.job(number)]!
    const item = { bytes: reader.bytes, start: reader.lineStart(number), end: reader.lineEnd(number) }
    const id = unresolvedId(item, action)
    if (id === null) {
      lot.ready.push(number)
      return
    }
    lot.open.add(number)
    const groupKey = JSON.stringify([subscription, objectType])
    const key = `${groupKey} ${id}`
    const known = wanted.get(key)
    if (known !== undefined) {
      known.numbers.push(number)
      return
    }
    const one: Wanted = { lot, id, numbers: [number] }
    wanted.set(key, one)
    const group = this.#groups.get(groupKey)
    if (group === undefined) this.#groups.set(groupKey, { subscription, objectType, wanted: [one] })
    else group.wanted.push(one)
  }

  /** Starts the requests that fit. Where nothing is on its way any more, what is ready no longer waits to fill its call. */
  #ask(): void {
    if (this.#asking) return
    this.#asking = true
    while (this.#groups.size > 0 && this.#requests < this.#mostRequests && !this.#isHeld()) {
      const first = this.#nextGroup()
      if (first === null) break
      const [key, group] = first
      const count = Math.min(group.wanted.length, this.#sizes.idsPerRequest)
      const bytes = this.#sizes.expectedBytes(count)
      const taken = this.#heldBytes + this.#reservedBytes
      if (taken > 0 && taken + bytes > MAX_HELD_BYTES) break
      // The groups take turns: one of a large job does not keep others waiting.
      this.#groups.delete(key)
      const asked = group.wanted.splice(0, count)
      if (group.wanted.length > 0) this.#groups.set(key, group)
      void this.#request(group, { asked, bytes })
    }
    this.#asking = false
    if (this.#requests === 0) this.#planAll()
  }

  get #mostRequests(): number {
    return this.#health.isDown ? 1 : this.#maxRequests
  }

  /** A request that is not half full waits while another is on its way: items that are tried again come one by one. */
  #nextGroup(): readonly [key: string, group: Group] | null {
    const enough = this.#requests === 0 || this.#hasGathered ? 1 : Math.ceil(this.#sizes.idsPerRequest / 2)
    for (const entry of this.#groups) if (entry[1].wanted.length >= enough) return entry
    if (this.#groups.size > 0) this.#gatherSoon()
    return null
  }

  /** A `Retry-After` holds requests for payloads, too; the tokens of calls are waited for with payloads at hand. */
  #isHeld(): boolean {
    if (!this.#lease.holds()) {
      this.#listener.onHeld()
      return true
    }
    const nowUs = monotonicUs()
    const blockedUs = this.#gate.blockedUntilUs - nowUs
    if (blockedUs > SHORT_BLOCK_US || this.#gate.opensAtUs(1, nowUs) - nowUs > PAYLOAD_WAIT_US) {
      this.#listener.onHeld()
      return true
    }
    if (blockedUs <= 0) return false
    this.#unblocking ??= setTimeout(
      () => {
        this.#unblocking = null
        this.#ask()
        this.#listener.onChange()
      },
      Math.ceil(blockedUs / 1000),
    )
    return true
  }

  async #request(
    { subscription, objectType }: Group,
    { asked, bytes }: { readonly asked: readonly Wanted[]; readonly bytes: number },
  ): Promise<void> {
    this.#requests++
    this.#reservedBytes += bytes
    const running = new AbortController()
    const { signal } = running
    this.#running.add(running)
    const startedAtMs = Date.now()
    const ids = [...new Set(asked.map(({ id }) => id))]
    const payloads = await this.#resolver.resolve({ subscription, objectType, ids, signal })
    this.#running.delete(running)
    this.#requests--
    this.#reservedBytes -= bytes
    if (!signal.aborted) {
      const payloadOf = new Map(ids.map((id, at) => [id, payloads[at]!]))
      this.#sizes.measure(payloads)
      const heldUntilUs = payloads.every(wasAsked) ? this.#health.note(payloads, monotonicUs()) : 0
      if (heldUntilUs > 0) this.#gate.blockUntil(heldUntilUs)
      for (const one of asked) this.#take(one, { payload: payloadOf.get(one.id)!, startedAtMs })
      for (const lot of new Set(asked.map(({ lot }) => lot))) this.#plan(lot)
    }
    this.#ask()
    this.#listener.onChange()
  }

  #take(
    { lot, numbers }: Wanted,
    { payload, startedAtMs }: { readonly payload: ResolvedPayload; readonly startedAtMs: number },
  ): void {
    const { reader } = lot.whole
    const held = 'data' in payload ? { data: payload.data, users: 0 } : null
    for (const number of numbers) {
      lot.open.delete(number)
      const item = { bytes: reader.bytes, start: reader.lineStart(number), end: reader.lineEnd(number) }
      const answer = 'failure' in payload ? payload.failure : sizeFault(item, payload.data)
      if (answer !== null) {
        this.#waive()
        this.#listener.onUnresolved(lot.whole, number, { answer, startedAtMs })
      } else {
        held!.users++
        lot.payloads.set(number, held!)
        lot.ready.push(number)
      }
    }
    if (held !== null && held.users > 0) this.#heldBytes += held.data.length
  }

  /** The scheduler waits for each unit that an item on its way needs. */
  #waive(): void {
    this.#waivedUnits += this.#unitsPerItem
    if (this.#waivedUnits < 1) return
    this.#gate.waive(Math.floor(this.#waivedUnits))
    this.#waivedUnits %= 1
  }

  #release(lot: PendingLot, number: number): void {
    const held = lot.payloads.get(number)
    lot.payloads.delete(number)
    if (held !== undefined && --held.users === 0) this.#heldBytes -= held.data.length
  }

  /** Makes calls of what is ready of a lot: full ones, and once nothing of it is open all. */
  #plan(lot: PendingLot, all = lot.open.size === 0): void {
    if (lot.ready.length > 0) {
      const calls = planCalls(lot.whole.reader, this.#batchSize, lot) ?? lot.ready.map((number) => [number])
      const full = all ? calls : calls.filter(({ length }) => length === this.#batchSize)
      if (full.length > 0) {
        const started = new Set(full.flat())
        lot.ready = lot.ready.filter((number) => !started.has(number))
        this.#listener.onResolved({ ...lot.whole, calls: full, callCount: full.length, resolved: lot.lines })
      }
    }
    if (lot.open.size === 0 && lot.ready.length === 0) this.#lots.delete(lot)
    else if (lot.ready.length > 0) this.#gatherSoon()
  }

  #planAll(): void {
    this.#stopGathering()
    for (const lot of [...this.#lots]) this.#plan(lot, true)
  }

  #gatherSoon(): void {
    this.#gathering ??= setTimeout(() => {
      this.#planAll()
      this.#hasGathered = true
      this.#ask()
      this.#hasGathered = false
      this.#listener.onChange()
    }, GATHER_MS)
  }

  #stopGathering(): void {
    if (this.#gathering !== null) clearTimeout(this.#gathering)
    this.#gathering = null
  }
}

/** Whether its request was sent: one that the lease withheld says nothing about the endpoint. */
function wasAsked(payload: ResolvedPayload): boolean {
  return !('failure' in payload) || payload.failure.withheld !== true
}

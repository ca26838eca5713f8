import { isOutage } from '@waybill/spec/rules'
import type { Channel } from '../limits/channel-registry.ts'
import type { CallHealth } from '../limits/circuit.ts'
import type { OutcomeDetail } from '../model/item.ts'
import { type OutcomeView, Verdict } from '../model/outcome-batch.ts'

/** The facts in a batch of outcomes about the channel's health. */
export interface BatchFacts {
  readonly view: OutcomeView
  /** Code of the error of each record that has no verdict yet, by its number. */
  readonly codes: ReadonlyMap<number, string>
}

/** Codes of items that were never called, and of one whose calls came to no end: they say nothing of the channel. */
export const UNCALLED_CODES: ReadonlySet<string> = new Set([
  'invalid_item',
  'item_schema_mismatch',
  'request_not_made',
  'payload_not_found',
  'payload_unavailable',
  'payload_invalid',
])
export const CRASHED_CODE = 'worker_crashed'

/** Tells a channel's circuit of its calls: counts them while it is closed, else looks for the outcome of the probe. */
export function reportToCircuit(channel: Channel, facts: BatchFacts, nowUs: number): void {
  const { circuit, config } = channel
  if (config.circuit === null) return
  const state = circuit.state(nowUs)
  if (state === 'closed') {
    circuit.record(countCalls(facts, itemsPerCall(channel)), nowUs)
  } else if (state === 'half_open') {
    const health = healthOfProbe(channel, facts)
    if (health !== null) circuit.probed(health, nowUs)
  }
}

/** The most items that a call of a channel takes. */
export function itemsPerCall({ config: { connector } }: Channel): number {
  return connector.type === 'sandbox' ? 1 : connector.batchSize
}

/** The calls behind a batch, as far as its records tell them apart. */
export function countCalls(facts: BatchFacts, itemsPerCall: number): { calls: number; failed: number } {
  const { view, codes } = facts
  if (itemsPerCall === 1 && codes.size === 0) return { calls: view.count, failed: 0 }
  let calls = 0
  let failed = 0
  let inCall = 0
  let lastHealth: CallHealth = 'none'
  for (let n = 0; n < view.count; n++) {
    // An item that was refused beside those that were sent does not make two calls of one.
    if (UNCALLED_CODES.has(codes.get(n) ?? '')) {
      inCall++
      continue
    }
    const health = healthOf(facts, n)
    const sameCall = inCall < itemsPerCall && health === lastHealth && view.isSameCall(n)
    if (sameCall) {
      inCall++
      continue
    }
    inCall = 1
    lastHealth = health
    if (health !== 'none') calls++
    if (health === 'down') failed++
  }
  return { calls, failed }
}

function healthOfProbe({ circuit }: Channel, facts: BatchFacts): CallHealth | null {
  const { view } = facts
  for (let n = 0; n < view.count; n++) {
    if (circuit.isProbe({ jobRef: view.jobRef(n), index: view.index(n) })) return healthOf(facts, n)
  }
  return null
}

/** Returns the health of the channel by the call of a record. */
export function healthOf({ view, codes }: BatchFacts, n: number): CallHealth {
  if (view.verdict(n) === Verdict.succeeded) return 'up'
  const code = codes.get(n) ?? ''
  const status = view.httpStatus(n)
  if (view.asksForDelay(n) || UNCALLED_CODES.has(code) || code === CRASHED_CODE) return 'none'
  return isOutage(code, status) ? 'down' : 'up'
}

const decoder = new TextDecoder()

/** The code in a record's detail; empty: there is none. */
export function errorCode(detail: Uint8Array | null): string {
  return parseDetail(detail).error?.code ?? ''
}

/** A detail that is no JSON is the business of those who wrote it: the outcome counts. */
export function parseDetail(detail: Uint8Array | null): OutcomeDetail {
  if (detail === null) return {}
  try {
    return JSON.parse(decoder.decode(detail)) as OutcomeDetail
  } catch {
    return {}
  }
}

import type { OperationId } from '@waybill/spec'
import type { ServerResponse } from 'node:http'
import { FairShare, type Holder, type Lease } from '../../limits/fair-share.ts'
import { ProblemError } from '../../model/errors.ts'
import { MAX_ITEM_BYTES, MAX_PAGE_BYTES } from '../../model/limits.ts'
import type { Clock } from '../../runtime/clock.ts'
import { releaseAfter } from '../request/release-after.ts'

const MIB = 1024 * 1024
/**
 * Bytes of large answers that are being made, or that clients have not taken: with the memory to make them a server stays within
 * 100 MB of an idle one, even if no client reads. Sixteen of the largest pages.
 */
const MAX_ANSWER_BYTES = 64 * MIB
/** A stream holds a read of results, as items and as text, however long it is. */
const STREAM_BYTES = MIB / 2
const RETRY_SECONDS = 5

/** The largest size of an answer, of operations whose answers may be large. */
const estimates: Partial<Record<OperationId, number>> = {
  listJobs: MAX_PAGE_BYTES,
  listItems: MAX_PAGE_BYTES,
  getJobMap: MIB / 8,
  listDeadLetters: MAX_PAGE_BYTES,
  listDeadLetterGroups: MIB,
  search: MIB,
  listParked: MAX_PAGE_BYTES,
  listTokens: MAX_PAGE_BYTES,
  listAudit: MAX_PAGE_BYTES,
  listSubscriptions: MAX_PAGE_BYTES,
  listWebhookDeliveries: MAX_PAGE_BYTES,
  listJobWebhookDeliveries: MAX_PAGE_BYTES,
  listExecutions: MAX_PAGE_BYTES,
  getExecution: MAX_PAGE_BYTES,
  listChannels: MIB,
  listCredentials: MIB,
  listWebhookEndpoints: MIB / 4,
  getMetrics: MIB,
  listServers: MIB / 8,
  getStats: MAX_PAGE_BYTES,
  getItem: MAX_ITEM_BYTES,
  getResults: STREAM_BYTES,
  getResultsCsv: STREAM_BYTES,
}

interface Asking extends Pick<Holder, 'stalledMs'> {
  readonly caller: string
  /** Its connection has more to ask. */
  readonly patient: boolean
  readonly response: ServerResponse
  readonly signal: AbortSignal
}

/** The memory of large answers, from before they are made until their clients have taken them. */
export class LargeAnswers {
  readonly #share: FairShare
  readonly #leases = new WeakMap<ServerResponse, Lease>()

  constructor(clock: Clock, totalBytes = MAX_ANSWER_BYTES) {
    this.#share = new FairShare({ clock, total: totalBytes })
  }

  /** Whether the answers of an operation need a share. */
  includes(operationId: OperationId): boolean {
    return estimates[operationId] !== undefined
  }

  /**
   * Takes a share for an answer; waits for it. It is held until the client has its answer or is gone, and nothing is read for it any more: clients that
   * ask and leave would otherwise have as many reads carried out as they like.
   * @returns is to be called when the answer was made, or failed
   * @throws ProblemError `overloaded`
   */
  async enter(operationId: OperationId, { caller, patient, response, stalledMs, signal }: Asking): Promise<() => void> {
    const giveUp = (): void => {
      response.destroy()
    }
    const lease = await this.#share.take(caller, {
      amount: estimates[operationId] ?? 0,
      patient,
      signal,
      holder: { stalledMs, giveUp },
    })
    if (lease === null) throw overloaded(this.#share.perCaller)
    this.#leases.set(response, lease)
    return releaseAfter(lease, response)
  }

  /** Replaces the estimate with the size of the answer. */
  made(response: ServerResponse, bytes: number): void {
    this.#leases.get(response)?.resize(bytes)
  }
}

function overloaded(perCaller: number): ProblemError {
  return new ProblemError({
    code: 'overloaded',
    detail: `Cannot begin another large answer as those of one caller that are not yet taken may have at most ${perCaller / MIB} MiB, those of all four times as much: there was no capacity in time`,
    retryAfterSeconds: RETRY_SECONDS,
  })
}

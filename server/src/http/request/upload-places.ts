import type { ServerResponse } from 'node:http'
import { FairShare, type Holder } from '../../limits/fair-share.ts'
import { ProblemError } from '../../model/errors.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Telemetry } from '../../runtime/telemetry.ts'
import { releaseAfter } from './release-after.ts'

/** Uploads that are received at once: at about 8 MiB each they stay below 512 MiB; more connections would only share the same core. */
const MAX_UPLOADS = 64
const RETRY_SECONDS = 5

interface Asking {
  readonly caller: string
  readonly response: ServerResponse
  readonly signal: AbortSignal
  /** Its body. */
  readonly holder: Holder
}

/** Places of requests with a body, from before it is read until the request is answered. */
export class UploadPlaces {
  readonly #share: FairShare

  constructor(clock: Clock, maxUploads = MAX_UPLOADS) {
    this.#share = new FairShare({ clock, total: maxUploads })
  }

  /**
   * Takes a place, and waits for it; a body that has stalled loses its own meanwhile.
   * @returns is to be called when the request was carried out, also after its client has left
   * @throws ProblemError `overloaded`
   */
  async enter({ caller, response, signal, holder }: Asking): Promise<() => void> {
    const lease = await this.#share.take(caller, { signal, holder })
    if (lease === null) {
      throw new ProblemError({
        code: 'overloaded',
        detail: `Cannot take this request as at most ${this.#share.perCaller} uploads of one caller may run at once, those of all callers four times as many: no place became free in time`,
        retryAfterSeconds: RETRY_SECONDS,
      })
    }
    return releaseAfter(lease, response)
  }
}

/** Reports an upload that has its place, and its end: it is answered, or its client is gone. */
export function reportUpload(
  operation: string,
  response: ServerResponse,
  { clock, telemetry }: { readonly clock: Clock; readonly telemetry: Telemetry },
): void {
  if (!(telemetry.listens('upload.started') || telemetry.listens('upload.ended')) || response.closed) return
  const startedUs = clock.monotonicUs()
  telemetry.emit('upload.started', { operation })
  response.once('close', () => {
    telemetry.emit('upload.ended', { operation, durationMs: (clock.monotonicUs() - startedUs) / 1000 })
  })
}

/*
 * Trace ids of calls. Worker threads send them, and the main thread finds them again for the calls it makes spans of: they follow from
 * which call it is and a seed of the process, so that nothing is kept or passed on for a call.
 */

/** The tracing of calls of a process; a plain object, for messages to threads. */
export interface CallTracing {
  /** Four random words of 32 bits. */
  readonly seed: Uint32Array
  /** The share of calls that are recorded whatever becomes of them, 0 to 1. */
  readonly ratio: number
}

/** Which call: its job, its first item, and the number of the call in the life of that item. */
export interface CallPlace {
  readonly jobRef: number
  readonly index: number
  readonly attempt: number
}

const TRACE_WORDS = 4
const SPAN_WORDS = 2
const LAST_WORD = TRACE_WORDS + SPAN_WORDS - 1
/** Odd, one for each word of the ids, so that places which are alike for one of them are not for the others. */
const FACTORS = Int32Array.of(0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1, 0x2c1b3c6d)
/** The factors of the last word of a trace id, see `#word`. */
const [CHOOSING, CHOOSING_JOB, CHOOSING_ATTEMPT] = [FACTORS[3]!, FACTORS[4]!, FACTORS[5]!]
const bytes = Buffer.alloc((TRACE_WORDS + SPAN_WORDS) * 4)
const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** The ids of calls, as hex digits. Each call of a process has ids of its own; those of another process are others. */
export class CallTraceIds {
  /** For each word of the ids: what it has of the seed. */
  readonly #seeds: Int32Array
  /** Calls whose last word of the trace id is below are recorded. */
  readonly #below: number
  /** Of the word that decides; asked for each call. */
  readonly #choosingSeed: number

  constructor({ seed, ratio }: CallTracing) {
    this.#seeds = FACTORS.map((factor, n) => seed[n & 3]! ^ Math.imul(n + 1, factor))
    this.#below = ratio * 2 ** 32
    this.#choosingSeed = this.#seeds[TRACE_WORDS - 1]!
  }

  /** Whether a call is recorded whatever becomes of it: known before it starts, so that the receiver is notified. */
  isChosen({ jobRef, index, attempt }: CallPlace): boolean {
    const place = Math.imul(index, CHOOSING) ^ Math.imul(jobRef, CHOOSING_JOB) ^ Math.imul(attempt, CHOOSING_ATTEMPT)
    return (mix(this.#choosingSeed ^ place) >>> 0 || 1) < this.#below
  }

  /** The `traceparent` of a call that is a trace of its own. */
  traceparent(place: CallPlace): string {
    const { traceId, spanId } = this.idsOf(place)
    return `00-${traceId}-${spanId}-${this.isChosen(place) ? '01' : '00'}`
  }

  idsOf(place: CallPlace): { readonly traceId: string; readonly spanId: string } {
    for (let n = 0; n < TRACE_WORDS + SPAN_WORDS; n++) words.setUint32(n * 4, this.#word(n, place))
    const hex = bytes.toString('hex')
    return { traceId: hex.slice(0, TRACE_WORDS * 8), spanId: hex.slice(TRACE_WORDS * 8) }
  }

  /** One word of the ids; none of them is 0, as ids of zeros are not valid. */
  #word(n: number, { jobRef, index, attempt }: CallPlace): number {
    const ofJob = n < LAST_WORD ? n + 1 : 0
    const ofAttempt = ofJob < LAST_WORD ? ofJob + 1 : 0
    const place =
      Math.imul(index, FACTORS[n]!) ^ Math.imul(jobRef, FACTORS[ofJob]!) ^ Math.imul(attempt, FACTORS[ofAttempt]!)
    return mix(this.#seeds[n]! ^ place) >>> 0 || 1
  }
}

/** Spreads 32 bits, without losing any. */
function mix(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d)
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b)
  return hash ^ (hash >>> 16)
}

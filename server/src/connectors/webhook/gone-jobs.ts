/** Jobs of one origin that are remembered; beyond it a job may be forgotten, which costs a call that is answered 410 again. */
const PLACES = 1024

/** Makes the memory of `GoneJobs`, for all threads that call one origin: 8 KiB. */
export function goneJobsMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(PLACES * BigInt64Array.BYTES_PER_ELEMENT)
}

/**
 * The jobs whose webhook was answered with 410: it is called no more for them. In shared memory, so that no thread calls after another one got the
 * answer. A process forgets them: after a start, the next event of such a job is answered 410 once more.
 */
export class GoneJobs {
  readonly #places: BigInt64Array

  constructor(memory: SharedArrayBuffer) {
    this.#places = new BigInt64Array(memory)
  }

  add(jobId: string): void {
    const mark = markOf(jobId)
    Atomics.store(this.#places, placeOf(mark), mark)
  }

  has(jobId: string): boolean {
    const mark = markOf(jobId)
    return Atomics.load(this.#places, placeOf(mark)) === mark
  }
}

/** The last 16 hex digits of its id: 62 of these bits are random. */
function markOf(jobId: string): bigint {
  return BigInt.asIntN(64, BigInt(`0x${jobId.slice(-16)}`))
}

function placeOf(mark: bigint): number {
  return Number(BigInt.asUintN(64, mark) % BigInt(PLACES))
}

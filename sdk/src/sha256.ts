// SHA-256 that takes its bytes piece by piece. WebCrypto wants them all at once: a stream of results would have to be held in
// memory, which is what streaming is there to avoid.

const roundConstants = Int32Array.from(firstPrimes(64).map((prime) => fractionBits(Math.cbrt(prime))))
const initialState = firstPrimes(8).map((prime) => fractionBits(Math.sqrt(prime)))
const blockBytes = 64

/** Takes bytes, and gives their digest at the end. */
export interface Sha256 {
  update(bytes: Uint8Array): void
  /** The digest of all bytes so far, in lower-case hex. Ends it: no update may follow. */
  digest(): string
}

export function createSha256(): Sha256 {
  const state = Int32Array.from(initialState)
  const schedule = new Int32Array(64)
  const block = new Uint8Array(blockBytes)
  let filledBytes = 0
  let totalBytes = 0

  function update(bytes: Uint8Array): void {
    totalBytes += bytes.length
    let at = 0
    if (filledBytes > 0) {
      at = Math.min(blockBytes - filledBytes, bytes.length)
      block.set(bytes.subarray(0, at), filledBytes)
      filledBytes += at
      if (filledBytes < blockBytes) return
      compress(state, schedule, block, 0)
    }
    for (; at + blockBytes <= bytes.length; at += blockBytes) compress(state, schedule, bytes, at)
    block.set(bytes.subarray(at), 0)
    filledBytes = bytes.length - at
  }

  function digest(): string {
    const lengthBits = totalBytes * 8
    const padding = new Uint8Array((filledBytes < 56 ? 56 : 120) - filledBytes + 8)
    padding[0] = 0x80
    const view = new DataView(padding.buffer)
    view.setUint32(padding.length - 8, Math.floor(lengthBits / 2 ** 32))
    view.setUint32(padding.length - 4, lengthBits >>> 0)
    update(padding)
    return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
  }

  return { update, digest }
}

function compress(state: Int32Array, schedule: Int32Array, bytes: Uint8Array, start: number): void {
  for (let i = 0; i < 16; i++) {
    const at = start + i * 4
    schedule[i] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
  }
  for (let i = 16; i < 64; i++) {
    const early = schedule[i - 15]!
    const late = schedule[i - 2]!
    const mixedEarly = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)
    const mixedLate = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10)
    schedule[i] = (schedule[i - 16]! + mixedEarly + schedule[i - 7]! + mixedLate) | 0
  }
  // One by one: destructuring walks an iterator, and halves the speed.
  let a = state[0]!
  let b = state[1]!
  let c = state[2]!
  let d = state[3]!
  let e = state[4]!
  let f = state[5]!
  let g = state[6]!
  let h = state[7]!
  for (let i = 0; i < 64; i++) {
    const choice = (e & f) ^ (~e & g)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const first = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choice + roundConstants[i]! + schedule[i]!) | 0
    const second = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority) | 0
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + second) | 0
  }
  state[0] = state[0]! + a
  state[1] = state[1]! + b
  state[2] = state[2]! + c
  state[3] = state[3]! + d
  state[4] = state[4]! + e
  state[5] = state[5]! + f
  state[6] = state[6]! + g
  state[7] = state[7]! + h
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits))
}

function firstPrimes(count: number): number[] {
  const primes: number[] = []
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  return primes
}

function fractionBits(value: number): number {
  return ((value % 1) * 2 ** 32) | 0
}

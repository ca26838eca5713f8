// SHA-256 that takes its bytes piece by piece. WebCrypto takes them only all at once: a stream of results would have to be held in
// memory, which is what streaming is there to avoid.

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

export interface Sha256 {
  update(bytes: Uint8Array): void
  /** Returns the digest of all bytes, in lower-case hex. No update may follow. */
  digest(): string
}

export function createSha256(): Sha256 {
  const hash = sha256.create()
  return { update: (bytes) => void hash.update(bytes), digest: () => bytesToHex(hash.digest()) }
}

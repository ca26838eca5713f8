import { join } from 'node:path'
import { KeyRing, newKeyText, readKeys, type RingKey } from './key-ring.ts'
import { KEY_RING_FILE, makeKeyRingFile, readKeyRingFile } from './key-ring-file.ts'

/** Where the key ring of a server comes from. */
export interface KeyRingSource {
  /** Keys as text; null: not given. */
  readonly keyRing: string | null
  /** Absolute path of a file with them; null: that of the data folder. */
  readonly keyRingFile: string | null
  /** With `memory` a key that was not given is in memory, too. */
  readonly store: string
  readonly dataDir: string
}

export interface OpenedKeyRing {
  readonly ring: KeyRing
  /** The file it was made in just now; null: it was there before, or is in memory alone. */
  readonly madeFile: string | null
  /**
   * Reads the keys once more: call it when no other process can change the data folder any more, before anything is sealed.
   * @throws Error when the first key is there no longer: what it seals nobody could open after this process
   */
  readonly recheck: () => void
}

/**
 * The key ring that a server seals with: the given keys, else those of the given file, else those of the data folder, where a new key is
 * made when there is none. With the memory store the last one is in memory, too.
 * @throws Error saying why there is none
 */
export function openKeyRing({ keyRing, keyRingFile, store, dataDir }: KeyRingSource): OpenedKeyRing {
  if (keyRing !== null) return { ring: new KeyRing(keysOf(keyRing)), madeFile: null, recheck() {} }
  if (keyRingFile !== null) {
    const keys = readKeyRingFile(keyRingFile)
    if (keys === null) throw new Error(`Cannot use key ring as ${keyRingFile} must hold keys: there is no such file`)
    return { ring: new KeyRing(keys), madeFile: null, recheck: recheckOf(keyRingFile, keys) }
  }
  if (store === 'memory') return { ring: newKeyRing(), madeFile: null, recheck() {} }
  const file = join(dataDir, KEY_RING_FILE)
  const kept = readKeyRingFile(file)
  if (kept !== null) return { ring: new KeyRing(kept), madeFile: null, recheck: recheckOf(file, kept) }
  const { keys, made } = makeKeyRingFile(file)
  return { ring: new KeyRing(keys), madeFile: made ? file : null, recheck: recheckOf(file, keys) }
}

function recheckOf(file: string, keys: readonly RingKey[]): () => void {
  return () => {
    const { id } = keys[0]!
    if (readKeyRingFile(file)?.some((key) => key.id === id) === true) return
    throw new Error(`Cannot use key ring as ${file} must keep key ${id} during a start: it was removed. Start again`)
  }
}

/** A ring of one new key that ends with the process. */
export function newKeyRing(): KeyRing {
  return new KeyRing(keysOf(newKeyText()))
}

function keysOf(text: string): readonly RingKey[] {
  const keys = readKeys(text)
  if (typeof keys === 'string') throw new Error(`Cannot use key ring as WAYBILL_KEY_RING must hold keys: ${keys}`)
  return keys
}

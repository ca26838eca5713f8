/** The hashes of this key are the same for all channels: a collision. */
const COLLIDING_KEY = 5

/** Key hashes as ingest makes them, as far as a scheduler can tell: 0 is no key, others do not span channels, but for one. */
export function hashes(keys: readonly number[], channel: string): Uint32Array {
  return Uint32Array.from(
    keys.flatMap((key) => (key === 0 ? [0, 0] : [key, key === COLLIDING_KEY ? 1 : channel.length])),
  )
}

export function keyNames(keys: readonly number[], channel: string): (string | null)[] {
  return keys.map((key) => (key === 0 ? null : key === COLLIDING_KEY ? 'colliding' : `${channel} ${key}`))
}

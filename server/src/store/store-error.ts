import type { ChannelTerm } from '../model/channel-term.ts'

/** Rejections of the store that stages act on. */
export type StoreErrorCode =
  | 'disk_full'
  | 'unavailable'
  | 'damaged'
  | 'io'
  | 'stale_epoch'
  | 'stale_term'
  | 'newer_schema'
  | 'locked'
  | 'closed'
  | 'conflict'

export class StoreError extends Error {
  readonly code: StoreErrorCode
  /** Of `stale_term` the channels that are another owner's, or nobody's; else empty. */
  readonly channels: readonly string[]

  constructor(code: StoreErrorCode, message: string, channels: readonly string[] = []) {
    super(message)
    this.name = 'StoreError'
    this.code = code
    this.channels = channels
  }
}

/** The error of calls before the start of a store, and after its stop. */
export function closed(): StoreError {
  return new StoreError('closed', 'Cannot use the store as it must be started and not stopped: it is closed')
}

/** Creates the error of a call that does not fit the stored data. */
export function conflict(what: string, wanted: string, current: string): StoreError {
  return new StoreError('conflict', `Cannot ${what} as ${wanted}: current state is ${current}`)
}

/** Creates the error of a call that finds contradictory data in the store. */
export function damaged(what: string, wanted: string, current: string): StoreError {
  return new StoreError('damaged', `Cannot read ${what} as ${wanted}: current state is ${current}`)
}

/** Creates the error of a write by whoever is not the owner of these channels, at least one, any more. */
export function staleTerm(stale: readonly ChannelTerm[]): StoreError {
  const [{ channel, term }, more] = [stale[0]!, stale.length - 1]
  const others = more === 0 ? '' : ` (and ${more} others)`
  return new StoreError(
    'stale_term',
    `Cannot write of channel ${channel}${others} as this must be its owner: term ${term} is not that of an owner any more`,
    stale.map((one) => one.channel),
  )
}

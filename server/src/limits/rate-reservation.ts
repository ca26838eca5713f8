import type { Channel } from './channel-registry.ts'

/** Asked before calls of a channel are handed to a worker: what starts must not be forgotten by a start to come (RAT-1). */
export interface RateReservation {
  /**
   * Units of a channel that may start as far as the durable TAT goes; Infinity where none is kept. If that is less than `units`, more
   * becomes durable soon, and the channel is looked at again.
   */
  durableUnits(channel: Channel, units: number): number
}

import type { Logger } from '../runtime/logger.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import type { DoubtfulItems } from './doubtful-items.ts'
import { endedWithThread, type EngineOutcomes, workerCrashed } from './engine-outcomes.ts'
import type { Lane } from './lane.ts'
import type { LotEvents } from './lot.ts'
import { ItemState } from './messages.ts'

/** The decisions on the items of a lane whose thread was lost. */
export interface JudgedLeftovers {
  /** Handles of items that return uncounted. */
  readonly back: ReadonlyMap<LotEvents, readonly number[]>
  readonly items: number
  /** Of them, those that are called again alone. */
  readonly doubtful: number
}

/**
 * Decides about each item that was not accounted for when its thread was gone: not started returns; the call that did
 * not end has timed out; one that may have been made is called again alone. Only the item at fault gets an outcome for it.
 */
export function judgeLeftovers(
  lane: Lane,
  deps: { outcomes: EngineOutcomes; doubtful: DoubtfulItems },
): JudgedLeftovers {
  const { outcomes } = deps
  const { timeoutMs } = lane.load.channel.config.connector
  const back = new Map<LotEvents, number[]>()
  const leftovers = lane.leftovers()
  let doubtful = 0
  let putBack = false
  for (const item of leftovers) {
    if (item.state === ItemState.unstarted) {
      if (lane.alone) putBack = true
      else back.set(item.events, [...(back.get(item.events) ?? []), item.record.itemHandle])
    } else if (item.stuckSinceMs !== null || (lane.alone && lane.killed)) {
      outcomes.add(item.record, endedWithThread(timeoutMs), item.stuckSinceMs ?? lane.pulse.callStartedAtMs)
    } else if (deps.doubtful.add(lane, item)) {
      doubtful++
    } else {
      outcomes.add(item.record, workerCrashed, lane.pulse.callStartedAtMs)
    }
  }
  if (lane.alone && leftovers.length > 0) {
    if (putBack) deps.doubtful.putBack()
    else deps.doubtful.currentEnded()
  }
  return { back, items: leftovers.length, doubtful }
}

/** Reports a thread that was lost with items. */
export function reportLost(
  { pool, killed, load }: Lane,
  { logger, telemetry, items, doubtful }: { logger: Logger; telemetry: Telemetry; items: number; doubtful: number },
): void {
  const channel = load.channel.name
  logger.warn({ channel, items, doubtful }, 'worker thread lost')
  telemetry.emit('thread.lost', { pool, cause: killed ? 'killed' : 'ended', channel, items })
}

import type { Waybill } from '../create-client.ts'
import type { JobHandle } from '../job-handle.ts'
import type { Cli } from './cli.ts'
import type { KeyCount } from './input/count-keys.ts'
import { countOf, formatCount } from './output/printable.ts'

/** A job that was submitted, and the partition keys of its items. */
export interface SubmittedKeys {
  readonly waybill: Waybill
  readonly job: JobHandle
  readonly count: KeyCount
}

/**
 * Says how many items may run at once where that is fewer than the channel allows: items of one partition key are delivered one after
 * another, and a call holds at most one item of a key.
 */
export async function reportParallelism(cli: Cli, { waybill, job, count }: SubmittedKeys): Promise<void> {
  const { keys, items } = count
  // With fewer than two items a key, the items bound it as much as the keys.
  if (keys === null || keys === 0 || items < 2 * keys || cli.isSilent || job.last === null) return
  const { channel } = job.last
  // It is advice: a channel that cannot be read says nothing against the job.
  const found = await waybill.channels.get(channel, { signal: cli.interrupt }).catch(() => null)
  if (found === null) return
  const { concurrency, connector } = found
  const batchSize = connector.batchSize ?? 1
  const allowed = concurrency * batchSize
  if (keys >= allowed) return
  const atOnce = `${countOf(keys, 'partition key')}: at most ${countOf(keys, 'item')} at once`
  cli.say(
    `${atOnce}, where channel ${channel} allows ${formatCount(allowed)} (concurrency ${concurrency}, batchSize ${batchSize})`,
  )
}

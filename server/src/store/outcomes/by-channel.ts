import { type OutcomeBatch, OutcomeView, OutcomeWriter } from '../../model/outcome-batch.ts'

/**
 * Groups batches by channel; those without records are left out. Nearly always a batch has the jobs of one, and stays whole.
 * @param channelOf the channel of a job
 */
export function byChannel(
  batches: readonly OutcomeBatch[],
  channelOf: (ref: number) => string,
): ReadonlyMap<string, OutcomeBatch[]> {
  const channels = new Map<string, OutcomeBatch[]>()
  const add = (channel: string, batch: OutcomeBatch): void => {
    const known = channels.get(channel)
    if (known === undefined) channels.set(channel, [batch])
    else known.push(batch)
  }
  for (const batch of batches) {
    if (batch.count === 0) continue
    const view = new OutcomeView(batch)
    const runs = runsOf(view, channelOf)
    if (runs.length === 1) add(runs[0]!.channel, batch)
    else {
      for (const { channel, from, to } of runs) {
        const writer = new OutcomeWriter()
        for (let n = from; n < to; n++) writer.add({ ...view.record(n), itemHandle: 0 })
        add(channel, writer.take()!)
      }
    }
  }
  return channels
}

/** Records behind one another of one channel. */
function runsOf(
  view: OutcomeView,
  channelOf: (ref: number) => string,
): { channel: string; from: number; to: number }[] {
  const runs: { channel: string; from: number; to: number }[] = []
  let lastRef = -1
  for (let n = 0; n < view.count; n++) {
    const ref = view.jobRef(n)
    const run = runs.at(-1)
    if (ref !== lastRef) {
      lastRef = ref
      const channel = channelOf(ref)
      if (run?.channel !== channel) {
        runs.push({ channel, from: n, to: n + 1 })
        continue
      }
    }
    run!.to = n + 1
  }
  return runs
}

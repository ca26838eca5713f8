import type { RecordedCall } from './record.ts'

/** REC-2: a term of a channel belongs to one server. */
export function checkTerms(calls: readonly RecordedCall[]): string[] {
  const servers = new Map<string, Set<string>>()
  for (const { channel, epoch, server = '' } of calls) {
    const term = `term ${epoch} of ${channel}`
    const set = servers.get(term)
    if (set === undefined) servers.set(term, new Set([server]))
    else set.add(server)
  }
  return [...servers]
    .filter(([, set]) => set.size > 1)
    .map(([term, set]) => `REC-2 ${term} was used by the servers ${[...set].toSorted().join(' and ')}`)
}

/** REC-1: within a term an item is taken again only when its call has timed out, as the answer came too late to be heard. */
export function checkTakenInTerm(calls: readonly RecordedCall[], timeoutMs: number): string[] {
  const faults: string[] = []
  const taken = new Map<string, RecordedCall>()
  for (const call of [...calls].sort((a, b) => a.startMs - b.startMs)) {
    if (call.answer !== 'succeeded') continue
    const name = `${call.jobId}/${call.index}`
    const before = taken.get(name)
    taken.set(name, call)
    if (before === undefined || before.epoch !== call.epoch || call.startMs - before.startMs >= timeoutMs) continue
    faults.push(
      `REC-1 ${name} was taken twice within term ${call.epoch}, ${Math.round(call.startMs - before.startMs)} ms apart`,
    )
  }
  return faults.slice(0, 10)
}

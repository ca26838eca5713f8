import type { ChannelTerm } from '../../../model/channel-term.ts'
import type { HandoverNote } from '../../owner-store.ts'
import { staleTerm } from '../../store-error.ts'
import type { Counters } from '../tables/counters.ts'
import type { WriteStatements } from '../tables/statements.ts'
import type { WriteCalls } from '../../thread/messages.ts'
import type { Handlers } from './write-deps.ts'

interface OwnerDeps {
  readonly sql: WriteStatements
  readonly counters: Pick<Counters, 'epoch'>
}

interface OwnerRow {
  readonly term: number
  /** The epoch of the start that adopted it. */
  readonly owner: number | null
  readonly note: string | null
}

/** The calls by which channels get an owner, and lose it. */
export function ownerCalls(deps: OwnerDeps): Handlers<Pick<WriteCalls, 'adoptChannels' | 'releaseChannels'>> {
  const { sql, counters } = deps
  return {
    adoptChannels({ names }) {
      const adopted = names.map((channel) => {
        const before = sql.readOwner.get(channel) as OwnerRow | undefined
        const { term } = sql.adoptChannel.get(channel, counters.epoch) as { term: number }
        const note = before?.note == null ? null : (JSON.parse(before.note) as HandoverNote)
        return { channel, term, note }
      })
      return { result: adopted }
    },
    releaseChannels({ releases }) {
      requireTerms(deps, releases)
      for (const { channel, note } of releases) sql.releaseChannel.run(JSON.stringify(note), channel)
      return { result: null }
    },
  }
}

/** REC-2: whoever is not the owner of a channel writes nothing of it. @throws StoreError `stale_term` */
export function requireTerms({ sql, counters }: OwnerDeps, terms: readonly ChannelTerm[]): void {
  let stale: ChannelTerm[] | null = null
  for (const one of terms) {
    const row = sql.readOwner.get(one.channel) as OwnerRow | undefined
    if (row?.term !== one.term || row.owner !== counters.epoch) (stale ??= []).push(one)
  }
  if (stale !== null) throw staleTerm(stale)
}

/**
 * Takes the next places in the orders of channels. A rollback gives them back: they stand in the channels' rows alone.
 * @param channels of each job its channel; null: it gets no place
 * @returns the place of each, 0 for none
 */
export function takePlaces(sql: WriteStatements, channels: readonly (string | null)[]): number[] {
  const wanted = new Map<string, number>()
  for (const channel of channels) if (channel !== null) wanted.set(channel, (wanted.get(channel) ?? 0) + 1)
  const next = new Map<string, number>()
  // By name, so that two publications of several channels never wait for each other where rows are locked.
  for (const channel of [...wanted.keys()].sort()) {
    const count = wanted.get(channel)!
    const { last_place } = sql.takePlaces.get(channel, count) as { last_place: number }
    next.set(channel, last_place - count + 1)
  }
  return channels.map((channel) => {
    if (channel === null) return 0
    const place = next.get(channel)!
    next.set(channel, place + 1)
    return place
  })
}

import type { ChannelTerm } from '../../../model/channel-term.ts'
import type { HandoverNote } from '../../owner-store.ts'
import { staleTerm } from '../../store-error.ts'
import type { WriteCalls } from '../../thread/messages.ts'
import { sqlState, TERM_LOST } from '../postgres-errors.ts'
import type { Transaction } from '../thread/transaction.ts'
import type { AskRows } from '../thread/plan.ts'
import type { Handlers, WriteDeps } from './write-deps.ts'

interface AdoptedRow {
  readonly channel: string
  readonly term: number
  readonly note: string | null
}

type OwnerDeps = Pick<WriteDeps, 'counters' | 'serverId' | 'ask'>

/** The calls by which channels get an owner, and lose it. */
export function ownerCalls(deps: OwnerDeps): Handlers<Pick<WriteCalls, 'adoptChannels' | 'releaseChannels'>> {
  const { counters, serverId, ask } = deps
  return {
    adoptChannels({ names }) {
      const inOrder = (rows: readonly AdoptedRow[]) => {
        const adopted = new Map(rows.map((row) => [row.channel, row]))
        return names.map((channel) => {
          const { term, note } = adopted.get(channel)!
          return { channel, term, note: note === null ? null : (JSON.parse(note) as HandoverNote) }
        })
      }
      return (transaction) => {
        const adopted = transaction.run(ADOPT, names, serverId, counters.epoch)
        return {
          result: (found) => inOrder(found[adopted]!.rows as readonly AdoptedRow[]),
          // Without the notes, as after owners that were killed: slower for a moment, never faster.
          readAgain: async () => inOrder(await ask<AdoptedRow>(ADOPTED, names)),
        }
      }
    },
    releaseChannels({ releases }) {
      return (transaction) => {
        requireTerms(deps, transaction, releases)
        for (const { channel, note } of releases) transaction.run(RELEASE, channel, JSON.stringify(note))
        return { result: () => null }
      }
    },
  }
}

/** REC-2: whoever is not the owner of a channel writes nothing of it. The transaction fails with `stale_term`. */
export function requireTerms(
  { serverId }: Pick<OwnerDeps, 'serverId'>,
  transaction: Transaction,
  terms: readonly ChannelTerm[],
): void {
  if (terms.length === 0) return
  const values = [terms.map(({ channel }) => channel), terms.map(({ term }) => term), serverId]
  transaction.check('SELECT waybill.require_terms($1, $2, $3)', values, (error) => {
    if (sqlState(error) !== TERM_LOST) return null
    const stale = new Set(JSON.parse((error as { detail?: string }).detail ?? '[]') as string[])
    return staleTerm(terms.filter(({ channel }) => stale.has(channel)))
  })
}

/** Reads the term of a channel; null: it was never adopted. */
export async function termOf(ask: AskRows, channel: string): Promise<number | null> {
  const [row] = await ask<{ term: number }>('SELECT term FROM waybill.owners WHERE channel = $1', channel)
  return row?.term ?? null
}

/** At least the epoch: it is above that of every earlier start, also after a backup was restored. By name, as they are locked. */
const ADOPT = `WITH before AS (SELECT channel, note FROM waybill.owners WHERE channel = ANY ($1::text[])),
    adopted AS (
      INSERT INTO waybill.owners AS o (channel, owner, term)
        SELECT name, $2::bigint, $3::bigint FROM unnest($1::text[]) AS name ORDER BY name
        ON CONFLICT (channel) DO UPDATE SET term = greatest(o.term + 1, excluded.term), owner = excluded.owner, note = NULL
        RETURNING channel, term)
  SELECT a.channel, a.term, b.note FROM adopted a LEFT JOIN before b ON b.channel = a.channel`

const ADOPTED = 'SELECT channel, term, NULL AS note FROM waybill.owners WHERE channel = ANY ($1::text[])'

const RELEASE = 'UPDATE waybill.owners SET owner = NULL, note = $2 WHERE channel = $1'

import type { ChannelTerm } from '../../../model/channel-term.ts'
import type { ClaimedChannel, HandoverNote } from '../../owner-store.ts'
import { conflict, staleTerm } from '../../store-error.ts'
import type { ControlCalls, WriteCalls } from '../../thread/messages.ts'
import { sqlState, TERM_LOST } from '../postgres-errors.ts'
import type { Found, Transaction } from '../thread/transaction.ts'
import type { AskRows } from '../thread/plan.ts'
import type { Handlers, WriteDeps } from './write-deps.ts'

/** A row of `waybill.claim_channels`. */
interface ClaimedRow {
  readonly claimed: string
  readonly claimed_term: number
  readonly handover_note: string | null
  readonly note_age_ms: number | null
  readonly quiet_ms: number
  /** No segment and no map of the channel has a higher number. */
  readonly last_seq: number
}

/** A channel that was claimed, and how far its segments are numbered. */
export interface ClaimedRows {
  readonly channels: readonly ClaimedChannel[]
  readonly lastSeq: number
}

type OwnerDeps = Pick<WriteDeps, 'counters' | 'serverId' | 'ask' | 'sharing'>

/** The calls by which channels get an owner, and lose it. */
export function ownerCalls(deps: OwnerDeps): Handlers<Pick<WriteCalls, 'adoptChannels' | 'releaseChannels'>> {
  const { counters, serverId, ask, sharing } = deps
  return {
    adoptChannels({ names }) {
      if (sharing) throw conflict('adopt channels', 'the database must be of this server alone', 'shared')
      const inOrder = (rows: readonly ClaimedRow[]) => {
        const { channels } = claimedOf(names, rows)
        return channels.map(({ channel, term, note }) => ({ channel, term, note }))
      }
      return (transaction) => {
        // Of the whole database: nobody else that lives owns anything.
        const adopted = transaction.run(CLAIM, names, serverId, counters.epoch)
        return {
          result: (found) => inOrder(found[adopted]!.rows as readonly ClaimedRow[]),
          // Without the notes, as after owners that were killed: slower for a moment, never faster.
          readAgain: async () => inOrder(await ask<ClaimedRow>(CLAIMED, names, serverId)),
        }
      }
    },
    releaseChannels({ releases }) {
      return (transaction) => {
        requireTerms(deps, transaction, releases)
        const notes = releases.map(({ note }) => JSON.stringify(note))
        transaction.run(
          RELEASE,
          releases.map(({ channel }) => channel),
          notes,
        )
        return { result: () => null }
      }
    },
  }
}

/**
 * Adds the claim of channels to a transaction: those that another living server owns are left to it.
 * @returns what was claimed; the answer may have been lost
 */
export function claimChannels(
  { counters, serverId }: Pick<OwnerDeps, 'counters' | 'serverId'>,
  transaction: Transaction,
  names: readonly string[],
): { of(found: readonly Found[]): ClaimedRows; again(ask: AskRows): Promise<ClaimedRows> } {
  const claimed = transaction.run(CLAIM, names, serverId, counters.epoch)
  return {
    of: (found) => claimedOf(names, found[claimed]!.rows as readonly ClaimedRow[]),
    again: async (ask) => claimedOf(names, await ask<ClaimedRow>(CLAIMED, names, serverId)),
  }
}

function claimedOf(names: readonly string[], rows: readonly ClaimedRow[]): ClaimedRows {
  const byName = new Map(rows.map((row) => [row.claimed, row]))
  const channels: ClaimedChannel[] = []
  for (const channel of names) {
    const row = byName.get(channel)
    if (row === undefined) continue
    const note = row.handover_note === null ? null : noteOf(row.handover_note, row.note_age_ms ?? 0)
    channels.push({ channel, term: row.claimed_term, note, quietForMs: row.quiet_ms })
  }
  return { channels, lastSeq: Math.max(0, ...rows.map((row) => row.last_seq)) }
}

/** Reads a note so long after it was left. */
function noteOf(json: string, ageMs: number): HandoverNote {
  const note = JSON.parse(json) as HandoverNote
  const { blockedForMs, circuitOpenForMs } = note
  return {
    ...note,
    ...(blockedForMs !== undefined && { blockedForMs: Math.max(0, blockedForMs - ageMs) }),
    ...(circuitOpenForMs !== undefined && { circuitOpenForMs: Math.max(0, circuitOpenForMs - ageMs) }),
  }
}

/** Adds the handover of a channel to a transaction: its next owner must live. */
export function handOver(
  deps: Pick<OwnerDeps, 'serverId'>,
  transaction: Transaction,
  { release, to }: ControlCalls['handOver']['args'],
): void {
  requireTerms(deps, transaction, [release])
  transaction.require(HAND_OVER, [release.channel, JSON.stringify(release.note), to], () =>
    conflict(`give up channel ${release.channel}`, `server ${to} must share the database`, 'not there'),
  )
}

/** REC-2: whoever is not the owner of a channel writes nothing of it. The transaction fails with `stale_term`. */
export function requireTerms(
  { serverId }: Pick<OwnerDeps, 'serverId'>,
  transaction: Transaction,
  all: readonly ChannelTerm[],
): void {
  // Each once a transaction: the rows stay locked until its end.
  const terms = all.filter(({ channel, term }) => transaction.isFirst(`${term} ${channel}`))
  if (terms.length === 0) return
  transaction.shareOwners(terms.map(({ channel }) => channel))
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

/** At least the epoch: it is above that of every earlier start, also after a backup was restored. */
const CLAIM = 'SELECT * FROM waybill.claim_channels($1, $2, $3)'

const CLAIMED = `SELECT o.channel AS claimed, o.term AS claimed_term, NULL AS handover_note, NULL AS note_age_ms,
    coalesce(greatest(0, o.quiet_until - extract(epoch FROM clock_timestamp())::float8 * 1000), 0) AS quiet_ms,
    greatest(o.folded_seq, (SELECT m.folded_seq FROM waybill.meta m), (SELECT max(g.seq) FROM waybill.segments g WHERE g.channel = o.channel)) AS last_seq
  FROM waybill.owners o WHERE o.channel = ANY ($1::text[]) AND o.owner = $2`

const RELEASE = `UPDATE waybill.owners o SET owner = NULL, note = r.note, noted_at = clock_timestamp()
  FROM unnest($1::text[], $2::text[]) AS r (channel, note) WHERE o.channel = r.channel`

const HAND_OVER = `UPDATE waybill.owners SET owner = $3, note = $2, noted_at = clock_timestamp() WHERE channel = $1
  AND EXISTS (SELECT 1 FROM waybill.servers s WHERE s.id = $3 AND s.sharing AND NOT s.fenced)`

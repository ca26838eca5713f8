/** A bug that is put into the source of servers, and must be found in what they do. */
export interface SeededBug {
  readonly edits: readonly { readonly file: string; readonly from: string; readonly to: string }[]
  /** Happens to the servers. */
  readonly trouble: Trouble
  /** Calls of the first owner last until the trouble is over, and so may those of the next owner's predecessors, as far as it knows. */
  readonly holdsCalls?: true
  /** One of the faults that it makes, each by itself proof enough. */
  readonly shows: RegExp
}

/**
 * `freeze`: the active server is frozen for longer than its lease, and continues. `mute_beats`: its beats do not reach the database for as long, all else does. `kill_taker`: it
 * is frozen, and the server that takes over is killed before it may call.
 */
export type Trouble = 'freeze' | 'mute_beats' | 'kill_taker'

const MIGRATIONS = '/store/postgres/open/migrations.ts'
const CLAIM = '/store/postgres/open/take-database.ts'
const FENCED = `RAISE EXCEPTION 'another server has taken over' USING ERRCODE = 'WB002'`
/** A beat, and a commit, of a server that was fenced are carried out. */
const noRaise = { file: MIGRATIONS, from: FENCED, to: 'NULL' }
const noBeatRaise = {
  file: MIGRATIONS,
  from: `RAISE EXCEPTION 'the server is gone' USING ERRCODE = 'WB002'`,
  to: 'NULL',
}
const noTerms = {
  file: MIGRATIONS,
  from: `RAISE EXCEPTION 'another owner has taken over' USING ERRCODE = 'WB003', DETAIL = array_to_json(stale)::text`,
  to: 'NULL',
}
const TWO_OWNERS = /calls of earlier terms|REC-2|ORD-|REC-6/

/** Those of one lease for all channels. */
export const seededBugs: Readonly<Record<string, SeededBug>> = {
  'no fence': { edits: [noRaise, noBeatRaise, noTerms], trouble: 'mute_beats', shows: TWO_OWNERS },
  'no check before the write': {
    edits: [
      { file: '/connectors/http-exchange.ts', from: 'else if (!this.#lease.holds())', to: 'else if (false)' },
      { file: '/dispatch/worker-lane.ts', from: 'if (!this.#lease.holds())', to: 'if (false)' },
    ],
    trouble: 'freeze',
    shows: TWO_OWNERS,
  },
  'expiry by the wall clock': {
    // Of a machine whose wall clock nearly stands.
    edits: [
      { file: '/runtime/lease.ts', from: 'wallMs: Date.now()', to: 'wallMs: 1e12 + Date.now() / 1000' },
      {
        file: '/runtime/lease.ts',
        from: 'now.monotonicUs < until.monotonicUs && now.wallMs < until.wallMs',
        to: 'now.wallMs < until.wallMs',
      },
    ],
    trouble: 'freeze',
    shows: TWO_OWNERS,
  },
  'no quarantine': {
    edits: [{ file: CLAIM, from: 'quiet_ms: quietMs } = meta', to: '} = meta, quietMs = 0' }],
    trouble: 'freeze',
    holdsCalls: true,
    shows: /ORD-1/,
  },
  'a quarantine that ends with its taker': {
    edits: [{ file: CLAIM, from: 'quiet_until = greatest(quiet_until, (', to: 'quiet_until = greatest(NULL, (' }],
    trouble: 'kill_taker',
    holdsCalls: true,
    shows: /ORD-1/,
  },
}

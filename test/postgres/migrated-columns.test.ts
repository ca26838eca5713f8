import { expect, it } from 'vitest'
import { tableMoves, typesOf } from '../../server/src/store/migration/tables.ts'
import { createDatabase } from '../contract/store/world.ts'
import { queryOnce } from '../support/postgres-cluster.ts'

/** Tables that a folder has not: the schema, and the servers of a database with what they own. */
const OF_DATABASE = ['beats', 'drafts', 'migrations', 'owner_changes', 'servers']
/** Columns that have their default after a migration. */
const DEFAULTS = [
  ...['channels.version', 'meta.quiet_until', 'owners.folded_seq', 'owners.noted_at', 'owners.owner'],
  'owners.quiet_until',
]

interface ColumnRow {
  readonly table_name: string
  readonly column_name: string
  readonly data_type: string
  readonly is_identity: string
}

it('a migration writes every table, and every column that is not numbered by the database', async () => {
  const rows = (await queryOnce(
    await createDatabase(),
    `SELECT table_name, column_name, data_type, is_identity FROM information_schema.columns WHERE table_schema = 'waybill'`,
  )) as readonly ColumnRow[]
  const declared = new Map(
    rows.map((row) => [`${row.table_name}.${row.column_name}`, row.data_type.replace('double precision', 'double')]),
  )
  const written = tableMoves.flatMap((move) =>
    typesOf(move).map(([name, type]) => [`${move.name}.${name}`, type] as const),
  )
  for (const [name, type] of written) expect(declared.get(name), name).toBe(type)
  const known: ReadonlySet<string> = new Set(written.map(([name]) => name))
  const rest = rows
    .filter((row) => row.column_name !== 'row' && !OF_DATABASE.includes(row.table_name))
    .map((row) => `${row.table_name}.${row.column_name}`)
    .filter((name) => !known.has(name))
  expect(rest.sort()).toEqual(DEFAULTS)
  // Numbers that the database gives continue above those of the folder.
  const numbered = rows.filter((row) => row.is_identity === 'YES' && known.has(`${row.table_name}.${row.column_name}`))
  expect(new Set(numbered.map((row) => `${row.table_name}.${row.column_name}`))).toEqual(
    new Set(tableMoves.flatMap(({ name, numbered: column }) => (column === undefined ? [] : [`${name}.${column[0]}`]))),
  )
})

import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { migrate } from '../sqlite/open/database.ts'
import { folderQuery, movedTables, tableMoves } from './tables.ts'

/** Columns of a folder that a database has no use for. */
const LEFT_IN_FOLDER = new Set([
  'meta.commit_mark', // of the file beside the database
  'meta.id',
  'owners.owner', // nobody is, after a stop
  'part_drafts.abandoned', // each is, after a stop
])
function newFolder(): DatabaseSync {
  const db = new DatabaseSync(':memory:')
  migrate(db, ':memory:')
  return db
}

const namesOf = (rows: unknown[]): string[] => (rows as { name: string }[]).map(({ name }) => name)

describe('the tables of a migration', () => {
  it('are all tables of a folder, with all of their columns', () => {
    const db = newFolder()
    const tables = namesOf(db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()).filter(
      (name) => !name.startsWith('sqlite_'),
    )
    expect(new Set(tables)).toEqual(movedTables)
    const queries = tableMoves.map((move) => ({ name: move.name, sql: folderQuery(move) }))
    for (const { sql } of queries) expect(() => db.prepare(sql), sql).not.toThrow()
    const missing = tables.flatMap((table) => {
      const read = queries.filter(({ sql }) => new RegExp(`\\b${table}\\b`).test(sql)).map(({ sql }) => sql)
      const columns = namesOf(db.prepare('SELECT name FROM pragma_table_info(?)').all(table))
      return columns
        .filter((column) => !read.some((sql) => new RegExp(`\\b${column}\\b`).test(sql)))
        .map((column) => `${table}.${column}`)
    })
    expect(missing.filter((column) => !LEFT_IN_FOLDER.has(column))).toEqual([])
    db.close()
  })

  it('keep every place that was given in a channel, also one that has no row any more', () => {
    const db = newFolder()
    db.exec("INSERT INTO owners VALUES ('gone', 3, NULL, NULL, 7), ('new', 1, NULL, NULL, 0)")
    db.exec("INSERT INTO channels (name, config, paused, used) VALUES ('here', '{}', 1, 1)")
    const query = folderQuery(tableMoves.find(({ name }) => name === 'channels')!)
    expect(db.prepare(query).all()).toMatchObject([
      { name: 'gone', config: null, paused: 0, used: 0, last_place: 7 },
      { name: 'here', config: '{}', paused: 1, used: 1, last_place: 0 },
    ])
    db.close()
  })
})

import { DatabaseSync } from 'node:sqlite'
import { storeErrorOf } from '../tables/sqlite-errors.ts'

/** A row by the names of its columns. */
export type FolderRow = Readonly<Record<string, number | string | null | Uint8Array>>

/** Reads the database of a stopped folder row by row: what it holds in memory does not grow with the database. */
export class FolderRows {
  readonly #db: DatabaseSync

  /** @param file the database, which nobody changes until `close()` */
  constructor(file: string) {
    this.#db = new DatabaseSync(file, { readOnly: true })
  }

  /** The names of all tables but SQLite's own. */
  tables(): readonly string[] {
    return this.#ask(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    ).map(({ name }) => String(name))
  }

  /** The columns of a table. */
  columns(table: string): readonly string[] {
    return this.#ask('SELECT name FROM pragma_table_info(?)', table).map(({ name }) => String(name))
  }

  /** Returns the first column of the first row as a number; null: it is null, or there is no row. */
  number(sql: string, ...values: readonly (number | string)[]): number | null {
    const [row] = this.#ask(sql, ...values)
    const value = row === undefined ? null : Object.values(row)[0]
    return typeof value === 'number' ? value : null
  }

  /** Iterates over the rows of a query, as they are read. @throws StoreError */
  *rows(sql: string): Generator<FolderRow> {
    try {
      yield* this.#db.prepare(sql).iterate() as Iterable<FolderRow>
    } catch (error) {
      throw storeErrorOf(error)
    }
  }

  /** Makes a lookup of one text by a number. @returns null: there is no row */
  lookup(sql: string): (key: number) => string | null {
    const statement = this.#db.prepare(sql)
    return (key) => {
      const row = statement.get(key)
      return row === undefined ? null : String(Object.values(row)[0])
    }
  }

  close(): void {
    this.#db.close()
  }

  #ask(sql: string, ...values: readonly (number | string)[]): FolderRow[] {
    try {
      return this.#db.prepare(sql).all(...values) as FolderRow[]
    } catch (error) {
      throw storeErrorOf(error)
    }
  }
}

import type { ComponentChildren, JSX } from 'preact'

export interface Column<Row> {
  readonly head: ComponentChildren
  /** Classes of its head and cells: `num`, `wide` (not on a small screen), `grow`. */
  readonly kind?: string
  readonly cell: (row: Row) => ComponentChildren
  /** Further classes of one cell. */
  readonly tone?: (row: Row) => string
  /** Shown for one cell under the pointer. */
  readonly title?: (row: Row) => string | undefined
}

interface TableProps<Row> {
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string | number
  /** Of the table. */
  readonly kind?: string
}

/** Rows of one shape, with a head for each column. */
export function Table<Row>({ columns, rows, keyOf, kind }: TableProps<Row>): JSX.Element {
  return (
    <table class={kind}>
      <thead>
        <tr>
          {columns.map(({ head, kind: classes }, at) => (
            <th key={at} scope="col" class={classes}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ cell, kind: classes, tone, title }, at) => (
              <td key={at} class={[classes, tone?.(row)].filter(Boolean).join(' ') || undefined} title={title?.(row)}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

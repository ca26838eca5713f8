import { toPrintable } from './printable.ts'

/** Columns side by side, each as wide as its widest cell; cells are made printable. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lines = [header, ...rows.map((row) => row.map(toPrintable))]
  const widths = header.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)))
  return lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
}

/** A name and a value a line, the values in one column. */
export function formatFields(fields: readonly (readonly [name: string, value: string | null | undefined])[]): string[] {
  const shown = fields.filter((field): field is readonly [string, string] => field[1] != null && field[1] !== '')
  const width = Math.max(0, ...shown.map(([name]) => name.length))
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${toPrintable(value)}`)
}

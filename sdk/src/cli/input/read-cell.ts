/** What a cell of a CSV file may be. */
export type ColumnType = 'text' | 'number' | 'boolean' | 'json'

export const columnTypes: readonly ColumnType[] = ['text', 'number', 'boolean', 'json']

/** As JSON writes numbers: `12,5` and `1.000` of other countries must not become something else. */
const numberPattern = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/

/** The cell's value, or an error whose message goes on after the column's name. An empty cell is null, unless it is text. */
export function readCell(cell: string, type: ColumnType): unknown {
  if (type === 'text') return cell
  const text = cell.trim()
  if (text === '') return null
  switch (type) {
    case 'number':
      return readNumber(text)
    case 'boolean':
      if (/^(true|1)$/i.test(text)) return true
      if (/^(false|0)$/i.test(text)) return false
      return mustBe('true, false, 1 or 0', cell)
    case 'json':
      try {
        return JSON.parse(text) as unknown
      } catch {
        return mustBe('JSON', cell)
      }
  }
}

function readNumber(text: string): number | Error {
  if (!numberPattern.test(text)) return mustBe('a number such as 12.5', text)
  const value = Number(text)
  if (!Number.isFinite(value)) return mustBe('a number of 64 bits', text)
  // An article number of 20 digits would come out as another one.
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return mustBe('text or a number of up to 15 digits, as more would be lost', text)
  }
  return value
}

function mustBe(wanted: string, value: string): Error {
  return new Error(`must be ${wanted}: current value is ${JSON.stringify(value.slice(0, 80))}`)
}

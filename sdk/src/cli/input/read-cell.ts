/** The types of a CSV cell. */
export type ColumnType = 'text' | 'number' | 'boolean' | 'json'

export const columnTypes: readonly ColumnType[] = ['text', 'number', 'boolean', 'json']

/** How the cells of a file are written. */
export interface CellFormat {
  /** Numbers are written `12,5`, as spreadsheets of many countries do. */
  readonly decimalComma: boolean
}

/** As JSON writes numbers: `12,5` and `1.000` of other countries must not become something else. */
const pointPattern = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/
const commaPattern = /^-?\d+(,\d+)?([eE][+-]?\d+)?$/

/** The cell's value, or an error whose message continues after the column's name. An empty cell is null, unless it is text. */
export function readCell(cell: string, type: ColumnType, format: CellFormat): unknown {
  if (type === 'text') return cell
  const text = cell.trim()
  if (text === '') return null
  switch (type) {
    case 'number':
      return readNumber(text, format)
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

function readNumber(text: string, { decimalComma }: CellFormat): number | Error {
  const [pattern, example] = decimalComma ? [commaPattern, '12,5'] : [pointPattern, '12.5']
  if (!pattern.test(text)) return mustBe(`a number such as ${example}`, text, adviseNumber(text, decimalComma))
  const value = Number(text.replace(',', '.'))
  if (!Number.isFinite(value)) return mustBe('a number of 64 bits', text)
  // An article number of 20 digits would come out as another one.
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return mustBe('text or a number of up to 15 digits, as more would be lost', text)
  }
  return value
}

function adviseNumber(text: string, decimalComma: boolean): string {
  if (/^-?\d+([.,' \u00a0\u202f]\d{3})+([.,]\d+)?$/.test(text) && /\D.*\D/.test(text.replace('-', ''))) {
    return '; thousands separators are not allowed'
  }
  if (!decimalComma && commaPattern.test(text)) return '; --decimal-comma reads it with a decimal comma'
  if (decimalComma && pointPattern.test(text)) return '; without --decimal-comma it is read with a decimal point'
  return ''
}

function mustBe(required: string, value: string, advice = ''): Error {
  return new Error(`must be ${required}: current value is ${JSON.stringify(value.slice(0, 80))}${advice}`)
}

import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import type { NewItem } from '../../encode-parts.ts'
import { UsageError } from '../cli-errors.ts'
import { checkItem, type FieldNames } from './check-item.ts'
import { checkUtf8 } from './check-utf8.ts'
import type { LineIndex } from './line-index.ts'
import { createRowMapper, type Mapping, type RowMapper } from './map-item.ts'
import type { Input } from './open-input.ts'

/** A record longer than any item may be is a quote that nobody closed: found before it has filled the memory. */
const maxRecordCharacters = 2 * 1024 * 1024

/** What a mapping is made of when the options leave it open: it depends on the columns there are. */
type MappingFor = (columns: readonly string[]) => Mapping

interface CsvOptions {
  readonly delimiter: string
  readonly mappingFor: MappingFor
  /** Whether an item that is not valid is told here. */
  readonly check: boolean
  /** Is told the line of each item. */
  readonly lines: LineIndex
}

/**
 * Reads a CSV file with a header line, record by record.
 * @throws {UsageError} naming line and column
 */
export async function* readCsv(
  input: Input,
  { delimiter, mappingFor, check, lines }: CsvOptions,
): AsyncGenerator<NewItem, void, undefined> {
  /** Where the last whole record ended; the parser is ahead of who reads from it. */
  let lastRecordLine = 0
  const parser = parse({
    delimiter,
    bom: true,
    info: true,
    skip_empty_lines: true,
    max_record_size: maxRecordCharacters,
    on_record(record: string[], context) {
      lastRecordLine = context.lines
      return record
    },
  })
  const source = Readable.from(checkUtf8(input))
  // `pipe` does not carry errors.
  source.once('error', (error) => parser.destroy(error))
  source.pipe(parser)
  let rows: RowMapper | null = null
  let names: FieldNames | undefined
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (rows === null) {
        const header = record.map((column) => column.trim())
        const mapping = mappingFor(header)
        rows = createRowMapper(header, mapping, input.name)
        names = nameColumns(mapping)
        continue
      }
      const line = findFirstLine(record, info.lines)
      lines.note(line)
      const where = `${input.name} as line ${line}`
      const item = rows.toItem(record, where)
      yield check ? checkItem(item, where, names) : item
    }
  } catch (error) {
    throw error instanceof CsvError ? explain(error, input.name, lastRecordLine) : error
  } finally {
    source.destroy()
  }
  if (rows === null)
    throw new UsageError(`Cannot read ${input.name} as its first line must name the columns: it is empty`)
}

function nameColumns({ id, partitionKey, action }: Mapping): FieldNames {
  const name = (column: string | null): string => `column ${JSON.stringify(column)}`
  return { id: name(id), partitionKey: name(partitionKey), action: name(action) }
}

/** A record is counted where it ends; people look for where it begins. */
function findFirstLine(record: readonly string[], lastLine: number): number {
  return lastLine - record.reduce((breaks, cell) => breaks + (cell.match(/\n/g)?.length ?? 0), 0)
}

function explain(error: CsvError, name: string, lastRecordLine: number): UsageError {
  const { lines, column, record } = error as CsvError & { lines?: number; column?: number | string; record?: string[] }
  const at = `Cannot read ${name} as line ${lines ?? 1}`
  switch (error.code) {
    case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH':
      return new UsageError(`${at} must have as many columns as the first line: it has ${record?.length}`)
    case 'CSV_QUOTE_NOT_CLOSED':
    case 'CSV_MAX_RECORD_SIZE':
      return new UsageError(
        `Cannot read ${name} as line ${lastRecordLine + 1} must close every quote (") that it opens: it has one too many`,
      )
    default:
      return new UsageError(
        `${at}, column ${typeof column === 'number' ? column + 1 : column} must be valid CSV: ${error.message}`,
      )
  }
}

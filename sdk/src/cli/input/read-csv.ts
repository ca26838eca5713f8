import { Readable } from 'node:stream'
import { CsvError, type Options, parse } from 'csv-parse'
import type { NewItem } from '../../upload/encode-items.ts'
import { UsageError } from '../cli-errors.ts'
import { checkItem, type FieldNames } from './check-item.ts'
import { checkUtf8 } from './check-utf8.ts'
import { adviseDelimiter, type Dialect, findDialect, nameDelimiter } from './csv-dialect.ts'
import { createFileFaults } from './file-faults.ts'
import type { LineIndex } from './line-index.ts'
import { createRowMapper, type Mapping, type RowMapper } from './map-item.ts'
import type { Input } from './open-input.ts'

/** A record longer than any item may be is a quote that nobody closed: found before it has filled the memory. */
const maxRecordCharacters = 2 * 1024 * 1024

/** The default mapping, which depends on the columns of the file. */
type MappingFor = (columns: readonly string[]) => Mapping

interface CsvOptions {
  /** Null: what the file says in a first line `sep=;`, else a comma. */
  readonly delimiter: string | null
  readonly mappingFor: MappingFor
  /** Whether an invalid item is reported here. */
  readonly check: boolean
  /** Receives the line of each item. */
  readonly lines: LineIndex
}

/**
 * Reads a CSV file with a header line, record by record.
 * @throws {UsageError} naming line and column
 */
export async function* readCsv(
  input: Input,
  { delimiter: given, mappingFor, check, lines }: CsvOptions,
): AsyncGenerator<NewItem, void, undefined> {
  const { dialect, pieces } = await findDialect(checkUtf8(input), given)
  const { delimiter } = dialect
  const count = createLineCount()
  const faults = createFileFaults(input)
  let rows: RowMapper | null = null
  let names: FieldNames | undefined

  /** Null for the header, and for what is not valid. */
  function readRecord(cells: readonly string[], parserLine: number): NewItem | null {
    const line = count.next(cells, parserLine)
    if (rows === null) {
      const header = cells.map((column) => column.trim())
      const mapping = mappingFor(header)
      rows = createRowMapper(header, mapping, { name: input.name, advice: adviseDelimiter(dialect) })
      names = nameColumns(mapping)
      return null
    }
    const { toItem } = rows
    const where = `${input.name} as line ${line}`
    const item = faults.read(() => (check ? checkItem(toItem(cells, where), where, names) : toItem(cells, where)))
    if (item === undefined) return null
    lines.note(line)
    return item
  }

  const parserOptions: Options<NewItem, string[]> = {
    delimiter,
    bom: true,
    from_line: dialect.firstLine,
    record_delimiter: [...dialect.lineEnds],
    skip_empty_lines: true,
    max_record_size: maxRecordCharacters,
    // Here, as the parser drops what was not read yet when it fails: the faults before would be lost.
    on_record: (cells, context) => readRecord(cells, context.lines),
  }
  // Its types know other records only with columns of its own.
  const parser = parse(parserOptions as object)
  const source = Readable.from(pieces)
  // `pipe` does not carry errors.
  source.once('error', (error) => parser.destroy(error))
  source.pipe(parser)
  try {
    yield* parser as AsyncIterable<NewItem>
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    faults.finish(explain(error, { name: input.name, dialect, count }))
  } finally {
    source.destroy()
  }
  faults.finish()
  if (rows === null)
    throw new UsageError(`Cannot read ${input.name} as its first line must name the columns: it is empty`)
}

/** Lines of the file, from what the parser counts. It is ahead of who reads from it. */
interface LineCount {
  /** @param parserLine where the parser sees the record end @returns where it begins */
  next(cells: readonly string[], parserLine: number): number
  /** Where the last whole record ended. */
  readonly lastLine: number
  /** By how many lines the parser is ahead of the file. */
  readonly surplus: number
}

/** The parser counts a CRLF within quotes as two lines, where both kinds of line ends are allowed. */
function createLineCount(): LineCount {
  const count = { lastLine: 0, surplus: 0 }
  return Object.assign(count, {
    next(cells: readonly string[], parserLine: number): number {
      let breaks = 0
      for (const cell of cells) {
        if (!cell.includes('\n')) continue
        breaks += cell.split('\n').length - 1
        count.surplus += cell.split('\r\n').length - 1
      }
      count.lastLine = parserLine - count.surplus
      return count.lastLine - breaks
    },
  })
}

function nameColumns({ id, partitionKey, action }: Mapping): FieldNames {
  const name = (column: string | null): string => `column ${JSON.stringify(column)}`
  return { id: name(id), partitionKey: name(partitionKey), action: name(action) }
}

interface ErrorContext {
  readonly name: string
  readonly dialect: Dialect
  readonly count: LineCount
}

function explain(error: CsvError, { name, dialect, count }: ErrorContext): UsageError {
  const { lines, column, record } = error as CsvError & { lines?: number; column?: number | string; record?: string[] }
  const advice = adviseDelimiter(dialect)
  // Whatever the parser made of it, that is the reason.
  if (advice !== '') {
    const columns = `its columns must be separated by ${nameDelimiter(dialect.delimiter)}`
    return new UsageError(`Cannot read ${name} as ${columns}: its header has none${advice}`)
  }
  const line = (lines ?? 1) - count.surplus
  const at = `Cannot read ${name} as line ${line}`
  switch (error.code) {
    case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH': {
      // The first record has as many as it has: the others are compared with it.
      const quote =
        advice === '' ? `; a cell that contains ${nameDelimiter(dialect.delimiter)} must be in quotes` : advice
      return new UsageError(`${at} must have as many columns as the first line: it has ${record?.length}${quote}`)
    }
    case 'CSV_QUOTE_NOT_CLOSED':
    case 'CSV_MAX_RECORD_SIZE':
      return new UsageError(
        `Cannot read ${name} as line ${count.lastLine + 1} must close every quote (") that it opens: it has one too many`,
      )
    default:
      return new UsageError(
        `${at}, column ${typeof column === 'number' ? column + 1 : column} must be valid CSV: ${error.message}`,
      )
  }
}

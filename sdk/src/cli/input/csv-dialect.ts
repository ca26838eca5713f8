// How a CSV file is written: found in its first line, before a parser needs to know.

/** The settings that differ between CSV files. */
export interface Dialect {
  readonly delimiter: string
  readonly lineEnds: readonly string[]
  /** Where the header is, at the earliest, from 1. */
  readonly firstLine: number
  /** The header as it is in the file. */
  readonly header: string
}

/** A header that has not come by then is no use for a message. */
const maxHeadCharacters = 1024 * 1024
/** Column separators other than commas: spreadsheets of half the world write semicolons. */
const delimiters = [',', ';', '\t', '|']

/**
 * Reads the first line. Excel writes `sep=;` there, before the header.
 * @param pieces the file, in pieces that end with a line
 * @param given what the caller says; null: whatever the file says, else a comma
 */
export async function findDialect(
  pieces: AsyncGenerator<Uint8Array, void, undefined>,
  given: string | null,
): Promise<{ dialect: Dialect; pieces: AsyncIterable<Uint8Array> }> {
  const read: Uint8Array[] = []
  let text = ''
  let found = readHead(text)
  while (found.header === '' && text.length < maxHeadCharacters) {
    const next = await pieces.next()
    if (next.done === true) break
    read.push(next.value)
    text = new TextDecoder().decode(Buffer.concat(read))
    found = readHead(text)
  }
  async function* readAll(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* read
      yield* pieces
    } finally {
      await pieces.return()
    }
  }
  const { named, header } = found
  return {
    dialect: {
      delimiter: given ?? named ?? ',',
      // A file may have both, where two were joined. Old Macs wrote a CR alone.
      lineEnds: /\n/.test(text) || !text.includes('\r') ? ['\r\n', '\n'] : ['\r'],
      firstLine: named === undefined ? 1 : 2,
      header,
    },
    pieces: readAll(),
  }
}

function readHead(text: string): { named: string | undefined; header: string } {
  const [, named] = /^sep=(.)(?=\r|\n|$)/i.exec(text) ?? []
  const lines = text.split(/\r?\n/).slice(named === undefined ? 0 : 1)
  return { named, header: lines.find((line) => line !== '') ?? '' }
}

/** Follows a message where the header seems to have another delimiter; else empty. */
export function adviseDelimiter({ delimiter, header }: Dialect): string {
  if (header.includes(delimiter)) return ''
  const other = delimiters.find((candidate) => header.includes(candidate))
  return other === undefined ? '' : `; --delimiter ${nameDelimiter(other)} separates them there`
}

/** As the option takes it. */
export function nameDelimiter(delimiter: string): string {
  return delimiter === '\t' ? 'tab' : `'${delimiter}'`
}

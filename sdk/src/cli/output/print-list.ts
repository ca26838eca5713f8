import type { Cli } from '../cli.ts'
import { formatTable } from './table.ts'

export interface ListFormat<Entry> {
  readonly header: readonly string[]
  readonly toRow: (entry: Entry) => readonly string[]
  /** How many at most; 0 is all. Without it programs get all, people as many as fit on their screen. */
  readonly limit: number | undefined
  /** The message for an empty list. */
  readonly none: string
}

/** More is not read, but scrolled past. */
const defaultLimit = 20
/** Number of rows for which columns keep their width: a table of a million rows cannot be measured before its first line is printed. */
const rowsPerBlock = 200

/** Prints entries as they come: a JSON line each for programs, a table for people. Asks for no more than it prints. */
export async function printList<Entry>(
  cli: Cli,
  entries: AsyncIterable<Entry>,
  format: ListFormat<Entry>,
): Promise<void> {
  const limit = (format.limit ?? (cli.json ? 0 : defaultLimit)) || Number.POSITIVE_INFINITY
  let count = 0
  let hasMore = false
  let block: (readonly string[])[] = []
  let isFirstBlock = true

  async function printBlock(): Promise<void> {
    const [header, ...lines] = formatTable(format.header, block)
    if (isFirstBlock) await cli.terminal.print(cli.terminal.stylePrinted('bold', header!))
    for (const line of lines) await cli.terminal.print(line)
    block = []
    isFirstBlock = false
  }

  for await (const entry of entries) {
    if (count === limit) {
      hasMore = true
      break
    }
    count++
    if (cli.json) {
      await cli.terminal.print(JSON.stringify(entry))
      continue
    }
    block.push(format.toRow(entry))
    if (block.length === rowsPerBlock) await printBlock()
  }
  if (block.length > 0) await printBlock()
  if (count === 0) cli.say(format.none)
  if (hasMore) cli.say(`These are the first ${count}: --limit 0 shows all`)
}

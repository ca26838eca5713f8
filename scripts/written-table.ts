// Tables of ARCHITECTURE.md that a script writes: each stands between a mark that names its script and the next mark.

const END = '<!-- Written by people again. -->'

/** The page with the script's table between its marks. @throws Error when a mark is missing */
export function withWrittenTable(page: string, script: string, table: readonly string[]): string {
  const begin = `<!-- Written by ${script}, down to the next mark. -->`
  const at = page.indexOf(begin)
  const end = at < 0 ? -1 : page.indexOf(END, at)
  if (end < 0)
    throw new Error(`Cannot write the table of ${script} as the page must have its two marks: ${begin} ${END}`)
  return `${page.slice(0, at)}${begin}\n\n${table.join('\n')}\n\n${page.slice(end)}`
}

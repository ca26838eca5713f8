// The fenced blocks of a Markdown file.

export interface DocBlock {
  /** The first word after the fence: `ts`, `sh`, `tree` ... */
  readonly language: string
  /** The words after it: `run`, `server`. */
  readonly marks: readonly string[]
  readonly text: string
  /** Line of the opening fence, 1 and up. */
  readonly line: number
}

/** All fenced blocks, in order. */
export function readBlocks(markdown: string): DocBlock[] {
  const blocks: DocBlock[] = []
  let open: { fence: string; language: string; marks: string[]; line: number; lines: string[] } | null = null
  for (const [at, line] of markdown.split('\n').entries()) {
    if (open === null) {
      const start = /^(`{3,})\s*(.*)$/.exec(line)
      if (start === null) continue
      const [language = '', ...marks] = start[2]!.split(/\s+/)
      open = { fence: start[1]!, language, marks, line: at + 1, lines: [] }
    } else if (line.trimEnd() === open.fence) {
      blocks.push({ language: open.language, marks: open.marks, text: open.lines.join('\n') + '\n', line: open.line })
      open = null
    } else {
      open.lines.push(line)
    }
  }
  return blocks
}

/** The targets of links to files of the project, without their `#anchor`. */
export function readFileLinks(markdown: string): string[] {
  const prose = markdown.replace(/^(`{3,})[\s\S]*?^\1\s*$/gm, '').replace(/`[^`\n]*`/g, '')
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!)
  return targets.filter((target) => !/^([a-z]+:|#|\/\/)/i.test(target)).map((target) => target.replace(/#.*$/, ''))
}

// The fenced blocks of a Markdown file.

export interface DocBlock {
  /** The first word after the fence: `ts`, `sh`, `tree` ... */
  readonly language: string
  /** The words after it: `run`, `server`, `vitest`, `file:shop.ts`. */
  readonly marks: readonly string[]
  readonly text: string
  /** The heading it stands under, without its `#`; empty before the first. */
  readonly heading: string
  /** Line of the opening fence, 1 and up. */
  readonly line: number
}

/** All fenced blocks, in order. */
export function readBlocks(markdown: string): DocBlock[] {
  const blocks: DocBlock[] = []
  let heading = ''
  let open: { fence: string; block: Omit<DocBlock, 'text'>; lines: string[] } | null = null
  for (const [at, line] of markdown.split('\n').entries()) {
    if (open === null) {
      const start = /^(`{3,})\s*(.*)$/.exec(line)
      heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading
      if (start === null) continue
      const [language = '', ...marks] = start[2]!.split(/\s+/)
      open = { fence: start[1]!, block: { language, marks, heading, line: at + 1 }, lines: [] }
    } else if (line.trimEnd() === open.fence) {
      blocks.push({ ...open.block, text: open.lines.join('\n') + '\n' })
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

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type GuideSource, renderGuide, type RenderedGuide } from './render-guide.ts'

/** Pages that lie outside `docs/`: guides refer to them throughout. */
const REFERENCES = { 'server/README.md': 'server', 'sdk/README.md': 'client' }
const FIRST = 'docs/README.md'

/**
 * Reads and renders the guides: all Markdown files of `docs/` and the two references, in the order of the links in `docs/README.md`, which comes first.
 * @param root the project's folder
 * @throws Error for a guide that the list does not name, and for a link to a page or section that does not exist
 */
export function readGuides(root: string): RenderedGuide[] {
  const names = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)
  const pages = new Map([...files.map((file) => [file, pageOf(file)] as const), ...Object.entries(REFERENCES)])
  const guides = [...pages].map(([file, page]): RenderedGuide => {
    const source: GuideSource = { file, page, markdown: readFileSync(join(root, file), 'utf8') }
    return renderGuide(source, pages)
  })
  checkLinks(guides)
  const first = guides.find(({ source }) => source.file === FIRST)
  const order = ['', ...(first?.links.map(({ page }) => page) ?? [])]
  const unlisted = guides.find(({ source }) => !order.includes(source.page))
  if (unlisted !== undefined) {
    throw new Error(`Cannot render the guides as ${FIRST} must link to each: ${unlisted.source.file} is not there`)
  }
  return guides.sort((one, other) => order.indexOf(one.source.page) - order.indexOf(other.source.page))
}

function pageOf(file: string): string {
  return file === FIRST ? '' : file.slice('docs/'.length, -'.md'.length)
}

function checkLinks(guides: readonly RenderedGuide[]): void {
  const anchors = new Map(guides.map(({ source, headings }) => [source.page, new Set(headings.map(({ id }) => id))]))
  for (const { source, links } of guides) {
    for (const { page, anchor } of links) {
      if (anchor === '' || anchors.get(page)?.has(anchor) === true) continue
      throw new Error(`Cannot render ${source.file} as its links must lead somewhere: ${page} has no #${anchor}`)
    }
  }
}

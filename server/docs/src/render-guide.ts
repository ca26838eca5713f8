import { posix } from 'node:path'
import GithubSlugger from 'github-slugger'
import { Marked, type RendererObject, type Tokens } from 'marked'

/** A Markdown file of the project that becomes a page. */
export interface GuideSource {
  /** From the project's root: `docs/recipes/item-schema.md`. */
  readonly file: string
  /** Below `/docs/guides/`, without an extension: `recipes/item-schema`; `''` for the first page. */
  readonly page: string
  readonly markdown: string
}

export interface Heading {
  readonly depth: number
  /** The anchor, as GitHub makes it. */
  readonly id: string
  readonly html: string
}

export interface RenderedGuide {
  readonly source: GuideSource
  /** The first heading, as plain text. */
  readonly title: string
  readonly headings: readonly Heading[]
  readonly html: string
  /** Pages that it links to, with their anchors, for the check of all links; an anchor of `''` is the page itself. */
  readonly links: readonly { readonly page: string; readonly anchor: string }[]
  /** Images that it shows, from the project's root. */
  readonly images: readonly string[]
}

/**
 * Renders one guide. Links to other guides lead to their pages; what leads to files of the project that are no page is shown as text,
 * as whoever runs the package has no such file.
 * @param pages the page of each file that has one
 * @throws Error for HTML in the Markdown, except comments: all of it is ours, and needs none
 */
export function renderGuide(source: GuideSource, pages: ReadonlyMap<string, string>): RenderedGuide {
  const slugger = new GithubSlugger()
  const headings: Heading[] = []
  const links: { page: string; anchor: string }[] = []
  const images: string[] = []
  const folder = posix.dirname(source.file)

  const renderer: RendererObject = {
    heading({ tokens, depth }) {
      const html = this.parser.parseInline(tokens)
      const id = slugger.slug(plainText(html))
      headings.push({ depth, id, html })
      return `<h${depth} id="${id}">${html}<a class="anchor" href="#${id}" aria-label="Link to this section">#</a></h${depth}>\n`
    },
    link({ href, tokens }) {
      const html = this.parser.parseInline(tokens)
      if (/^[a-z]+:/i.test(href)) return `<a href="${escape(href)}" rel="noreferrer">${html}</a>`
      const [path = '', anchor = ''] = href.split('#')
      const file = path === '' ? source.file : posix.join(folder, path)
      const page = pages.get(file)
      if (page === undefined) return `<span class="source" title="${escape(file)}">${html}</span>`
      links.push({ page, anchor })
      return `<a href="${pathBetween(source.page, page)}${anchor === '' ? '' : `#${escape(anchor)}`}">${html}</a>`
    },
    image({ href, text }) {
      const file = posix.join(folder, href)
      images.push(file)
      return `<img src="${upFrom(source.page)}images/${posix.basename(file)}" alt="${escape(text)}">`
    },
    // Both may be wider than a phone: they scroll, so the keyboard must reach them.
    code({ text, lang }) {
      const language = lang?.split(/\s/)[0] ?? ''
      return `<pre tabindex="0"><code${language === '' ? '' : ` class="language-${escape(language)}"`}>${escape(text)}\n</code></pre>\n`
    },
    table(token: Tokens.Table) {
      const row = (cells: readonly Tokens.TableCell[], tag: string) =>
        `<tr>${cells.map((cell) => cellOf(cell.text === '' ? 'td' : tag, this.parser.parseInline(cell.tokens))).join('')}</tr>\n`
      // A table without words in its head has none.
      const isHeaded = token.header.some(({ text }) => text !== '')
      const head = isHeaded ? `<thead>${row(token.header, 'th')}</thead>` : ''
      return `<div class="table" tabindex="0"><table>${head}<tbody>${token.rows.map((cells) => row(cells, 'td')).join('')}</tbody></table></div>\n`
    },
    html({ text }) {
      if (/^\s*<!--[^]*?-->\s*$/.test(text)) return ''
      throw new Error(`Cannot render ${source.file} as it must hold no HTML: found ${text.trim()}`)
    },
  }
  const html = new Marked({ renderer, gfm: true }).parse(source.markdown, { async: false })
  const title = plainText(headings[0]?.html ?? source.file)
  return { source, title, headings, html, links, images }
}

function cellOf(tag: string, html: string): string {
  return `<${tag}>${html}</${tag}>`
}

/** Returns the relative address of a page, as a browser at another resolves it: the same below any prefix. */
export function pathBetween(from: string, to: string): string {
  const path = upFrom(from) + to
  return path === '' ? './' : path
}

/** Returns the way from a page to `/docs/guides/`: `''`, or `../` for one in a folder. */
export function upFrom(page: string): string {
  return '../'.repeat(page.split('/').length - 1)
}

export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

function plainText(html: string): string {
  const text = html.replace(/<[^>]+>/g, '')
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

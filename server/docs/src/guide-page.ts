import { escape, pathBetween, type RenderedGuide, upFrom } from './render-guide.ts'

/** Returns the whole document of a guide. @param guides all of them, in the order of their list */
export function guidePage(guide: RenderedGuide, guides: readonly RenderedGuide[]): string {
  const { source, title, headings, html } = guide
  const up = upFrom(source.page)
  const list = guides.map((other) => {
    const isOpen = other === guide ? ' aria-current="page"' : ''
    return `<li><a href="${pathBetween(source.page, other.source.page)}"${isOpen}>${escape(other.title)}</a></li>`
  })
  const sections = headings.filter(({ depth }) => depth === 2 || depth === 3)
  const contents = sections.map(
    ({ depth, id, html: words }) => `<li class="depth-${depth}"><a href="#${id}">${withoutLinks(words)}</a></li>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(title)} · Waybill</title>
<link rel="icon" href="${up}icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${up}guides.css">
</head>
<body>
<a class="skip" href="#content">Skip to the text</a>
<header><a class="name" href="${up === '' ? './' : up}">Waybill</a><a href="${up}../api/">API reference</a><a href="${up}../errors">Errors</a></header>
<div class="columns">
<nav class="guides" aria-label="Guides"><ul>
${list.join('\n')}
</ul></nav>
<main id="content">
${html}</main>
${contents.length < 2 ? '' : `<nav class="contents" aria-label="On this page"><h2>On this page</h2><ul>\n${contents.join('\n')}\n</ul></nav>\n`}</div>
</body>
</html>
`
}

/** A link in a heading would be a link in a link. */
function withoutLinks(html: string): string {
  return html.replace(/<\/?a\b[^>]*>/g, '')
}

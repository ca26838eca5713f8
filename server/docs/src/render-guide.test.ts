import { describe, expect, it } from 'vitest'
import { pathBetween, renderGuide } from './render-guide.ts'

const pages = new Map([
  ['docs/README.md', ''],
  ['docs/operations.md', 'operations'],
  ['docs/recipes/bulk.md', 'recipes/bulk'],
])

function render(markdown: string, file = 'docs/operations.md') {
  return renderGuide({ file, page: pages.get(file)!, markdown }, pages)
}

describe('a guide', () => {
  it('has anchors as GitHub makes them, and a number for a second of its words', () => {
    const { title, headings } = render('# Keep `a` & b\n\n## Restore, on disk\n\n## Restore, on disk\n')
    expect(title).toBe('Keep a & b')
    expect(headings.map(({ depth, id }) => [depth, id])).toEqual([
      [1, 'keep-a--b'],
      [2, 'restore-on-disk'],
      [2, 'restore-on-disk-1'],
    ])
  })

  it('links to pages by relative addresses, and shows what is no page as text', () => {
    const { html, links } = render(
      '[a](../operations.md#x) [b](../../server/src/main.ts) [c](https://cel.dev)',
      'docs/recipes/bulk.md',
    )
    expect(html).toContain('<a href="../operations#x">a</a>')
    expect(html).toContain('<span class="source" title="server/src/main.ts">b</span>')
    expect(html).toContain('<a href="https://cel.dev" rel="noreferrer">c</a>')
    expect(links).toEqual([{ page: 'operations', anchor: 'x' }])
    expect([pathBetween('recipes/bulk', ''), pathBetween('operations', ''), pathBetween('', 'operations')]).toEqual([
      ...['../', './', 'operations'],
    ])
  })

  it('holds no HTML but what is made of its Markdown', () => {
    expect(render('`<b>` and\n\n```sh\necho "<&>"\n```\n').html).toContain('echo &quot;&lt;&amp;&gt;&quot;')
    expect(render('<!-- a mark -->\n\ntext').html).toBe('<p>text</p>\n')
    expect(() => render('a <img src="x">')).toThrow('Cannot render docs/operations.md as it must hold no HTML')
  })
})

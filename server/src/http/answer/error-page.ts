import { createHash } from 'node:crypto'
import { type Operation, operations, problemCodes, type ProblemCode, type ProblemText } from '@waybill/spec'

/*
 * The page that the `type` of a problem leads to: one section for each code. Plain HTML, nothing loaded, nothing run.
 */

const style = `
:root { color-scheme: light dark; --line: #8884; --quiet: #6b7280; --accent: #b45309 }
@media (prefers-color-scheme: dark) { :root { --quiet: #9ca3af; --accent: #fbbf24 } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 46rem; padding: 3rem 1.25rem 6rem; font: 1rem/1.6 system-ui, sans-serif }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem }
h2 { font-size: 1.1rem; margin: 0 }
p { margin: .4rem 0 }
nav ul { columns: 14rem; list-style: none; margin: 1.5rem 0 2.5rem; padding: 0 }
code { font: .92em/1.4 ui-monospace, monospace }
a { color: inherit; text-decoration-color: var(--line); text-underline-offset: .2em }
a:hover { text-decoration-color: currentColor }
section { border-top: 1px solid var(--line); padding: 1.1rem 0; scroll-margin-top: 1rem }
section:target h2 { color: var(--accent) }
.status { color: var(--quiet); font-variant-numeric: tabular-nums }
.operations { color: var(--quiet); font-size: .875rem }
`

/** Only our own style, known by its hash; nothing else may load, run or frame. */
export const ERROR_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

export function errorPage(): string {
  const codes = Object.entries(problemCodes) as [ProblemCode, ProblemText][]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Waybill: problem codes</title>
<style>${style}</style>
</head>
<body>
<h1>Problem codes</h1>
<p>Every refused request is answered with <code>application/problem+json</code>. Decide by its <code>code</code>; <code>detail</code> is for people, and <code>requestId</code> finds the request in the server's log.</p>
<nav aria-label="Codes"><ul>
${codes.map(([code]) => `<li><a href="#${code}"><code>${code}</code></a></li>`).join('\n')}
</ul></nav>
<main>
${codes.map(section).join('\n')}
</main>
</body>
</html>
`
}

function section([code, { status, title, description, action }]: [ProblemCode, ProblemText]): string {
  const answeredBy = Object.values<Operation>(operations).filter((operation) => operation.problemCodes.includes(code))
  const everywhere = answeredBy.length === Object.keys(operations).length
  const names = everywhere
    ? 'every operation'
    : answeredBy.map(({ operationId }) => `<code>${operationId}</code>`).join(', ')
  return `<section id="${code}" aria-labelledby="${code}-title">
<h2 id="${code}-title"><code>${code}</code> <span class="status">${status}</span> ${prose(title)}</h2>
<p>${prose(description)}</p>
<p><strong>What to do:</strong> ${prose(action)}</p>
${names === '' ? '' : `<p class="operations">Answered by ${names}</p>\n`}</section>`
}

/** Text as HTML, with \`code\` as code. */
function prose(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return escaped.replaceAll(/`([^`]+)`/g, '<code>$1</code>')
}

/** Strings, marks, and everything between them and white space. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

/** Lays out JSON over lines, its numbers and strings as they were written. Text that is no JSON comes back as it is. */
export function formatJson(text: string): string {
  try {
    JSON.parse(text)
  } catch {
    return text
  }
  const found = text.match(tokens) ?? []
  let indent = ''
  let out = ''
  for (const [n, token] of found.entries()) {
    const isEmpty = (token === '}' || token === ']') && /^[{[]$/.test(found[n - 1] ?? '')
    if (token === '{' || token === '[') {
      indent += '  '
      out += /^[}\]]$/.test(found[n + 1] ?? '') ? token : `${token}\n${indent}`
    } else if (token === '}' || token === ']') {
      indent = indent.slice(2)
      out += isEmpty ? token : `\n${indent}${token}`
    } else if (token === ',') out += `,\n${indent}`
    else out += token === ':' ? ': ' : token
  }
  return out
}

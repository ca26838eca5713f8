import ts from 'typescript'

const STEP = '__countSteps(1)'

/** The same program, counting each function that it enters and each time that it goes round a loop. */
export function countSteps(source: string): string {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.ESNext, true)
  const insertions: { readonly at: number; readonly text: string }[] = []
  const insert = (at: number, text: string): void => void insertions.push({ at, text })

  const countBlock = (block: ts.Node): void => insert(block.getStart(file) + 1, `${STEP};`)
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const body = node.body as ts.Node
      if (ts.isBlock(body)) countBlock(body)
      else {
        insert(body.getStart(file), `(${STEP},`)
        insert(body.getEnd(), ')')
      }
    } else if (ts.isIterationStatement(node, false)) {
      const { statement } = node
      if (ts.isBlock(statement)) countBlock(statement)
      else {
        insert(statement.getStart(file), `{${STEP};`)
        insert(statement.getEnd(), '}')
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(file)

  let result = ''
  let from = 0
  // Of two at one place that of the outer node comes first, at its end last: visited in this order, and sorting keeps it for beginnings.
  for (const { at, text } of insertions.map((one, n) => ({ ...one, n })).sort(inPlace)) {
    result += source.slice(from, at) + text
    from = at
  }
  return result + source.slice(from)
}

function inPlace(
  a: { readonly at: number; readonly text: string; readonly n: number },
  b: { readonly at: number; readonly text: string; readonly n: number },
): number {
  if (a.at !== b.at) return a.at - b.at
  const closes = (text: string): boolean => text === ')' || text === '}'
  if (closes(a.text) !== closes(b.text)) return closes(a.text) ? -1 : 1
  return closes(a.text) ? b.n - a.n : a.n - b.n
}

import {
  type Expression,
  ExpressionError,
  type ExpressionLanguage,
  type StepBudget,
} from '../../expressions/expression.ts'
import { scalarText } from '../../expressions/json-of.ts'
import type { Variables } from '../../expressions/variables.ts'

/** Matches the literal characters of a path: RFC 3986, `pchar` and `/`. */
const LITERAL = /^(?:[\w\-.~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/

/**
 * A path with expressions in braces: `/products/{item.id}/prices`. The value of an expression is one part of the path: it is percent-encoded,
 * slashes included, and can be neither empty nor a dot segment, so that no item changes the rest of the path.
 */
export class PathTemplate {
  readonly #literals: readonly string[]
  readonly #expressions: readonly Expression[]

  /** @throws ExpressionError it does not begin with `/`, has characters that are not allowed in a path, or one of its expressions is refused */
  constructor(source: string, language: ExpressionLanguage) {
    const { literals, expressions } = split(source)
    if (source !== '' && !source.startsWith('/')) throw new ExpressionError('must begin with /', { from: 0, to: 1 })
    for (const { text, from } of literals) {
      const range = { from, to: from + text.length }
      if (!LITERAL.test(text)) {
        throw new ExpressionError('must have only characters of a path (no ?, # or space) outside of braces', range)
      }
    }
    this.#literals = literals.map(({ text }) => text)
    this.#expressions = expressions.map(({ text, from }) => compileAt(text, from, language))
    refuseDotSegments(this.#literals.join('x'))
  }

  /** @throws ExpressionError an expression gives no text or number, an empty one, or the path has a dot segment */
  render(variables: Variables, budget: StepBudget | null = null): string {
    let path = this.#literals[0]!
    for (const [at, expression] of this.#expressions.entries()) {
      path += encodePart(expression.read(variables, budget), expression) + this.#literals[at + 1]!
    }
    if (this.#expressions.length > 0) refuseDotSegments(path)
    return path
  }
}

/** Most ids: nothing of them is encoded. */
const PLAIN = /^[\w.~-]+$/

function encodePart(value: unknown, { source }: Expression): string {
  const text = scalarText(value)
  if (text === null) {
    throw new ExpressionError(`must give a text or a number for a path: {${source}} gives ${kindOf(value)}`, null)
  }
  if (PLAIN.test(text)) return text
  if (text === '') throw new ExpressionError(`must give a part of a path: {${source}} gives an empty text`, null)
  if (!text.isWellFormed()) {
    throw new ExpressionError(`must give whole characters: {${source}} gives half of one`, null)
  }
  return encodeURIComponent(text)
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : 'an object'
}

const DOT_SEGMENT = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i

function refuseDotSegments(path: string): void {
  if (DOT_SEGMENT.test(path)) throw new ExpressionError('must have no segment that is . or ..', null)
}

interface Piece {
  readonly text: string
  readonly from: number
}

/** Braces within strings of an expression, and of its own objects, are its own. */
function split(source: string): { literals: Piece[]; expressions: Piece[] } {
  const literals: Piece[] = []
  const expressions: Piece[] = []
  let at = 0
  for (;;) {
    const open = source.indexOf('{', at)
    literals.push({ text: open === -1 ? source.slice(at) : source.slice(at, open), from: at })
    if (open === -1) return { literals, expressions }
    const close = endOfExpression(source, open + 1)
    if (close === -1) throw new ExpressionError('must close its braces', { from: open, to: source.length })
    expressions.push({ text: source.slice(open + 1, close), from: open + 1 })
    at = close + 1
  }
}

function endOfExpression(source: string, from: number): number {
  let depth = 0
  for (let at = from; at < source.length; at++) {
    const character = source[at]!
    if (character === '"' || character === "'") {
      at = endOfString(source, at)
      if (at === -1) return -1
    } else if (character === '{') depth++
    else if (character === '}' && depth-- === 0) return at
  }
  return -1
}

function endOfString(source: string, from: number): number {
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] === '\\') at++
    else if (source[at] === source[from]) return at
  }
  return -1
}

/** Ranges are of the whole template. */
function compileAt(source: string, offset: number, language: ExpressionLanguage): Expression {
  try {
    return language.compile(source)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const { from, to } = error.range ?? { from: 0, to: source.length }
    throw new ExpressionError(error.detail, { from: from + offset, to: to + offset })
  }
}

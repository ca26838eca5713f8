import type { ASTNode } from '@marcbachmann/cel-js'
import { ExpressionError } from './expression-error.ts'

/**
 * Functions that expressions may call. Not among them: `matches` (its cost is not bounded by its text; `like` takes its place), functions
 * with a time zone (they take the system's tables), and extensions that no other implementation of CEL has.
 */
const FUNCTIONS: ReadonlySet<string> = new Set([
  ...['has', 'size', 'dyn', 'type', 'bool', 'bytes', 'double', 'int', 'uint', 'string', 'like', 'json'],
  ...['timestamp', 'duration'],
])
/** The same, of functions that are called on a value. */
const METHODS: ReadonlySet<string> = new Set([
  ...['size', 'contains', 'endsWith', 'startsWith', 'indexOf', 'lastIndexOf', 'substring'],
  ...['lowerAscii', 'upperAscii', 'trim', 'split', 'join'],
  ...['getFullYear', 'getMonth', 'getDate', 'getDayOfMonth', 'getDayOfWeek'],
  ...['getHours', 'getMinutes', 'getSeconds', 'getMilliseconds'],
])
/** Macros that go through a list. */
const COMPREHENSIONS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter', 'map'])

/** Members that the library leaves out of a map without a word. */
export const UNWRITABLE: ReadonlySet<unknown> = new Set(['__proto__', 'constructor', 'prototype'])

/** @throws ExpressionError a function is not allowed, a map would lack a member, or a comprehension is within another, so that its cost would not be linear */
export function checkNodes(node: ASTNode, within = false): void {
  switch (node.op) {
    case 'call':
    case 'rcall': {
      const [name] = node.args
      const comprehension = node.op === 'rcall' && COMPREHENSIONS.has(name)
      const allowed = node.op === 'call' ? FUNCTIONS : METHODS
      if (!comprehension && !allowed.has(name)) throw unknownFunction(name, { node, allowed })
      if (comprehension && within) {
        const detail = `must have no comprehension within another, as its cost would not be linear: ${name} is within one`
        throw new ExpressionError(detail, rangeOf(node))
      }
      if (/^get[A-Z]/.test(name) && (node.args.at(-1) as ASTNode[]).length > 0) {
        throw new ExpressionError(`must call ${name} without a time zone, which is UTC: there is one`, rangeOf(node))
      }
      if (node.op === 'rcall') checkNodes(node.args[1], within)
      for (const argument of node.args.at(-1) as ASTNode[]) checkNodes(argument, within || comprehension)
      return
    }
    case 'map':
      for (const [key, value] of node.args) {
        if (key.op === 'value' && UNWRITABLE.has(key.args)) throw unwritable(key.args, key)
        checkNodes(key, within)
        checkNodes(value, within)
      }
      return
    default:
      forEachChild(node, (child) => {
        checkNodes(child, within)
      })
  }
}

/** Visits the operands of a node that are nodes. */
export function forEachChild(node: ASTNode, visit: (child: ASTNode) => void): void {
  const walk = (operand: unknown): void => {
    if (Array.isArray(operand)) operand.forEach(walk)
    else if (isNode(operand)) visit(operand)
  }
  // The operand of a literal is its value, and that may be bytes or a list of its own kind.
  if (node.op !== 'value' && node.op !== 'id') walk(node.args)
}

function isNode(operand: unknown): operand is ASTNode {
  return typeof operand === 'object' && operand !== null && 'op' in operand && 'args' in operand
}

function unknownFunction(
  name: string,
  { node, allowed }: { readonly node: ASTNode; readonly allowed: ReadonlySet<string> },
): ExpressionError {
  const instead = name === 'matches' ? 'such as like(text, glob) with * and ?' : `one of ${[...allowed].join(', ')}`
  return new ExpressionError(`must call only functions that are allowed, ${instead}: it calls ${name}`, rangeOf(node))
}

/** The error of a map whose member of this name would be left out. */
export function unwritable(name: unknown, node: Pick<ASTNode, 'start' | 'end'>): ExpressionError {
  return new ExpressionError(`must make no member named ${String(name)}`, { from: node.start, to: node.end })
}

function rangeOf({ start, end }: ASTNode): { from: number; to: number } {
  return { from: start, to: end }
}

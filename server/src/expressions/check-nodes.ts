import type { ASTNode } from '@marcbachmann/cel-js'
import { ExpressionError } from './expression-error.ts'

/**
 * Functions that expressions may call. Not among them: `matches` (its cost is not bounded by its text; `like` takes its place), functions
 * with a time zone (they take the system's tables), and extensions that no other implementation of CEL has.
 */
const FUNCTIONS: ReadonlySet<string> = new Set([
  ...['has', 'size', 'dyn', 'type', 'bool', 'bytes', 'double', 'int', 'uint', 'string', 'like', 'json', 'fixed'],
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

/** The members that a variable has, or those of each element of it. */
export interface KnownMembers {
  readonly own?: readonly string[]
  readonly ofElements?: readonly string[]
}

/** Known members by variable; of those that are missing anything may be named. */
export type Scope = ReadonlyMap<string, KnownMembers>

/**
 * @throws ExpressionError a function is not allowed, a variable has no such member, a map would lack a member, or a comprehension is within
 * another, so that its cost would not be linear
 */
export function checkNodes(node: ASTNode, scope: Scope, within = false): void {
  switch (node.op) {
    case 'call':
    case 'rcall': {
      const [name] = node.args
      const comprehension = node.op === 'rcall' && COMPREHENSIONS.has(name)
      const isAllowed = (node.op === 'call' ? FUNCTIONS : METHODS).has(name)
      if (!comprehension && !isAllowed) throw unknownFunction(name, node)
      if (comprehension && within) {
        const detail = `must have no comprehension within another, as its cost would not be linear: ${name} is within one`
        throw new ExpressionError(detail, rangeOf(node))
      }
      if (/^get[A-Z]/.test(name) && (node.args.at(-1) as ASTNode[]).length > 0) {
        throw new ExpressionError(`must call ${name} without a time zone, which is UTC: there is one`, rangeOf(node))
      }
      if (node.op === 'rcall') checkNodes(node.args[1], scope, within)
      const inner = comprehension ? withElement(scope, node.args) : scope
      for (const argument of node.args.at(-1) as ASTNode[]) checkNodes(argument, inner, within || comprehension)
      return
    }
    case '.':
    case '[]':
      checkMember(node, scope)
      break
    case 'map':
      for (const [key, value] of node.args) {
        if (key.op === 'value' && UNWRITABLE.has(key.args)) throw unwritable(key.args, key)
        checkNodes(key, scope, within)
        checkNodes(value, scope, within)
      }
      return
    default:
  }
  forEachChild(node, (child) => {
    checkNodes(child, scope, within)
  })
}

/** The scope within a comprehension: its own variable hides one of the same name. */
function withElement(scope: Scope, [, target, [variable]]: readonly [string, ASTNode, readonly ASTNode[]]): Scope {
  if (variable?.op !== 'id') return scope
  const own = target.op === 'id' ? scope.get(target.args)?.ofElements : undefined
  const inner = new Map(scope)
  if (own === undefined) inner.delete(variable.args)
  else inner.set(variable.args, { own })
  return inner
}

/** @throws ExpressionError the variable has other members */
function checkMember(node: ASTNode, scope: Scope): void {
  const [target, member] = node.args as [ASTNode, ASTNode | string]
  const name = typeof member === 'string' ? member : member.op === 'value' ? member.args : null
  if (target.op !== 'id' || typeof name !== 'string') return
  const own = scope.get(target.args)?.own
  if (own === undefined || own.includes(name)) return
  throw new ExpressionError(`must name a member of ${target.args}, one of ${own.join(', ')}: it names ${name}`, {
    from: node.start,
    to: node.end,
  })
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

function unknownFunction(name: string, node: ASTNode): ExpressionError {
  const list = (names: ReadonlySet<string>): string => [...names].join(', ')
  const instead =
    name === 'matches'
      ? 'such as like(text, glob) with * and ?'
      : `${list(FUNCTIONS)}; of a value ${list(METHODS)}; of a list ${list(COMPREHENSIONS)}`
  return new ExpressionError(`must call only functions that are allowed, ${instead}: it calls ${name}`, rangeOf(node))
}

/** The error of a map whose member of this name would be left out. */
export function unwritable(name: unknown, node: Pick<ASTNode, 'start' | 'end'>): ExpressionError {
  return new ExpressionError(`must make no member named ${String(name)}`, { from: node.start, to: node.end })
}

function rangeOf({ start, end }: ASTNode): { from: number; to: number } {
  return { from: start, to: end }
}

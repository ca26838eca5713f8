import type { ASTNode } from '@marcbachmann/cel-js'
import { jsonOf } from './json-of.ts'

/*
 * Most expressions of a request only name members and put them into objects and lists. Such a shape is read off the checked expression, and
 * its JSON text is written without the library and without a value in between.
 */

/** A part of an expression whose JSON text can be written directly. */
export type Shape =
  | { readonly kind: 'constant'; readonly text: string }
  /** `item.data.price`; `members` has one name or more. */
  | { readonly kind: 'path'; readonly variable: string; readonly members: readonly string[] }
  | { readonly kind: 'list'; readonly elements: readonly Shape[] }
  /** Names as JSON text. */
  | { readonly kind: 'object'; readonly members: readonly (readonly [name: string, value: Shape])[] }
  /** `items.map(i, ...)`; `variable` is `items`, `element` may use `name`. */
  | { readonly kind: 'each'; readonly variable: string; readonly name: string; readonly element: Shape }

/** Returns the shape of a checked expression; null: it has to be evaluated. */
export function shapeOf(node: ASTNode): Shape | null {
  switch (node.op) {
    case 'value':
      return constant(node.args)
    case '.':
    case '[]':
      return path(node)
    case 'list':
      return list(node.args)
    case 'map':
      return object(node.args)
    case 'rcall':
      return each(node.args)
    default:
      return null
  }
}

function constant(value: unknown): Shape | null {
  try {
    return { kind: 'constant', text: JSON.stringify(jsonOf(value)) }
  } catch {
    return null // evaluated, it is reported with its range
  }
}

function path(node: ASTNode): Shape | null {
  const members: string[] = []
  let at = node
  while (at.op === '.' || at.op === '[]') {
    const [inner, member] = at.args as [ASTNode, ASTNode | string]
    const name = typeof member === 'string' ? member : member.op === 'value' ? member.args : null
    if (typeof name !== 'string') return null
    members.unshift(name)
    at = inner
  }
  return at.op === 'id' ? { kind: 'path', variable: at.args, members } : null
}

function list(nodes: readonly ASTNode[]): Shape | null {
  const elements = nodes.map(shapeOf)
  return elements.every((element) => element !== null) ? { kind: 'list', elements } : null
}

function object(entries: readonly (readonly [ASTNode, ASTNode])[]): Shape | null {
  const members: [string, Shape][] = []
  const names = new Set<string>()
  for (const [key, value] of entries) {
    const shape = shapeOf(value)
    if (key.op !== 'value' || typeof key.args !== 'string' || names.has(key.args) || shape === null) return null
    names.add(key.args)
    members.push([JSON.stringify(key.args), shape])
  }
  return { kind: 'object', members }
}

function each([name, target, operands]: readonly [string, ASTNode, readonly ASTNode[]]): Shape | null {
  const [variable, body] = operands
  if (name !== 'map' || operands.length !== 2 || target.op !== 'id' || variable?.op !== 'id') return null
  const element = shapeOf(body!)
  return element === null ? null : { kind: 'each', variable: target.args, name: variable.args, element }
}

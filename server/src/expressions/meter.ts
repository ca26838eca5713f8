import type { ASTNode } from '@marcbachmann/cel-js'
import { forEachChild } from './check-nodes.ts'
import { ExpressionError } from './expression-error.ts'

/**
 * Maximum cost of one evaluation: an operation is one step, and one more for each character or element that it reads or makes. An item has at
 * most 1 MiB, so an expression may go through it some times; measured, 4 Mi steps take 5 to 20 ms.
 */
export const MAX_STEPS = 4 * 1024 * 1024
/** Longest string, list or sequence of bytes that an operation may make. */
export const MAX_INTERMEDIATE = 1024 * 1024
/** How deep values are compared: as deep as an item may be nested, and more. */
const MAX_DEPTH = 128

/** Counts the steps of an evaluation. */
export class Meter {
  #left = MAX_STEPS

  reset(): void {
    this.#left = MAX_STEPS
  }

  /** @throws ExpressionError there were more than `MAX_STEPS` */
  charge(steps: number, node: Pick<ASTNode, 'start' | 'end'> | null = null): void {
    this.#left -= steps
    if (this.#left >= 0) return
    throw new ExpressionError(`must cost at most ${MAX_STEPS} steps: it costs more`, rangeOf(node))
  }

  /** Charges a value that an operation made. @throws ExpressionError it is longer than `MAX_INTERMEDIATE`, or too much in all */
  made<T>(value: T, node: Pick<ASTNode, 'start' | 'end'> | null): T {
    const length = lengthOf(value)
    if (length > MAX_INTERMEDIATE) throw tooLong(length, node)
    this.charge(length, node)
    return value
  }
}

/** The part of a checked node by which the library evaluates it. */
interface CheckedNode {
  handle?: (...operands: never[]) => unknown
}

/**
 * Has the operations of a checked expression charge a meter. The library calls `handle` of a node with its evaluated operands; tests with
 * expensive expressions fail should a later version no longer do so.
 */
export function meter(node: ASTNode, steps: Meter): void {
  const checked = node as CheckedNode
  const inner = checked.handle as ((...operands: unknown[]) => unknown) | undefined
  if (inner !== undefined) {
    switch (node.op) {
      case 'call':
      case 'rcall':
        checked.handle = (...[operands, ...rest]: [unknown[], ...unknown[]]) => {
          let cost = 1
          for (const operand of operands) cost += lengthOf(operand)
          if (node.args[0] === 'json') cost += deepSize(operands[0], steps)
          if (node.args[0] === 'like') cost += lengthOf(operands[0]) * 8
          if (node.args[0] === 'join') refuseLongJoin(operands, node)
          steps.charge(cost, node)
          return steps.made(inner(operands, ...rest), node)
        }
        break
      case 'in':
      case '==':
      case '!=':
        checked.handle = (...operands: unknown[]) => {
          if (node.op === 'in') refuseKey(operands, node)
          steps.charge(1 + comparedSize(node.op, operands, steps), node)
          return inner(...operands)
        }
        break
      default:
        checked.handle = (...operands: unknown[]) => {
          steps.charge(1, node)
          const value = inner(...operands)
          return node.op === '+' ? steps.made(value, node) : value
        }
    }
  }
  forEachChild(node, (child) => {
    meter(child, steps)
  })
}

/** Members have names: null, a list or an object is none, and the library would answer false. */
function refuseKey([key, target]: readonly unknown[], node: ASTNode): void {
  if (typeof key !== 'object' || typeof target !== 'object' || Array.isArray(target)) return
  throw new ExpressionError(
    'must look for a name among the members of an object: it looks for null, a list or an object',
    rangeOf(node),
  )
}

/** The steps of a comparison: of strings the shorter length, of lists and objects everything in the smaller one; `in` searches the whole list. */
function comparedSize(op: string, [left, right]: readonly unknown[], steps: Meter): number {
  if (op !== 'in') return Math.min(deepSize(left, steps), deepSize(right, steps))
  return Array.isArray(right) ? right.length + right.length * Math.min(lengthOf(left), 64) : 1
}

/** Characters, elements and members in a value; charges a step for each value that it looks at. */
function deepSize(value: unknown, steps: Meter, depth = 0): number {
  if (typeof value !== 'object' || value === null || depth === MAX_DEPTH) return lengthOf(value)
  let size = 1
  for (const member of Object.values(value)) size += 1 + deepSize(member, steps, depth + 1)
  steps.charge(size)
  return size
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  return Array.isArray(value) || value instanceof Uint8Array ? value.length : 0
}

/** It would be made before its length is known. */
function refuseLongJoin([list, separator]: readonly unknown[], node: ASTNode): void {
  if (!Array.isArray(list)) return
  let length = Math.max(0, list.length - 1) * lengthOf(separator)
  for (const element of list) length += lengthOf(element)
  if (length > MAX_INTERMEDIATE) throw tooLong(length, node)
}

function tooLong(length: number, node: Pick<ASTNode, 'start' | 'end'> | null): ExpressionError {
  return new ExpressionError(`must make no value longer than ${MAX_INTERMEDIATE}: one has ${length}`, rangeOf(node))
}

function rangeOf(node: Pick<ASTNode, 'start' | 'end'> | null): { from: number; to: number } | null {
  return node === null ? null : { from: node.start, to: node.end }
}

import type { ASTNode } from '@marcbachmann/cel-js'
import { forEachChild, UNWRITABLE, unwritable } from './check-nodes.ts'
import { ExpressionError } from './expression-error.ts'

/**
 * Maximum cost of one evaluation: an operation is one step, and one more for each character or element that it reads or makes. An item has at
 * most 1 MiB, so an expression may go through it some times; measured, 4 Mi steps take 5 to 20 ms.
 */
export const MAX_STEPS = 4 * 1024 * 1024
/** Longest string, list or sequence of bytes that an operation may make. */
export const MAX_INTERMEDIATE = 1024 * 1024
/**
 * Steps of an error: making one costs as much as some hundred operations, and `all`, `exists`, `||` and `&&` continue after one. So a list of
 * 400,000 elements that do not fit costs no more than one that does.
 */
const ERROR_STEPS = 1000
/** How deep values are compared: as deep as an item may be nested, and more. */
const MAX_DEPTH = 128

/** The steps that evaluations have in common, such as all those of one call. */
export class StepBudget {
  /** How many are left for all of them. */
  left: number
  /** How many times `MAX_STEPS` and `MAX_INTERMEDIATE` one of them may use: an expression over many items costs as much as one over each. */
  readonly factor: number

  constructor(steps: number, factor = 1) {
    this.left = steps
    this.factor = factor
  }
}

/** Counts the steps of an evaluation. */
export class Meter {
  #most = MAX_STEPS
  #left = MAX_STEPS
  #maxLength = MAX_INTERMEDIATE

  /** Begins an evaluation. */
  reset(budget: StepBudget | null): void {
    this.#left = this.#most = budget === null ? MAX_STEPS : Math.floor(Math.min(MAX_STEPS * budget.factor, budget.left))
    this.#maxLength = MAX_INTERMEDIATE * (budget?.factor ?? 1)
  }

  /** Steps since the last `reset`. */
  get used(): number {
    return this.#most - this.#left
  }

  /** @throws ExpressionError there were more than the evaluation may use */
  charge(steps: number, node: Pick<ASTNode, 'start' | 'end'> | null = null): void {
    this.#left -= steps
    if (this.#left >= 0) return
    throw new ExpressionError(`must cost at most ${this.#most} steps: it costs more`, rangeOf(node))
  }

  /** Charges a value that an operation made. @throws ExpressionError it is too long, or too much in all */
  made<T>(value: T, node: Pick<ASTNode, 'start' | 'end'> | null): T {
    this.checkLength(lengthOf(value), node)
    this.charge(lengthOf(value), node)
    return value
  }

  /** @throws ExpressionError no operation may make a value of this length */
  checkLength(length: number, node: Pick<ASTNode, 'start' | 'end'> | null): void {
    if (length <= this.#maxLength) return
    const detail = `must make no value longer than ${this.#maxLength}: one has ${length}`
    throw new ExpressionError(detail, rangeOf(node))
  }
}

type Evaluate = (evaluator: unknown, node: CheckedNode, context: unknown) => unknown

/** The part of a checked node by which the library evaluates it. */
interface CheckedNode extends Pick<ASTNode, 'start' | 'end'> {
  readonly op: string
  handle?: (...operands: never[]) => unknown
  evaluate: Evaluate
  readonly meta: {
    readonly evaluate: Evaluate
    /** Evaluated in place of the node: the loop that a macro stands for, or a constant. */
    readonly alternate?: CheckedNode & { readonly args: Loop }
    readonly macro?: { readonly evaluate: (evaluator: unknown, macro: unknown, context: unknown) => unknown }
  }
}

/** A loop: `condition` is asked before each turn, `step` is evaluated in it. */
interface Loop {
  condition?: (soFar: unknown) => boolean
  readonly step: CheckedNode
  readonly errorsAreFatal: boolean
}

/**
 * Has the operations of a checked expression charge a meter. The library calls `handle` of a node with its evaluated operands; tests with
 * expensive expressions fail should a later version no longer do so.
 */
export function meter(node: ASTNode, steps: Meter): void {
  const checked = node as unknown as CheckedNode
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
          if (node.args[0] === 'join') steps.checkLength(lengthOfJoin(operands), node)
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
  const { alternate } = checked.meta
  if (alternate?.op === 'comprehension') meterLoop(alternate.args, node, steps)
  if (node.op === '||' || node.op === '&&') chargeErrors(node.args[0] as unknown as CheckedNode, steps)
  if (node.op === 'map') for (const [key] of node.args) refuseUnwritable(key as unknown as CheckedNode)
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

/** The library ends a loop when `condition` throws, and not when `step` does. */
function meterLoop(loop: Loop, node: ASTNode, steps: Meter): void {
  const { condition } = loop
  loop.condition = (soFar) => {
    steps.charge(1, node)
    return condition?.(soFar) ?? true
  }
  if (!loop.errorsAreFatal) chargeErrors(loop.step, steps)
}

/** Charges for each error of a node whose errors do not end the evaluation. */
function chargeErrors(node: CheckedNode, steps: Meter): void {
  const evaluate = evaluationOf(node)
  node.evaluate = (evaluator, same, context) => {
    try {
      return evaluate(evaluator, same, context)
    } catch (error) {
      steps.charge(ERROR_STEPS, node)
      throw error
    }
  }
}

/** @throws ExpressionError (the node, when evaluated) a map would not have the member */
function refuseUnwritable(key: CheckedNode): void {
  const evaluate = evaluationOf(key)
  key.evaluate = (evaluator, same, context) => {
    const name = evaluate(evaluator, same, context)
    if (!UNWRITABLE.has(name)) return name
    throw unwritable(name, key)
  }
}

/** Evaluates a node as the library does at first; later it replaces `evaluate` of the node. */
function evaluationOf(node: CheckedNode): Evaluate {
  const { alternate, macro, evaluate } = node.meta
  if (alternate !== undefined) return (evaluator, _node, context) => alternate.evaluate(evaluator, alternate, context)
  if (macro !== undefined) return (evaluator, _node, context) => macro.evaluate(evaluator, macro, context)
  return evaluate
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
  const members: Iterable<unknown> = value instanceof Map ? value.values() : Object.values(value)
  for (const member of members) size += 1 + deepSize(member, steps, depth + 1)
  steps.charge(size)
  return size
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  return Array.isArray(value) || value instanceof Uint8Array ? value.length : 0
}

/** It would be made before its length is known. */
function lengthOfJoin([list, separator]: readonly unknown[]): number {
  if (!Array.isArray(list)) return 0
  let length = Math.max(0, list.length - 1) * lengthOf(separator)
  for (const element of list) length += lengthOf(element)
  return length
}

function rangeOf(node: Pick<ASTNode, 'start' | 'end'> | null): { from: number; to: number } | null {
  return node === null ? null : { from: node.start, to: node.end }
}

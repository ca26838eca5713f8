import { type ASTNode, Environment, EvaluationError, ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js'
import { checkNodes, type KnownMembers } from './check-nodes.ts'
import { ExpressionError } from './expression-error.ts'
import { like } from './like.ts'
import { meter, Meter, type StepBudget } from './meter.ts'
import { jsonOf } from './json-of.ts'
import { refuseLongText, textOf, textsOf, valueAt } from './shape-text.ts'
import { type Shape, shapeOf } from './shape.ts'
import type { Variables } from './variables.ts'

/*
 * Expressions of channels and predicates: CEL (https://github.com/google/cel-spec), checked with types before they are stored, and at most
 * linear in the size of their values. Every fault is reported with its range; nothing of an expression reaches
 * the process: no regular expression, no clock, no I/O.
 */

/** Longest source of an expression, in UTF-8 bytes. Hand-written ones have 20 to 200. */
export const MAX_EXPRESSION_BYTES = 4096
/** Most nodes of an expression. */
export const MAX_EXPRESSION_NODES = 200
/** Deepest nesting of an expression. */
export const MAX_EXPRESSION_DEPTH = 12

export { ExpressionError } from './expression-error.ts'
export { MAX_STEPS, StepBudget } from './meter.ts'

/** A variable's type; `dyn` is any JSON value, `map` a JSON object. */
export type ExpressionType = 'dyn' | 'map' | 'list' | 'string' | 'int' | 'double' | 'bool'

/** A variable: its type, of an object the names of all its members, or of a list those of each element. */
export type Variable = ExpressionType | { readonly map: readonly string[] } | { readonly list: readonly string[] }

export interface CompileOptions {
  /** Type of the result; `dyn` in the expression fits all. @default any */
  readonly result?: ExpressionType
}

/** Makes expressions over the same variables. */
export class ExpressionLanguage {
  readonly #environment: Environment
  readonly #members = new Map<string, KnownMembers>()

  /** @param variables by the names that expressions may use */
  constructor(variables: Readonly<Record<string, Variable>>) {
    this.#environment = base.clone()
    for (const [name, variable] of Object.entries(variables)) {
      if (typeof variable === 'string') this.#environment.registerVariable(name, variable)
      else if ('map' in variable) {
        this.#environment.registerVariable(name, 'map')
        this.#members.set(name, { own: variable.map })
      } else {
        this.#environment.registerVariable(name, 'list')
        this.#members.set(name, { ofElements: variable.list })
      }
    }
  }

  /**
   * Parses and checks an expression. @throws ExpressionError its syntax, a name, a type, a function or its size is refused; with the range
   */
  compile(source: string, { result = 'dyn' }: CompileOptions = {}): Expression {
    const bytes = Buffer.byteLength(source)
    if (bytes > MAX_EXPRESSION_BYTES) {
      throw new ExpressionError(`must have at most ${MAX_EXPRESSION_BYTES} bytes: it has ${bytes}`, null)
    }
    try {
      const parsed = this.#environment.parse(source)
      checkNodes(parsed.ast, this.#members)
      const checked = parsed.check()
      if (!checked.valid) throw checked.error ?? new Error('no reason is given')
      const type = checked.type ?? 'dyn'
      if (result !== 'dyn' && type !== 'dyn' && type !== result && !type.startsWith(`${result}<`)) {
        throw new ExpressionError(`must be of type ${result}: it is of type ${type}`, { from: 0, to: source.length })
      }
      return new Expression(source, { type, ast: parsed.ast, run: parsed })
    } catch (error) {
      throw asExpressionError(error)
    }
  }
}

/** An expression that was checked. */
export class Expression {
  readonly source: string
  /** As CEL writes it: `bool`, `string`, `map<string, dyn>`; `dyn` where it is known only after evaluation. */
  readonly type: string
  readonly #run: (values: Record<string, unknown>) => unknown
  readonly #meter = new Meter()
  /** Null: it is always evaluated. */
  readonly #shape: Shape | null

  constructor(
    source: string,
    checked: {
      readonly type: string
      readonly ast: ASTNode
      readonly run: (values: Record<string, unknown>) => unknown
    },
  ) {
    this.source = source
    this.type = checked.type
    this.#run = checked.run
    this.#shape = shapeOf(checked.ast)
    meter(checked.ast, this.#meter)
  }

  /**
   * Evaluates it, synchronously. @param values of all variables, as `parseValues` makes them @param budget shared with other evaluations; null: `MAX_STEPS`
   * @returns a JSON value: an integer is a number or exact, as `JSON.rawJSON`, a timestamp a string of RFC 3339, a duration one such as `90s`
   * @throws ExpressionError a name is missing in the values, types do not fit, or it costs more than it may; with the range
   */
  evaluate(values: Readonly<Record<string, unknown>>, budget: StepBudget | null = null): unknown {
    return this.#spend(budget, () => jsonOf(this.#run(values), this.#meter))
  }

  /**
   * The same for a list whose elements are values of further expressions: they are not looked at. @returns null for null
   * @throws ExpressionError as `evaluate`, or it gives neither a list nor null
   */
  evaluateList(values: Readonly<Record<string, unknown>>, budget: StepBudget): readonly unknown[] | null {
    const list = this.#spend(budget, () => this.#run(values))
    if (list === null || Array.isArray(list)) return list as unknown[] | null
    throw new ExpressionError(`must give a list: it gives ${typeof list}`, null)
  }

  #spend<T>(budget: StepBudget | null, run: () => T): T {
    this.#meter.reset(budget)
    try {
      return run()
    } catch (error) {
      throw asExpressionError(error)
    } finally {
      if (budget !== null) budget.left = Math.max(0, budget.left - this.#meter.used)
    }
  }

  /** The same as `evaluate`; of what only names a member, nothing else is read. @throws ExpressionError as `evaluate` */
  read(variables: Variables, budget: StepBudget | null = null): unknown {
    const shape = this.#shape
    const found = shape === null ? undefined : this.#spend(budget, () => valueAt(shape, variables, this.#meter))
    return found === undefined ? this.evaluate(variables.values, budget) : found
  }

  /**
   * Returns the JSON text of its value. Members whose text is known are written with the bytes that they came with.
   * @throws ExpressionError as `evaluate`, or the text is longer than 32 Mi characters
   */
  text(variables: Variables, budget: StepBudget | null = null): string {
    const shape = this.#shape
    const written = shape === null ? undefined : this.#spend(budget, () => textOf(shape, variables, this.#meter))
    return written ?? jsonText(this.evaluate(variables.values, budget))
  }

  /**
   * Returns the JSON texts of a list's elements; an element that is a list itself gives one text for each of its own. Null: it gives no list.
   * @throws ExpressionError as `text`
   */
  texts(variables: Variables, budget: StepBudget | null = null): readonly string[] | null {
    const shape = this.#shape
    const written = shape === null ? undefined : this.#spend(budget, () => textsOf(shape, variables, this.#meter))
    if (written !== undefined) return written
    const value = this.evaluate(variables.values, budget)
    return Array.isArray(value) ? value.flat().map(jsonText) : null
  }
}

const base = new Environment({
  homogeneousAggregateLiterals: false,
  limits: {
    maxAstNodes: MAX_EXPRESSION_NODES,
    maxDepth: MAX_EXPRESSION_DEPTH,
    maxListElements: MAX_EXPRESSION_NODES,
    maxMapEntries: MAX_EXPRESSION_NODES,
    maxCallArguments: 8,
  },
})
  .registerFunction('like(string, string): bool', (text: string, glob: string) => like(text, glob))
  .registerFunction('json(dyn): string', (value: unknown) => JSON.stringify(jsonOf(value)))
  .registerFunction('fixed(dyn, int): string', fixed)

/** A number with so many digits behind the point, 0 to 20, rounded as `Number.prototype.toFixed` does: a price of 5.1 is `5.10`. */
function fixed(value: unknown, digits: bigint): string {
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    throw new ExpressionError(
      `fixed(number, digits) must have a number: it has ${value === null ? 'null' : `a ${typeof value}`}`,
      null,
    )
  }
  if (digits < 0n || digits > 20n) {
    throw new ExpressionError(`fixed(number, digits) must have 0 to 20 digits: it has ${digits}`, null)
  }
  // What rounds to zero has no sign.
  return Number(value)
    .toFixed(Number(digits))
    .replace(/^-(?=0(\.0*)?$)/, '')
}

function jsonText(value: unknown): string {
  const text = JSON.stringify(value)
  refuseLongText(text.length)
  return text
}

function asExpressionError(error: unknown): unknown {
  if (error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError) {
    const { range, summary } = error
    return new ExpressionError(summary, range === undefined ? null : { from: range.start, to: range.end })
  }
  // What a function of a string refuses by itself, such as a result that is too long.
  if (error instanceof RangeError) return new ExpressionError(error.message, null)
  return error
}

import { type Expression, ExpressionError, ExpressionLanguage, StepBudget } from '../expressions/expression.ts'
import { parseValues } from '../expressions/parse-values.ts'

const language = new ExpressionLanguage({ event: { map: ['type', 'timestamp', 'data'] } })
/** Steps of all conditions that look at one event, about 1 ms: an event has at most 20 kB, and a condition goes through it once or twice. */
const STEPS_AN_EVENT = 200_000

/**
 * Compiles the condition `where` of an endpoint.
 * @throws ExpressionError its syntax, a name, a type, a function or its size is refused, or it gives no boolean; with the range
 */
export function compileCondition(source: string): Expression {
  return language.compile(source, { result: 'bool' })
}

/** Returns the fault of a condition, with its range, as the end of a sentence; null: there is none. */
export function conditionFault(where: string): string | null {
  try {
    compileCondition(where)
    return null
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const { detail, range } = error
    return range === null ? detail : `${detail} (characters ${range.from} to ${range.to})`
  }
}

/** One event as conditions see it: made when the first of them looks, and with one budget for all of them. */
export class ConditionEvent {
  readonly #event: { readonly type: string; readonly timestamp: string; readonly data: unknown }
  readonly #budget = new StepBudget(STEPS_AN_EVENT)
  #values: { readonly event: unknown } | null = null

  constructor(event: { readonly type: string; readonly timestamp: string; readonly data: unknown }) {
    this.#event = event
  }

  /** Whether the event meets a condition; also if the condition cannot be evaluated: no event is lost by a mistake in it. */
  meets(condition: Expression): boolean {
    // The event's time is used up: even to begin would cost.
    if (this.#budget.left === 0) return true
    try {
      this.#values ??= { event: parseValues(JSON.stringify(this.#event)) }
      return condition.evaluate(this.#values, this.#budget) !== false
    } catch (error) {
      if (error instanceof ExpressionError) return true
      throw error
    }
  }
}

import type { AnswerRulesConfig } from '../../model/channel.ts'
import { type Expression, ExpressionError, StepBudget } from '../../expressions/expression.ts'
import { jsonOf } from '../../expressions/json-of.ts'
import { parseValues } from '../../expressions/parse-values.ts'
import { delivered, deliveredWithoutResult, failed, forEachItem } from '../answer.ts'
import type { CallItem, ItemAnswer } from '../connector.ts'
import { type AnswerFacts, isPassing } from '../http-answer.ts'
import type { HttpAnswer } from '../http-exchange.ts'
import { answerLanguage, entryLanguage, MAX_ITEM_STEPS } from './languages.ts'
import { at } from './template-fault.ts'

type Values = Readonly<Record<string, unknown>>

/** Rules that read the answers of a target system whose format has no result for each item. */
export class AnswerRules {
  readonly #succeeded: Expression | null
  readonly #result: Expression | null
  readonly #results: Expression | null
  readonly #error: Readonly<Record<'code' | 'detail' | 'retryable' | 'pointer', Expression | null>>

  /** @throws TemplateFault an expression is refused: the first one, with its pointer */
  constructor(config: AnswerRulesConfig) {
    const language = config.results === undefined ? answerLanguage : entryLanguage
    const rule = (source: string | undefined, pointer: string, result: 'dyn' | 'bool' | 'string' | 'list' = 'dyn') =>
      source === undefined ? null : at(pointer, () => language.compile(source, { result }))
    const { results } = config
    this.#results =
      results === undefined ? null : at('/results', () => answerLanguage.compile(results, { result: 'list' }))
    this.#succeeded = rule(config.succeeded, '/succeeded', 'bool')
    this.#result = rule(config.result, '/result')
    this.#error = {
      code: rule(config.error?.code, '/error/code', 'string'),
      detail: rule(config.error?.detail, '/error/detail', 'string'),
      retryable: rule(config.error?.retryable, '/error/retryable', 'bool'),
      pointer: rule(config.error?.pointer, '/error/pointer', 'string'),
    }
  }

  /** Reads the answer to a call: an answer for each of its items, in their order. Pure. */
  judge(
    call: { readonly items: readonly Pick<CallItem, 'index'>[] },
    answer: Pick<HttpAnswer, 'status' | 'headers' | 'body' | 'unread'>,
    facts: AnswerFacts,
  ): readonly ItemAnswer[] {
    const { status, headers, unread } = answer
    const body = unread === null ? bodyOf(answer.body) : null
    const values = { status: BigInt(status), headers, body }
    const from = {
      answer,
      facts,
      budget: new StepBudget(MAX_ITEM_STEPS),
      whole: once(() => wholeAnswer(answer, facts)),
    }
    if (this.#results === null) return forEachItem(call, this.#judgeOne(values, from))
    let entries: readonly unknown[] | null
    try {
      entries = this.#results.evaluateList(values, from.budget)
    } catch (error) {
      return forEachItem(call, this.#unreadable(values, from, error))
    }
    // The answer is of the call as a whole.
    if (entries === null) return forEachItem(call, this.#judgeOne({ ...values, entry: null }, from))
    const count = call.items.length
    if (entries.length !== count) {
      const why = new ExpressionError(`results must give a list of ${count}: it gives one of ${entries.length}`, null)
      return forEachItem(call, this.#unreadable(values, from, why))
    }
    // A share for each: what one entry costs must not keep the others from being read.
    return entries.map((entry) =>
      this.#judgeOne({ ...values, entry }, { ...from, budget: new StepBudget(MAX_ITEM_STEPS / count) }),
    )
  }

  #judgeOne(values: Values, from: From): ItemAnswer {
    const { answer, facts, budget } = from
    const { status } = answer
    let succeeded = isSuccess(status)
    if (this.#succeeded !== null) {
      try {
        succeeded = this.#succeeded.evaluate(values, budget) === true
      } catch (error) {
        return this.#unreadable(values, from, error)
      }
    }
    if (!succeeded) return this.#failed(values, from)
    const delivery = { httpStatus: status, warnings: [] }
    if (answer.unread !== null) return deliveredWithoutResult(delivery, answer.unread)
    try {
      const result =
        this.#result === null
          ? jsonOf('entry' in values ? values['entry'] : values['body'])
          : this.#result.evaluate(values, budget)
      return delivered({ ...delivery, result: result === null ? undefined : facts.mask.json(JSON.stringify(result)) })
    } catch (error) {
      // A delivered item succeeds, whether or not its result can be kept.
      return deliveredWithoutResult(delivery, `the result cannot be read: ${detailOf(error)}`)
    }
  }

  #failed(values: Values, { answer, facts, budget, whole }: From): ItemAnswer {
    const { status } = answer
    const evaluate = (rule: Expression | null): unknown => {
      try {
        return rule?.evaluate(values, budget) ?? null
      } catch {
        return null // the answer does not have it: the defaults count
      }
    }
    const text = (value: unknown, most: number): string | null =>
      typeof value === 'string' && value !== '' ? facts.mask.text(value).slice(0, most) : null
    const retryable = evaluate(this.#error.retryable)
    const ownCode = isSuccess(status) ? 'rejected' : `http_${status}`
    return failed({
      code: text(evaluate(this.#error.code), 100) ?? ownCode,
      origin: 'connector',
      title: isSuccess(status) ? 'The connector refused the item' : `The connector answered with status ${status}`,
      detail: text(evaluate(this.#error.detail), 4096) ?? whole(),
      httpStatus: status,
      retryable: isPassing(status),
      hint: typeof retryable === 'boolean' ? retryable : facts.tokenRenewed ? true : null,
      retryAtMs: facts.retryAtMs,
      pointer: text(evaluate(this.#error.pointer), 256),
    })
  }

  /** Answers for items whose answer cannot be read: an error status is reported as such; a success that cannot be read is none. */
  #unreadable(values: Values, from: From, error: unknown): ItemAnswer {
    const { answer, facts } = from
    if (!isSuccess(answer.status)) return this.#failed(values, from)
    return failed({
      code: 'invalid_answer',
      origin: 'engine',
      title: 'The answer does not report the outcome of the item',
      detail: facts.mask.text(answer.unread === null ? detailOf(error) : `${detailOf(error)}; ${answer.unread}`),
      httpStatus: answer.status,
      retryable: true,
    })
  }
}

interface From {
  readonly answer: Pick<HttpAnswer, 'status' | 'headers' | 'body' | 'unread'>
  readonly facts: AnswerFacts
  readonly budget: StepBudget
  /** Its text: the same for many items. */
  readonly whole: () => string | null
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
}

function wholeAnswer({ body, unread }: From['answer'], { mask }: AnswerFacts): string | null {
  return body.length === 0 ? unread : mask.text(body.toString('utf8'))
}

function detailOf(error: unknown): string {
  return error instanceof ExpressionError ? error.message : String(error)
}

function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299
}

/** JSON where it is JSON, else its text. */
function bodyOf(bytes: Buffer): unknown {
  const text = bytes.toString('utf8')
  if (text === '') return null
  try {
    return parseValues(text)
  } catch {
    return text
  }
}

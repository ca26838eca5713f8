import type { HttpConnectorConfig } from '../../model/channel.ts'
import { type Action, actions } from '../../model/job.ts'
import { failed } from '../answer.ts'
import type { Call, CallItem, ItemAnswer } from '../connector.ts'
import { type AnswerFacts, judgeHttpAnswer } from '../http-answer.ts'
import type { HttpAnswer } from '../http-exchange.ts'
import { AnswerRules } from './answer-rules.ts'
import { CallVariables, ItemValues } from './call-values.ts'
import { MAX_BATCH_STEPS, MAX_ITEM_STEPS } from './languages.ts'
import { MAX_STEPS, StepBudget } from '../../expressions/expression.ts'
import { type RenderedRequest, RequestTemplate } from './request-template.ts'
import { TemplateFault } from './template-fault.ts'

/** A call as a template makes it. */
export interface PreparedCall {
  /** Null: none of its items can be sent. */
  readonly request: RenderedRequest | null
  /** Those that the request carries, in the call's order. */
  readonly items: readonly CallItem[]
  /** For each item of the call, in its order: the reason why it is not sent; null: it is, or all are. */
  readonly refusals: readonly (ItemAnswer | null)[] | null
}

type TemplatedConfig = Pick<HttpConnectorConfig, 'request' | 'response' | 'batchSize'>

/** Makes the requests of a channel by its templates, and reads their answers by its rules. */
export class TemplatedCalls {
  readonly #requests = new Map<Action, RequestTemplate>()
  readonly #rules: AnswerRules | null
  readonly #isBatch: boolean

  /** @throws TemplateFault a template is refused; the pointer leads into the connector */
  constructor(config: TemplatedConfig) {
    this.#isBatch = config.batchSize > 1
    this.makesRequests = config.request !== null
    for (const action of actions) {
      const template = config.request?.[action]
      if (template === undefined) continue
      const pointer = `/request/${action}`
      this.#requests.set(
        action,
        below(pointer, () => new RequestTemplate(template, { isBatch: this.#isBatch, pointer })),
      )
    }
    const { response } = config
    this.#rules = response === null ? null : below('/response', () => new AnswerRules(response))
  }

  /** Whether requests are made by templates; else only answers are read by rules. */
  readonly makesRequests: boolean

  /** Makes the request of a call. Never throws: an item of which no request can be made does not fail the others. */
  prepare(call: Call): PreparedCall {
    const all = call.items.map((item) => new ItemValues(call, item))
    const { action } = all[0]!
    const template = this.#requests.get(action)
    if (template === undefined) {
      const detail = `The channel has no request for the action ${action}: it has one for ${[...this.#requests.keys()].join(', ') || 'none'}`
      return nothing(call, detail)
    }
    const render = (some: readonly ItemValues[], budget: StepBudget): RenderedRequest =>
      template.render(new CallVariables(call, some, { isBatch: this.#isBatch }), budget)
    const callBudget = (): StepBudget =>
      all.length === 1
        ? new StepBudget(MAX_ITEM_STEPS)
        : new StepBudget(MAX_BATCH_STEPS, Math.min(all.length, MAX_BATCH_STEPS / MAX_STEPS))
    const whole = attempt(() => render(all, callBudget()))
    if (typeof whole !== 'string') return { request: whole, items: call.items, refusals: null }
    if (all.length === 1) return nothing(call, whole)
    // One item must not fail the others: those of which no request can be made alone, by their share of the steps, are left out.
    const share = Math.min(MAX_ITEM_STEPS, MAX_BATCH_STEPS / all.length)
    const refusals = all.map((one) => {
      const alone = attempt(() => render([one], new StepBudget(share)))
      return typeof alone === 'string' ? notMade(alone) : null
    })
    const kept = all.filter((_, at) => refusals[at] === null)
    if (kept.length === 0) return { request: null, items: [], refusals }
    const rest = attempt(() => render(kept, callBudget()))
    if (typeof rest === 'string') return nothing(call, rest)
    return { request: rest, items: kept.map(({ item }) => item), refusals }
  }

  /** Reads the answer to the request of a call: an answer for each item that the request carries. */
  readonly judge = (
    prepared: { readonly items: readonly CallItem[] },
    answer: HttpAnswer,
    facts: AnswerFacts,
  ): readonly ItemAnswer[] => {
    return this.#rules === null ? judgeHttpAnswer(prepared, answer, facts) : this.#rules.judge(prepared, answer, facts)
  }
}

function below<T>(pointer: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error
    throw new TemplateFault(pointer + error.pointer, { detail: error.detail, range: null })
  }
}

/** Returns the request, or why there is none: whatever it is, a call must end. */
function attempt(render: () => RenderedRequest): RenderedRequest | string {
  try {
    return render()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function nothing(call: Call, detail: string): PreparedCall {
  return { request: null, items: [], refusals: call.items.map(() => notMade(detail)) }
}

/** The answer for an item of which no request can be made: nobody was called. */
export function notMade(detail: string): ItemAnswer {
  const answer = failed({
    code: 'request_not_made',
    origin: 'engine',
    title: 'No request could be made of the item',
    detail,
    retryable: false,
    hint: false,
  })
  return { ...answer, uncalled: true }
}

import type { RequestTemplateConfig } from '../../model/channel.ts'
import { escapedToken } from '../../model/json-walker.ts'
import { headerFaults, headerValueFault } from '../../model/header-faults.ts'
import {
  type Expression,
  ExpressionError,
  type ExpressionLanguage,
  type StepBudget,
} from '../../expressions/expression.ts'
import { memberText } from '../item-line.ts'
import { encodeBody, type EncodedBody, fields, JSON_TYPE, NDJSON } from './encode-body.ts'
import { batchLanguage, itemLanguage } from './languages.ts'
import { PathTemplate } from './path-template.ts'
import { at } from './template-fault.ts'

/** Longest path, query and headers of a template, together. Servers that are widely used take 8 to 16 KiB, and cut the connection beyond that. */
const MAX_HEAD_LENGTH = 12 * 1024

type Values = Readonly<Record<string, unknown>>

/** A request without the parts that come from the channel and the call. */
export interface RenderedRequest {
  readonly method: RequestTemplateConfig['method']
  /** Path and query behind those of the channel's url; each may be empty. */
  readonly path: string
  readonly query: string
  /** In lower case; the content type among them, unless there is no body. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** The request of one action, ready to be made of items. */
export class RequestTemplate {
  readonly #config: RequestTemplateConfig
  readonly #path: PathTemplate
  readonly #query: ReadonlyMap<string, Expression>
  readonly #headers: ReadonlyMap<string, Expression>
  /** Null: the data of the items as it was submitted. */
  readonly #body: Expression | ReadonlyMap<string, Expression> | null
  readonly #isBatch: boolean

  /** @throws TemplateFault an expression is refused, or a header's name: the first one, with its pointer */
  constructor(config: RequestTemplateConfig, { isBatch }: { readonly isBatch: boolean }) {
    const language = isBatch ? batchLanguage : itemLanguage
    this.#config = config
    this.#path = at('/path', () => new PathTemplate(config.path, language))
    this.#query = compileAll('/query', config.query, language)
    this.#headers = compileAll('/headers', config.headers, language)
    const [fault] = headerFaults(Object.fromEntries(Object.keys(config.headers).map((name) => [name, ''])))
    if (fault !== undefined) at(`/headers${fault.pointer}`, () => refuse(fault.detail))
    this.#isBatch = isBatch
    const { body } = config
    if (body === undefined || (!isBatch && body === 'item.data')) this.#body = null
    else
      this.#body = typeof body === 'string' ? compileAt('/body', body, language) : compileAll('/body', body, language)
  }

  /**
   * @param values `item` or `items`, `job` and `attempt`
   * @param lines the items' JSON text, so that their data is sent with the bytes that it came with
   * @param budget of all its expressions together
   * @throws ExpressionError an expression cannot be evaluated, or gives a value that its place cannot hold
   */
  render(values: Values, lines: readonly string[], budget: StepBudget): RenderedRequest {
    const { method } = this.#config
    const query = new URLSearchParams(fields(evaluateAll(this.#query, values, budget), 'query')).toString()
    const encoded = this.#encodeBody(values, lines, budget)
    const path = this.#path.render(values, budget)
    let length = path.length + query.length
    const headers = new Map<string, string>()
    if (encoded.contentType !== null) headers.set('content-type', encoded.contentType)
    for (const [name, value] of fields(evaluateAll(this.#headers, values, budget), 'headers')) {
      const fault = headerValueFault(value)
      if (fault !== null) throw new ExpressionError(`header ${name} ${fault}`, null)
      headers.set(name.toLowerCase(), value)
      length += name.length + value.length
    }
    if (length > MAX_HEAD_LENGTH) {
      const detail = `must give path, query and headers of at most ${MAX_HEAD_LENGTH} characters together: they have ${length}`
      throw new ExpressionError(detail, null)
    }
    return { method, path, query, headers, body: encoded.body }
  }

  #encodeBody(values: Values, lines: readonly string[], budget: StepBudget): EncodedBody {
    const { bodyType } = this.#config
    if (this.#body === null && (bodyType === 'json' || bodyType === 'ndjson')) {
      const texts = lines.map((line) => memberText(line, 'data') ?? 'null')
      if (bodyType === 'ndjson')
        return { contentType: NDJSON, body: texts.map((text) => `${oneLine(text)}\n`).join('') }
      return { contentType: JSON_TYPE, body: this.#isBatch ? `[${texts.join(',')}]` : texts[0]! }
    }
    if (this.#body === null) return encodeBody(dataOf(values), bodyType)
    const value =
      this.#body instanceof Map
        ? evaluateAll(this.#body, values, budget)
        : (this.#body as Expression).evaluate(values, budget)
    return encodeBody(value, bodyType)
  }
}

function evaluateAll(
  expressions: ReadonlyMap<string, Expression>,
  values: Values,
  budget: StepBudget,
): Record<string, unknown> {
  return Object.fromEntries([...expressions].map(([name, expression]) => [name, expression.evaluate(values, budget)]))
}

function compileAll(
  pointer: string,
  sources: Readonly<Record<string, string>>,
  language: ExpressionLanguage,
): ReadonlyMap<string, Expression> {
  return new Map(
    Object.entries(sources).map(([name, source]) => [
      name,
      compileAt(`${pointer}/${escapedToken(name)}`, source, language),
    ]),
  )
}

function compileAt(pointer: string, source: string, language: ExpressionLanguage): Expression {
  return at(pointer, () => language.compile(source))
}

function refuse(detail: string): never {
  throw new ExpressionError(detail, null)
}

/** Of one item, or the list of many. */
function dataOf({ item, items }: { readonly item?: unknown; readonly items?: unknown }): unknown {
  const data = (one: unknown): unknown => (one as { readonly data: unknown }).data
  return Array.isArray(items) ? items.map(data) : data(item)
}

/** JSON text may have line ends between its values. */
function oneLine(text: string): string {
  return /[\r\n]/.test(text) ? JSON.stringify(JSON.parse(text)) : text
}

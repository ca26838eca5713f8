import type { RequestTemplateConfig } from '../../model/channel.ts'
import { escapedToken } from '../../model/json-walker.ts'
import { headerFaults, headerValueFault } from '../../model/header-faults.ts'
import { type Expression, ExpressionError, type ExpressionLanguage } from '../../expressions/expression.ts'
import { memberText } from '../item-line.ts'
import { encodeBody, type EncodedBody, fields, JSON_TYPE, NDJSON } from './encode-body.ts'
import { batchLanguage, itemLanguage } from './languages.ts'
import { PathTemplate } from './path-template.ts'
import { at, placedError } from './template-fault.ts'

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
  readonly #pointer: string

  /**
   * @param options.pointer of the template, for the errors of its expressions
   * @throws TemplateFault an expression is refused, or a header's name: the first one, with its pointer
   */
  constructor(
    config: RequestTemplateConfig,
    { isBatch, pointer }: { readonly isBatch: boolean; readonly pointer: string },
  ) {
    this.#pointer = pointer
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
   * @throws ExpressionError an expression cannot be evaluated, or gives a value that its place cannot hold; names its place
   */
  render(values: Readonly<Record<string, unknown>>, lines: readonly string[]): RenderedRequest {
    try {
      return this.#render(values, lines)
    } catch (error) {
      throw error instanceof ExpressionError ? this.#placed(error, (one) => one.evaluate(values)) : error
    }
  }

  /** Finds the expression that failed by evaluating each again: those of a request that is made pay nothing for it. */
  #placed(error: ExpressionError, evaluate: (expression: Expression) => unknown): ExpressionError {
    for (const [place, expression] of this.#expressions()) {
      try {
        evaluate(expression)
      } catch (found) {
        if (found instanceof ExpressionError) return placedError(this.#pointer + place, found)
      }
    }
    return error
  }

  *#expressions(): Generator<readonly [string, Expression]> {
    for (const expression of this.#path.expressions) yield ['/path', expression]
    for (const [name, expression] of this.#query) yield [`/query/${escapedToken(name)}`, expression]
    for (const [name, expression] of this.#headers) yield [`/headers/${escapedToken(name)}`, expression]
    if (this.#body instanceof Map) {
      for (const [name, expression] of this.#body as ReadonlyMap<string, Expression>)
        yield [`/body/${escapedToken(name)}`, expression]
    } else if (this.#body !== null) yield ['/body', this.#body as Expression]
  }

  #render(values: Readonly<Record<string, unknown>>, lines: readonly string[]): RenderedRequest {
    const { method } = this.#config
    const query = new URLSearchParams(fields(evaluateAll(this.#query, values), 'query')).toString()
    const encoded = this.#encodeBody(values, lines)
    const headers = new Map<string, string>()
    if (encoded.contentType !== null) headers.set('content-type', encoded.contentType)
    for (const [name, value] of fields(evaluateAll(this.#headers, values), 'headers')) {
      const fault = headerValueFault(value)
      if (fault !== null) throw new ExpressionError(`header ${name} ${fault}`, null)
      headers.set(name.toLowerCase(), value)
    }
    return { method, path: this.#path.render(values), query, headers, body: encoded.body }
  }

  #encodeBody(values: Readonly<Record<string, unknown>>, lines: readonly string[]): EncodedBody {
    const { bodyType } = this.#config
    if (this.#body === null && (bodyType === 'json' || bodyType === 'ndjson')) {
      const texts = lines.map((line) => memberText(line, 'data') ?? 'null')
      if (bodyType === 'ndjson')
        return { contentType: NDJSON, body: texts.map((text) => `${oneLine(text)}\n`).join('') }
      return { contentType: JSON_TYPE, body: this.#isBatch ? `[${texts.join(',')}]` : texts[0]! }
    }
    if (this.#body === null) return encodeBody(dataOf(values), bodyType)
    const value =
      this.#body instanceof Map ? evaluateAll(this.#body, values) : (this.#body as Expression).evaluate(values)
    return encodeBody(value, bodyType)
  }
}

function evaluateAll(
  expressions: ReadonlyMap<string, Expression>,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries([...expressions].map(([name, expression]) => [name, expression.evaluate(values)]))
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

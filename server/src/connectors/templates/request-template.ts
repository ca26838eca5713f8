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
   * @throws ExpressionError an expression cannot be evaluated, or gives a value that its place cannot hold
   */
  render(values: Readonly<Record<string, unknown>>, lines: readonly string[]): RenderedRequest {
    const { method } = this.#config
    const query = new URLSearchParams(fields(this.#evaluateAll('/query', this.#query, values), 'query')).toString()
    const encoded = this.#encodeBody(values, lines)
    const headers = new Map<string, string>()
    if (encoded.contentType !== null) headers.set('content-type', encoded.contentType)
    for (const [name, value] of fields(this.#evaluateAll('/headers', this.#headers, values), 'headers')) {
      const fault = headerValueFault(value)
      if (fault !== null) throw new ExpressionError(`header ${name} ${fault}`, null)
      headers.set(name.toLowerCase(), value)
    }
    const path = this.#renderPath(values)
    return { method, path, query, headers, body: encoded.body }
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
    const body = this.#body
    const value =
      body instanceof Map ? this.#evaluateAll('/body', body, values) : this.#evaluateBody(body as Expression, values)
    return encodeBody(value, bodyType)
  }

  #evaluateAll(
    pointer: string,
    expressions: ReadonlyMap<string, Expression>,
    values: Readonly<Record<string, unknown>>,
  ): Record<string, unknown> {
    return Object.fromEntries(
      [...expressions].map(([name, expression]) => {
        try {
          return [name, expression.evaluate(values)]
        } catch (error) {
          throw placedError(`${this.#pointer}${pointer}/${escapedToken(name)}`, error)
        }
      }),
    )
  }

  #evaluateBody(body: Expression, values: Readonly<Record<string, unknown>>): unknown {
    try {
      return body.evaluate(values)
    } catch (error) {
      throw placedError(`${this.#pointer}/body`, error)
    }
  }

  #renderPath(values: Readonly<Record<string, unknown>>): string {
    try {
      return this.#path.render(values)
    } catch (error) {
      throw placedError(`${this.#pointer}/path`, error)
    }
  }
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

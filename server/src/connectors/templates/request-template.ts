import type { RequestTemplateConfig } from '../../model/channel.ts'
import { escapedToken } from '../../model/json-walker.ts'
import { headerFaults, headerValueFault } from '../../model/header-faults.ts'
import { Expression, ExpressionError, type ExpressionLanguage } from '../../expressions/expression.ts'
import { refuseLongText } from '../../expressions/shape-text.ts'
import type { CallVariables } from './call-values.ts'
import { type EncodedBody, encodeFields, fields, queryText } from './encode-body.ts'
import { batchLanguage, itemLanguage } from './languages.ts'
import { PathTemplate } from './path-template.ts'
import { at } from './template-fault.ts'

const JSON_TYPE = 'application/json'
const NDJSON = 'application/x-ndjson'

/** A request without the parts that come from the channel and the call. */
export interface RenderedRequest {
  readonly method: RequestTemplateConfig['method']
  /** Path and query behind those of the channel's url; each may be empty. */
  readonly path: string
  readonly query: string
  /** Of the body; null: there is none. */
  readonly contentType: string | null
  /** Names in lower case; each counts over the content type and the channel's headers. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** The request of one action, ready to be made of items. */
export class RequestTemplate {
  readonly #config: RequestTemplateConfig
  readonly #path: PathTemplate
  readonly #query: Expressions
  readonly #headers: Expressions
  /** Null: the data of the items as it was submitted. */
  readonly #body: Expression | Expressions | null
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

  /** @throws ExpressionError an expression cannot be evaluated, or gives a value that its place cannot hold */
  render(variables: CallVariables): RenderedRequest {
    const { method } = this.#config
    const query = this.#query.size === 0 ? '' : queryText(fieldsOf(this.#query, variables, 'query'))
    const { contentType, body } = this.#encodeBody(variables)
    const headers: [string, string][] = []
    if (this.#headers.size > 0) {
      for (const [name, value] of fieldsOf(this.#headers, variables, 'headers')) {
        const fault = headerValueFault(value)
        if (fault !== null) throw new ExpressionError(`header ${name} ${fault}`, null)
        headers.push([name.toLowerCase(), value])
      }
    }
    return { method, path: this.#path.render(variables), query, contentType, headers, body }
  }

  #encodeBody(variables: CallVariables): EncodedBody {
    const { bodyType } = this.#config
    const body = this.#body
    switch (bodyType) {
      case 'json':
        return { contentType: JSON_TYPE, body: body === null ? this.#dataText(variables) : jsonText(body, variables) }
      case 'ndjson': {
        const texts = body === null ? variables.items.map(({ dataText }) => dataText) : jsonTexts(body, variables)
        return { contentType: NDJSON, body: texts.map((text) => `${oneLine(text)}\n`).join('') }
      }
      case 'none':
        return { contentType: null, body: '' }
      default:
        return encodeFields(this.#bodyValue(variables), bodyType)
    }
  }

  /** The data of one item as it was submitted, or the list of many. */
  #dataText({ items }: CallVariables): string {
    return this.#isBatch ? `[${items.map(({ dataText }) => dataText).join(',')}]` : items[0]!.dataText
  }

  #bodyValue(variables: CallVariables): unknown {
    const body = this.#body
    if (body === null) {
      const data = variables.items.map(({ value }) => value['data'])
      return this.#isBatch ? data : data[0]
    }
    return body instanceof Expression ? body.read(variables) : readAll(body, variables)
  }
}

type Expressions = ReadonlyMap<string, Expression>

function jsonText(body: Expression | Expressions, variables: CallVariables): string {
  if (body instanceof Expression) return body.text(variables)
  let text = '{'
  for (const [name, expression] of body) {
    text += `${text === '{' ? '' : ','}${JSON.stringify(name)}:${expression.text(variables)}`
    refuseLongText(text.length)
  }
  return `${text}}`
}

function jsonTexts(body: Expression | Expressions, variables: CallVariables): readonly string[] {
  const texts = body instanceof Expression ? body.texts(variables) : null
  if (texts === null) throw new ExpressionError('must give a list, as bodyType is ndjson', null)
  return texts
}

function fieldsOf(expressions: Expressions, variables: CallVariables, what: string): [string, string][] {
  return fields(readAll(expressions, variables), what)
}

function readAll(expressions: Expressions, variables: CallVariables): Record<string, unknown> {
  return Object.fromEntries([...expressions].map(([name, expression]) => [name, expression.read(variables)]))
}

function compileAll(
  pointer: string,
  sources: Readonly<Record<string, string>>,
  language: ExpressionLanguage,
): Expressions {
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

/** JSON text may have line ends between its values. */
function oneLine(text: string): string {
  return /[\r\n]/.test(text) ? JSON.stringify(JSON.parse(text)) : text
}

import { escapedToken } from '@waybill/spec/rules'
import type { RequestTemplateConfig } from '../../model/channel.ts'
import { headerFaults, headerValueFault } from '../../model/header-faults.ts'
import { Expression, ExpressionError, type ExpressionLanguage, type StepBudget } from '../../expressions/expression.ts'
import { jsonOf } from '../../expressions/json-of.ts'
import { refuseLongText } from '../../expressions/shape-text.ts'
import type { CallVariables } from './call-values.ts'
import { addField, type EncodedBody, encodeFields, queryText } from './encode-body.ts'
import { batchLanguage, itemLanguage } from './languages.ts'
import { PathTemplate } from './path-template.ts'
import { at, placedError } from './template-fault.ts'

const JSON_TYPE = 'application/json'
const NDJSON = 'application/x-ndjson'
/** Longest path, query and headers of a template, together. Servers that are widely used take 8 to 16 KiB, and cut the connection beyond that. */
const MAX_HEAD_LENGTH = 12 * 1024

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
   * @param budget of all its expressions together
   * @throws ExpressionError an expression cannot be evaluated, or gives a value that its place cannot hold
   */
  render(variables: CallVariables, budget: StepBudget): RenderedRequest {
    const { method } = this.#config
    const given = { variables, budget, pointer: this.#pointer }
    const query = this.#query.size === 0 ? '' : queryText(fieldsOf(this.#query, 'query', given))
    const { contentType, body } = this.#encodeBody(given)
    const path = this.#renderPath(given)
    let length = path.length + query.length
    const headers: [string, string][] = []
    if (this.#headers.size > 0) {
      for (const [name, value] of fieldsOf(this.#headers, 'headers', given)) {
        const fault = headerValueFault(value)
        if (fault !== null) throw new ExpressionError(`header ${name} ${fault}`, null)
        headers.push([name.toLowerCase(), value])
        length += name.length + value.length
      }
    }
    if (length > MAX_HEAD_LENGTH) {
      const detail = `must give path, query and headers of at most ${MAX_HEAD_LENGTH} characters together: they have ${length}`
      throw new ExpressionError(detail, null)
    }
    return { method, path, query, contentType, headers, body }
  }

  #encodeBody(given: Given): EncodedBody {
    const { bodyType } = this.#config
    const body = this.#body
    switch (bodyType) {
      case 'json':
        return { contentType: JSON_TYPE, body: body === null ? this.#dataText(given.variables) : jsonText(body, given) }
      case 'ndjson': {
        const texts = body === null ? given.variables.items.map(({ dataText }) => dataText) : jsonTexts(body, given)
        return { contentType: NDJSON, body: texts.map((text) => `${oneLine(text)}\n`).join('') }
      }
      case 'none':
        return { contentType: null, body: '' }
      default:
        return encodeFields(this.#bodyValue(given), bodyType)
    }
  }

  /** The data of one item as it was submitted, or the list of many. */
  #dataText({ items }: CallVariables): string {
    return this.#isBatch ? `[${items.map(({ dataText }) => dataText).join(',')}]` : items[0]!.dataText
  }

  #renderPath({ variables, budget, pointer }: Given): string {
    try {
      return this.#path.render(variables, budget)
    } catch (error) {
      throw placedError(`${pointer}/path`, error)
    }
  }

  #bodyValue(given: Given): unknown {
    const body = this.#body
    if (body === null) {
      const data = given.variables.items.map(({ value }) => jsonOf(value['data']))
      return this.#isBatch ? data : data[0]
    }
    return body instanceof Expression ? ofBody(body, 'read', given) : readAll(body, 'body', given)
  }
}

/** The call that a request is made of. */
interface Given {
  readonly variables: CallVariables
  /** Of all expressions for it. */
  readonly budget: StepBudget
  /** Of the template. */
  readonly pointer: string
}

type Expressions = ReadonlyMap<string, Expression>

function jsonText(body: Expression | Expressions, given: Given): string {
  if (body instanceof Expression) return ofBody(body, 'text', given)
  let text = '{'
  for (const [name, expression] of body) {
    const value = ofMember(expression, 'text', { name, group: 'body', given })
    text += `${text === '{' ? '' : ','}${JSON.stringify(name)}:${value}`
    refuseLongText(text.length)
  }
  return `${text}}`
}

function jsonTexts(body: Expression | Expressions, given: Given): readonly string[] {
  const texts = body instanceof Expression ? ofBody(body, 'texts', given) : null
  if (texts === null) throw new ExpressionError('must give a list, as bodyType is ndjson', null)
  return texts
}

function fieldsOf(expressions: Expressions, group: 'query' | 'headers', given: Given): [string, string][] {
  const found: [string, string][] = []
  for (const [name, expression] of expressions) {
    addField(found, { name, member: ofMember(expression, 'read', { name, group, given }), what: group })
  }
  return found
}

function readAll(expressions: Expressions, group: string, given: Given): Record<string, unknown> {
  return Object.fromEntries(
    [...expressions].map(([name, expression]) => [name, ofMember(expression, 'read', { name, group, given })]),
  )
}

type Read = 'read' | 'text' | 'texts'

function ofBody<R extends Read>(
  body: Expression,
  read: R,
  { variables, budget, pointer }: Given,
): ReturnType<Expression[R]> {
  try {
    return body[read](variables, budget) as ReturnType<Expression[R]>
  } catch (error) {
    throw placedError(`${pointer}/body`, error)
  }
}

function ofMember<R extends Read>(
  expression: Expression,
  read: R,
  { name, group, given }: { readonly name: string; readonly group: string; readonly given: Given },
): ReturnType<Expression[R]> {
  try {
    return expression[read](given.variables, given.budget) as ReturnType<Expression[R]>
  } catch (error) {
    throw placedError(`${given.pointer}/${group}/${escapedToken(name)}`, error)
  }
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

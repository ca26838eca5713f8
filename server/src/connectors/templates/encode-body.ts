import { randomBytes } from 'node:crypto'
import { ExpressionError } from '../../expressions/expression.ts'
import { scalarText } from '../../expressions/json-of.ts'

export interface EncodedBody {
  /** Null: there is no body. */
  readonly contentType: string | null
  readonly body: string
}

/** Encodes a value as the body of a request. @throws ExpressionError the value does not fit the type */
export function encodeFields(value: unknown, type: 'text' | 'form' | 'multipart'): EncodedBody {
  switch (type) {
    case 'text':
      if (typeof value === 'string') return { contentType: 'text/plain; charset=utf-8', body: wholeText(value, type) }
      throw new ExpressionError('must give a text, as bodyType is text', null)
    case 'form':
      return { contentType: 'application/x-www-form-urlencoded', body: queryText(fields(value, type)) }
    case 'multipart':
      return multipart(fields(value, type))
  }
}

/** Names and values as a query has them: `application/x-www-form-urlencoded` of the URL standard. */
export function queryText(entries: readonly (readonly [string, string])[]): string {
  // Most have nothing that is to be encoded, and URLSearchParams costs a microsecond.
  if (!entries.every(([name, value]) => PLAIN.test(name) && PLAIN.test(value))) {
    return new URLSearchParams(entries.map(([name, value]): [string, string] => [name, value])).toString()
  }
  return entries.map(([name, value]) => `${name}=${value}`).join('&')
}

/** Characters that the URL standard does not encode. */
const PLAIN = /^[\w.*-]*$/

/** Names and values of a form: a list repeats its name, null leaves it out. */
function fields(value: unknown, what: string): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ExpressionError(`must give an object of texts, numbers and lists of them for ${what}`, null)
  }
  const found: [string, string][] = []
  for (const [name, member] of Object.entries(value)) addField(found, { name, member, what })
  return found
}

/** Adds a name with its value, or with each of them. @throws ExpressionError a value is an object */
export function addField(
  found: [string, string][],
  { name, member, what }: { readonly name: string; readonly member: unknown; readonly what: string },
): void {
  if (Array.isArray(member)) {
    for (const one of member as unknown[]) {
      // A list within a list is refused as an object is.
      addField(found, { name, member: Array.isArray(one) ? {} : one, what })
    }
  } else if (member !== null && member !== undefined) {
    const text = scalarText(member)
    if (text === null) {
      throw new ExpressionError(`must give texts, numbers and lists of them for ${what}: ${name} has an object`, null)
    }
    found.push([name, wholeText(text, what)])
  }
}

/** Half a surrogate pair cannot be written in UTF-8: it would arrive as another text. In JSON it is escaped. */
function wholeText(text: string, what: string): string {
  if (text.isWellFormed()) return text
  throw new ExpressionError(`must give whole characters for ${what}: one text has half of one`, null)
}

/** RFC 7578; names are escaped as the HTML standard has it. */
function multipart(entries: readonly (readonly [string, string])[]): EncodedBody {
  const boundary = `waybill-${randomBytes(18).toString('hex')}` // 144 random bits: no value contains it
  const blocks = entries.map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(name)}"\r\n\r\n${value}\r\n`,
  )
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: `${blocks.join('')}--${boundary}--\r\n` }
}

function escapeName(name: string): string {
  return name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22')
}

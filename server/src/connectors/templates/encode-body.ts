import { randomBytes } from 'node:crypto'
import type { RequestBodyType } from '../../model/channel.ts'
import { ExpressionError } from '../../expressions/expression.ts'
import { scalarText } from '../../expressions/json-of.ts'

export const JSON_TYPE = 'application/json'
export const NDJSON = 'application/x-ndjson'

export interface EncodedBody {
  /** Null: there is no body. */
  readonly contentType: string | null
  readonly body: string
}

/** Encodes a value as the body of a request. @throws ExpressionError the value does not fit the type */
export function encodeBody(value: unknown, type: RequestBodyType): EncodedBody {
  switch (type) {
    case 'json':
      return { contentType: JSON_TYPE, body: JSON.stringify(value) }
    case 'ndjson':
      return { contentType: NDJSON, body: lines(value) }
    case 'text':
      if (typeof value === 'string') return { contentType: 'text/plain; charset=utf-8', body: wholeText(value, type) }
      throw new ExpressionError('must give a text, as bodyType is text', null)
    case 'form': {
      const form = new URLSearchParams(fields(value, type))
      return { contentType: 'application/x-www-form-urlencoded', body: form.toString() }
    }
    case 'multipart':
      return multipart(fields(value, type))
    case 'none':
      return { contentType: null, body: '' }
  }
}

/** An entry that is a list becomes several lines: bulk APIs require one for the command and one for the document. */
function lines(value: unknown): string {
  if (!Array.isArray(value)) throw new ExpressionError('must give a list, as bodyType is ndjson', null)
  const entries: unknown[] = value.flat()
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
}

/** Names and values of a form: a list repeats its name, null leaves it out. */
export function fields(value: unknown, what: string): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ExpressionError(`must give an object of texts, numbers and lists of them for ${what}`, null)
  }
  const found: [string, string][] = []
  for (const [name, member] of Object.entries(value)) {
    const all: unknown[] = Array.isArray(member) ? member : [member]
    for (const one of all) {
      if (one === null || one === undefined) continue
      const text = scalarText(one)
      if (text === null) {
        throw new ExpressionError(`must give texts, numbers and lists of them for ${what}: ${name} has an object`, null)
      }
      found.push([name, wholeText(text, what)])
    }
  }
  return found
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

import type { CallItem } from './connector.ts'

const BEFORE_RESULTS = bytesOf('{', '"results"', ':', '[')
const BEFORE_INDEX = bytesOf('{', '"index"', ':')
const BEHIND_INDEX = bytesOf(',', '"status"', ':', '"succeeded"', '}')
const BEHIND_RESULTS = bytesOf(']', '}')
const COMMA = bytesOf(',')

/**
 * Whether an answer is the usual one: `{"results":[{"index":0,"status":"succeeded"}, ...]}` with exactly the items of the call, in their order,
 * and nothing else but white space. False decides nothing: the parser may still find that all succeeded.
 */
export function allSucceeded(body: Uint8Array, items: readonly Pick<CallItem, 'index'>[]): boolean {
  let at = skip(body, 0, BEFORE_RESULTS)
  for (let n = 0; n < items.length && at >= 0; n++) {
    if (n > 0) at = skip(body, at, COMMA)
    at = skip(body, at, BEFORE_INDEX)
    at = skipNumber(body, at, items[n]!.index)
    at = skip(body, at, BEHIND_INDEX)
  }
  at = skip(body, at, BEHIND_RESULTS)
  return at >= 0 && afterSpace(body, at) === body.length
}

function bytesOf(...tokens: string[]): readonly Uint8Array[] {
  return tokens.map((token) => Buffer.from(token))
}

/** Returns the position behind these tokens, with or without white space before each; -1: something else is there. */
function skip(body: Uint8Array, from: number, tokens: readonly Uint8Array[]): number {
  let at = from
  if (at < 0) return -1
  for (const token of tokens) {
    at = afterSpace(body, at)
    for (let n = 0; n < token.length; n++, at++) if (body[at] !== token[n]) return -1
  }
  return at
}

/** Returns the position behind this integer, written as JSON writes it; -1: something else is there. */
function skipNumber(body: Uint8Array, from: number, expected: number): number {
  if (from < 0) return -1
  const start = afterSpace(body, from)
  let at = start
  let value = 0
  for (let byte = body[at]!; byte >= 0x30 && byte <= 0x39; byte = body[++at]!) value = value * 10 + byte - 0x30
  const isCanonical = at > start && (body[start] !== 0x30 || at === start + 1)
  return isCanonical && value === expected ? at : -1
}

function afterSpace(body: Uint8Array, from: number): number {
  let at = from
  for (let byte = body[at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = body[++at]);
  return at
}

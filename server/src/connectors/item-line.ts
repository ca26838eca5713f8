import type { Action, PartitionBy } from '../model/job.ts'
import { partitionKeyOf } from '@waybill/spec/rules'

/** An item as a client sent it; members that it left out are absent. */
export interface ItemFields {
  readonly id: string
  readonly partitionKey?: string
  readonly action?: Action
  readonly data?: unknown
  readonly [member: string]: unknown
}

/** Reads an item's line. Ingest has checked it: no field is of another type. */
export function parseItemLine(line: string): ItemFields {
  return JSON.parse(line) as ItemFields
}

/** The partition key that orders an item; null for jobs whose items have none of their own. */
export function deliveredKey(item: ItemFields, partitionBy: PartitionBy): string | null {
  return partitionKeyOf(item, partitionBy) ?? null
}

/** The JSON text of an object's member of this name, the last one if there are many; undefined: there is none. @param text valid JSON */
export function memberText(text: string, name: string): string | undefined {
  let found: string | undefined
  forEachMember(text, (member, start, end) => {
    if (member === name) found = text.slice(start, end)
  })
  return found
}

/** The JSON text of an object without the members of this name, and otherwise as it is. @param text valid JSON */
export function withoutMember(text: string, name: string): string {
  const kept: string[] = []
  forEachMember(text, (member, _start, end, at) => {
    if (member !== name) kept.push(text.slice(at, end))
  })
  return `{${kept.join(',')}}`
}

/** Visits the members of an object's JSON text: name, start and end of the value, start of the member. */
function forEachMember(text: string, visit: (name: string, start: number, end: number, at: number) => void): void {
  let at = text.indexOf('{') + 1
  for (;;) {
    at = afterSpace(text, at)
    if (text[at] === ',') at = afterSpace(text, at + 1)
    if (text[at] !== '"') return
    const nameEnd = endOfValue(text, at)
    const start = afterSpace(text, afterSpace(text, nameEnd) + 1)
    const end = endOfValue(text, start)
    visit(JSON.parse(text.slice(at, nameEnd)) as string, start, end, at)
    at = end
  }
}

function afterSpace(text: string, from: number): number {
  let at = from
  while (' \t\n\r'.includes(text[at] ?? '.')) at++
  return at
}

/** End of the value that begins here. */
function endOfValue(text: string, from: number): number {
  let depth = 0
  for (let at = from; ; at++) {
    const letter = text[at]
    if (letter === '"') at = endOfString(text, at) - 1
    else if (letter === '{' || letter === '[') depth++
    else if (letter === '}' || letter === ']') {
      if (depth === 0) return at // of a number or word that is the last member
      depth--
    } else if (letter === undefined) return at
    else if (depth > 0) continue
    else if (letter === ',' || ' \t\n\r:'.includes(letter)) return at
    else continue
    if (depth === 0) return at + 1
  }
}

function endOfString(text: string, from: number): number {
  let at = from + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

/** The key that makes a repeat of an item's call recognisable, over attempts and restarts (REC-6). */
export function idempotencyKeyOf(jobId: string, index: number): string {
  return `${jobId}/${index}`
}

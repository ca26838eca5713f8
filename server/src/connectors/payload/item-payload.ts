import type { Action } from '../../model/job.ts'
import { JsonWalker, type JsonListener } from '../../model/json-walker.ts'
import { MAX_ITEM_BYTES, MAX_JSON_DEPTH } from '../../model/limits.ts'
import type { CallItem, ItemAnswer } from '../connector.ts'
import { ItemMembers } from '../item-members.ts'
import { parseItemLine } from '../item-line.ts'
import { payloadInvalid } from './payload-failure.ts'

type ItemBytes = Pick<CallItem, 'bytes' | 'start' | 'end'>

const members = new ItemMembers()
const CLOSE = 0x7d
const DATA_MEMBER = Buffer.from(',"data":')
const END = Buffer.from('}')

/** Returns the id of an item whose payload is to be resolved: it has no `data`, and is not to be deleted. Null: the item is whole. */
export function unresolvedId({ bytes, start, end }: ItemBytes, jobAction: Action): string | null {
  if (members.read(bytes, start, end)) {
    if (members.hasData) return null
    const { idStart, idEnd, actionStart, actionEnd } = members
    const action = actionEnd === 0 ? jobAction : bytes.toString('latin1', actionStart, actionEnd)
    return action === 'delete' ? null : (JSON.parse(bytes.toString('utf8', idStart, idEnd)) as string)
  }
  const item = parseItemLine(bytes.toString('utf8', start, end))
  return 'data' in item || (item.action ?? jobAction) === 'delete' ? null : item.id
}

/** Bytes of an item's line with its payload. */
export function resolvedBytes({ start, end }: ItemBytes, data: Buffer): number {
  return end - start + DATA_MEMBER.length + data.length
}

/** Returns the line of an item as if it had been submitted with this data. @param data valid JSON on one line */
export function withPayload({ bytes, start, end }: ItemBytes, data: Buffer): Buffer {
  let close = end - 1
  while (bytes[close] !== CLOSE) close--
  return Buffer.concat([bytes.subarray(start, close), DATA_MEMBER, data, END])
}

/** Returns why an item cannot have this data; null: it can. */
export function sizeFault(item: ItemBytes, data: Buffer): ItemAnswer | null {
  const size = resolvedBytes(item, data)
  if (size <= MAX_ITEM_BYTES) return null
  return payloadInvalid(`With its payload the item must have at most ${MAX_ITEM_BYTES} bytes: it has ${size}`)
}

/** Values of the data of an item are one level deeper in the item. */
class DataDepth implements JsonListener {
  readonly watchedDepth = MAX_JSON_DEPTH - 1
  tooDeep = false
  bytes: Buffer = Buffer.alloc(0)

  onName(): void {}
  onValue(depth: number, start: number): void {
    if (depth === this.watchedDepth && (this.bytes[start]! | 0x20) === 0x7b) this.tooDeep = true
  }
  onValueEnd(): void {}
}

const depth = new DataDepth()
const walker = new JsonWalker(depth)
const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20

/** JSON as the data of an item, or the fault of it. */
export type CheckedData = { readonly data: Buffer } | { readonly notJson: string } | { readonly fault: ItemAnswer }

/**
 * Checks JSON by the rules of ingest: what is delivered is not stranger than what could have been submitted. Line breaks outside of its strings, where alone
 * JSON has them, become spaces in place: an item is one line. @param json UTF-8
 */
export function checkedData(json: Buffer): CheckedData {
  depth.tooDeep = false
  depth.bytes = json
  walker.begin(json, 0, json.length)
  while (!walker.walk(json.length + 1));
  depth.bytes = Buffer.alloc(0)
  if (!walker.isJson) return { notJson: `it is no JSON: it breaks at byte ${walker.brokenAt} of ${json.length}` }
  if (depth.tooDeep || walker.tooDeep) {
    return {
      fault: payloadInvalid(`With its payload the item must be nested at most ${MAX_JSON_DEPTH} deep: it is deeper`),
    }
  }
  const { outOfRange } = walker
  if (outOfRange !== null) {
    const pointer = `/data${outOfRange}`
    return {
      fault: payloadInvalid('The payload must have numbers of at most about 1.8e308: it has a larger one', { pointer }),
    }
  }
  for (const lineBreak of [LF, CR]) {
    for (let at = json.indexOf(lineBreak); at !== -1; at = json.indexOf(lineBreak, at + 1)) json[at] = SPACE
  }
  return { data: json }
}

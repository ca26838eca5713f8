// Any file of items, whatever its format: its envelope, if it has one, and its items one by one.

import type { JobEnvelope } from '@waybill/spec'
import type { NewItem } from '../../upload/encode-items.ts'
import { UsageError } from '../cli-errors.ts'
import { checkItem } from './check-item.ts'
import { createFileFaults } from './file-faults.ts'
import { createLineIndex, type LineIndex } from './line-index.ts'
import { type Mapping, mapRecord } from './map-item.ts'
import type { Input } from './open-input.ts'
import type { ColumnType } from './read-cell.ts'
import { readCsv } from './read-csv.ts'
import { readJson } from './read-json.ts'
import { type NumberedRecord, readNdjson } from './read-ndjson.ts'

export type InputFormat = 'json' | 'ndjson' | 'csv'

export const inputFormats: readonly InputFormat[] = ['json', 'ndjson', 'csv']

/** Options that describe the file. */
export interface ReadOptions {
  readonly format?: InputFormat
  readonly delimiter?: string
  /** The columns or fields of an item's own fields; without `id` a JSON record is an item as it is. */
  readonly id?: string
  readonly partitionKey?: string
  readonly actionColumn?: string
  readonly data?: readonly string[]
  readonly types?: ReadonlyMap<string, ColumnType>
  readonly decimalComma?: boolean
  /** With `fail` an item that is not valid is for the server to judge. */
  readonly onInvalidItem?: JobEnvelope['onInvalidItem']
}

export interface ItemsInput {
  /** The fields of the envelope that stand in the file. */
  readonly envelope: Partial<JobEnvelope>
  /** To be read once. */
  readonly items: AsyncIterable<NewItem>
  /** The line of an item that was read; null where the format has no lines. */
  lineOf(index: number): number | null
}

/** @throws {UsageError} the file is not what its format says; its items throw the same while they are read */
export async function readItems(input: Input, options: ReadOptions): Promise<ItemsInput> {
  const format = options.format ?? guessFormat(input)
  const lines = createLineIndex()
  const { lineOf } = lines
  if (format === 'csv') return { envelope: {}, items: readRows(input, options, lines), lineOf }
  const ofCsv = [
    options.types !== undefined && '--types',
    options.delimiter !== undefined && '--delimiter',
    options.decimalComma === true && '--decimal-comma',
  ].find((option) => option !== false)
  if (ofCsv !== undefined) {
    throw new UsageError(`Cannot use ${ofCsv} as the file must be CSV: ${input.name} is read as ${format}`)
  }
  if (format === 'json') {
    const { envelope, records } = await readJson(input)
    return { envelope, items: mapRecords(records, withEnvelope(options, envelope), input), lineOf }
  }
  return await readLines(input, options, lines)
}

function guessFormat(input: Input): InputFormat {
  const extension = /\.([^.]+)$/.exec(input.fileName)?.[1]?.toLowerCase()
  if (extension === 'jsonl' || extension === 'ndjson') return 'ndjson'
  if (extension === 'json') return 'json'
  if (extension === 'csv') return 'csv'
  if (extension === 'tsv') return 'csv'
  throw new UsageError(
    `Cannot read ${input.name} as its format must be known: say --format ${inputFormats.join(', or ')}`,
  )
}

function readRows(input: Input, options: ReadOptions, lines: LineIndex): AsyncIterable<NewItem> {
  const isTabbed = options.delimiter === undefined && input.fileName.toLowerCase().endsWith('.tsv')
  return readCsv(input, {
    delimiter: isTabbed ? '\t' : (options.delimiter ?? null),
    mappingFor: (columns) => completeMapping(options, (name) => columns.includes(name)),
    check: isJudgedHere(options),
    lines,
  })
}

/** An item's own fields have their own names, unless the options say otherwise. */
function completeMapping(options: ReadOptions, has: (name: string) => boolean): Mapping {
  return {
    id: options.id ?? 'id',
    partitionKey: options.partitionKey ?? (has('partitionKey') ? 'partitionKey' : null),
    action: options.actionColumn ?? (has('action') ? 'action' : null),
    data: options.data ?? null,
    types: options.types ?? new Map(),
    decimalComma: options.decimalComma === true,
  }
}

/** Whether records are anything else than items, and their fields must be mapped. */
function isMapped({ id, partitionKey, actionColumn, data }: ReadOptions): boolean {
  return id !== undefined || partitionKey !== undefined || actionColumn !== undefined || data !== undefined
}

async function* mapRecords(
  records: readonly Record<string, unknown>[],
  options: ReadOptions,
  input: Input,
): AsyncGenerator<NewItem, void, undefined> {
  const faults = createFileFaults(input)
  for (const [index, record] of records.entries()) {
    const item = faults.read(() => toItem(record, options, `${input.name} as item ${index}`))
    if (item !== undefined) yield item
  }
  faults.finish()
}

function toItem(record: Record<string, unknown>, options: ReadOptions, where: string): NewItem {
  const item = isMapped(options)
    ? mapRecord(
        record,
        completeMapping(options, (name) => Object.hasOwn(record, name)),
        where,
      )
    : (record as unknown as NewItem)
  return isJudgedHere(options) ? checkItem(item, where) : item
}

/** Completes the options from the file's envelope. */
function withEnvelope(options: ReadOptions, { onInvalidItem }: Partial<JobEnvelope>): ReadOptions {
  return { onInvalidItem, ...options }
}

function isJudgedHere({ onInvalidItem }: ReadOptions): boolean {
  return onInvalidItem !== 'fail'
}

/** A first line without an id is the envelope, as in a request to the server. */
async function readLines(input: Input, options: ReadOptions, lines: LineIndex): Promise<ItemsInput> {
  const records = readNdjson(input)
  const first = await records.next()
  const isEnvelope =
    !first.done && !isMapped(options) && !('id' in first.value.record) && 'channel' in first.value.record

  const envelope: Partial<JobEnvelope> = isEnvelope ? first.value.record : {}
  const lineOptions = withEnvelope(options, envelope)

  const faults = createFileFaults(input)

  function readLine({ record, line }: NumberedRecord): NewItem | undefined {
    lines.note(line)
    return faults.read(() => toItem(record, lineOptions, `${input.name} as line ${line}`))
  }

  async function* readAll(): AsyncGenerator<NewItem, void, undefined> {
    try {
      const item = first.done || isEnvelope ? undefined : readLine(first.value)
      if (item !== undefined) yield item
      for await (const record of records) {
        const item = readLine(record)
        if (item !== undefined) yield item
      }
    } catch (error) {
      if (error instanceof UsageError) faults.finish(error)
      throw error
    }
    faults.finish()
  }

  return { envelope, items: readAll(), lineOf: lines.lineOf }
}

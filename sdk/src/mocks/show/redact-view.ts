import type { Item } from '@waybill/spec'

/** Stands in place of a value that is not shown. */
const REDACTED = '[redacted]'

/** Hidden values of a job's items. */
export interface Redacted {
  /** JSON Pointers into an item, `/data` or below it. */
  readonly pointers: readonly string[]
  readonly partitionBy: string
}

/** The item as those see it who have not the scope `admin`. */
export function redactedView(item: Item, redact: Redacted): Item {
  const { pointers } = redact
  if (pointers.length === 0) return item
  const { error } = item
  const log = item.log?.map(({ replaced, ...attempt }) =>
    replaced === undefined
      ? attempt
      : {
          ...attempt,
          replaced: 'data' in replaced ? { ...replaced, data: redacted(replaced.data, pointers) } : replaced,
        },
  )
  return {
    ...item,
    ...(hidesKey(redact) && item.partitionKey !== null && { partitionKey: REDACTED }),
    // The line as received: where its values are is not known.
    ...(error?.text !== undefined && { error: { ...error, text: REDACTED } }),
    ...('data' in item && { data: redacted(item.data, pointers) }),
    ...(log !== undefined && { log }),
  }
}

/** Whether the partition keys of the job's items are hidden values. */
export function hidesKey({ pointers, partitionBy }: Redacted): boolean {
  return pointers.some((hidden) => partitionBy === hidden || partitionBy.startsWith(`${hidden}/`))
}

/** The first of the pointers at which data has the mark of a value that was not shown; null: there is none. */
export function findMark(data: unknown, pointers: readonly string[]): string | null {
  return pointers.find((pointer) => valueAt(data, tokensOf(pointer)) === REDACTED) ?? null
}

function redacted(data: unknown, pointers: readonly string[]): unknown {
  return pointers.reduce((shown, pointer) => replacedAt(shown, tokensOf(pointer)), data)
}

function replacedAt(value: unknown, [token, ...rest]: readonly string[]): unknown {
  if (token === undefined) return REDACTED
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return value
  const inside = replacedAt((value as Record<string, unknown>)[token], rest)
  if (Array.isArray(value)) return isIndex(token) ? value.with(Number(token), inside) : value
  return { ...value, [token]: inside }
}

function valueAt(value: unknown, [token, ...rest]: readonly string[]): unknown {
  if (token === undefined) return value
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return undefined
  return valueAt((value as Record<string, unknown>)[token], rest)
}

function tokensOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(2)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function isIndex(token: string): boolean {
  return /^(0|[1-9]\d*)$/.test(token)
}

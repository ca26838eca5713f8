import type { NewItem } from '../../upload/encode-items.ts'
import { UsageError } from '../cli-errors.ts'

/** The source of an item's own fields in the file, named in messages. */
export interface FieldNames {
  readonly id: string
  readonly partitionKey: string
  readonly action: string
}

const fields = ['id', 'partitionKey', 'action', 'data']
const ownNames: FieldNames = { id: 'field id', partitionKey: 'field partitionKey', action: 'field action' }
const actions: readonly unknown[] = ['create', 'update', 'delete']
const maxKeyBytes = 256

/**
 * Checks an item's own fields as the server does, where the line of the file is known. What depends on the job
 * (`partitionBy`) or needs the item's bytes is left to the server.
 * @param where begins the message of an error, as `prices.csv as line 17`
 */
export function checkItem(item: NewItem, where: string, names: FieldNames = ownNames): NewItem {
  const unknown = Object.keys(item).find((field) => !fields.includes(field))
  if (unknown !== undefined) {
    throw new UsageError(
      `Cannot read ${where} must have the fields of an item (${fields.join(', ')}): ${JSON.stringify(unknown)} is none of them; --id names the id among other fields, which become its data`,
    )
  }
  checkKey(names.id, item.id, where)
  if (item.partitionKey !== undefined) checkKey(names.partitionKey, item.partitionKey, where)
  if (item.action !== undefined && !actions.includes(item.action)) {
    throw new UsageError(
      `Cannot read ${where}, ${names.action} must be create, update or delete: current value is ${JSON.stringify(item.action)}`,
    )
  }
  return item
}

function checkKey(name: string, key: unknown, where: string): void {
  if (typeof key === 'string' && key !== '' && Buffer.byteLength(key) <= maxKeyBytes) return
  const value = JSON.stringify(key)?.slice(0, 80) ?? 'none'
  throw new UsageError(
    `Cannot read ${where}, ${name} must be text of 1 to ${maxKeyBytes} bytes: current value is ${value}`,
  )
}

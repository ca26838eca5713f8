// The input of every check, and its assertions.

import type { Waybill } from '@waybill/sdk'

/** Where the program finds what it talks to. */
export interface ProgramTargets {
  /** A server whose channel `shop` gives back the data of an item, and refuses an item whose data says `refuse`. */
  readonly serverUrl: string
  /** Nobody listens here. */
  readonly closedUrl: string
}

export interface Product {
  readonly title: string
  readonly refuse?: boolean
}

export interface World extends ProgramTargets {
  readonly waybill: Waybill
  /** Of this check alone, in all runtimes. */
  readonly source: string
}

/** By what they show. */
export type Checks = Record<string, (world: World) => Promise<void>>

export function envelope(source: string) {
  return { channel: 'shop', objectType: 'product', action: 'update', source } as const
}

/** The same item is in no other run: those run at the same time, and what is newer elsewhere may not be retried. */
export function createItem(source: string, index: number, title: string, refuse = false) {
  const data: Product = refuse ? { title, refuse } : { title }
  return { id: `${source}-${index}-ü`, data }
}

export async function collect<Entry>(entries: AsyncIterable<Entry>): Promise<Entry[]> {
  const collected: Entry[] = []
  for await (const entry of entries) collected.push(entry)
  return collected
}

export async function catchError(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
  } catch (error) {
    return error
  }
  throw new Error('Cannot pass the check as the call must fail: it succeeded')
}

export function equal(actual: unknown, wanted: unknown, what: string): void {
  const [shown, shownWanted] = [JSON.stringify(actual), JSON.stringify(wanted)]
  if (shown === shownWanted) return
  throw new Error(`Cannot pass the check as ${what} must be ${shownWanted}: current value is ${shown}`)
}

import type { WriteCalls } from '../../thread/messages.ts'
import type { OutcomeMaps } from '../../outcomes/outcome-maps.ts'
import type { Counters } from '../thread/counters.ts'
import type { MapRows } from '../thread/map-rows.ts'
import type { Removals } from '../thread/removals.ts'
import type { Found, Transaction, Value } from '../thread/transaction.ts'

/** Reads before a transaction, on the connection that then writes. */
export type AskRows = <Row>(text: string, ...values: Value[]) => Promise<readonly Row[]>

/** The dependencies of the writer's calls. */
export interface WriteDeps {
  readonly counters: Counters
  readonly maps: OutcomeMaps
  readonly rows: MapRows
  readonly removals: Removals
  readonly ask: AskRows
  /** This start among the servers. */
  readonly serverId: number
  /** Reads the maps that outcomes need, before their transaction. */
  readMaps(read: Parameters<MapRows['read']>[1]): Promise<void>
}

/** A call whose statements are in a transaction. */
export interface Written<Result> {
  /** Its result, of what all statements of the transaction found. */
  result(found: readonly Found[]): Result
  /** Follows the commit. */
  committed?(found: readonly Found[] | null): void
  /** Its result when the transaction was carried out and the answer lost. @default that of no rows */
  settled?(ask: AskRows): Promise<Result>
}

/** Adds the statements of a call to a transaction; may be called again for another one. @throws StoreError the call is refused */
export type Plan<Result> = (transaction: Transaction) => Written<Result>

/** Of a call: its plan, after it has read what it must. One that reads begins a transaction, as it must see all that was written before. */
export type Handlers<Group> = {
  readonly [Name in keyof Group]: (
    args: ArgsOf<Group[Name]>,
  ) => Plan<ResultOf<Group[Name]>> | Promise<Plan<ResultOf<Group[Name]>>>
}
type ArgsOf<Call> = Call extends { args: infer Args } ? Args : never
type ResultOf<Call> = Call extends { result: infer Result } ? Result : never
export type WriteHandlers = Handlers<WriteCalls>

/** The end of a call that has no result. */
export const done: Written<null> = { result: () => null }

/** The plan of a call that has nothing to write. */
export function nothing(): Plan<null> {
  return () => done
}

import type { Found, Transaction, Value } from './transaction.ts'

/** Reads before a transaction, on the connection that then writes. */
export type AskRows = <Row>(text: string, ...values: Value[]) => Promise<readonly Row[]>

/** A call whose statements are in a transaction. */
export interface Written<Result> {
  /** Its result, of what all statements of the transaction found. */
  result(found: readonly Found[]): Result
  /** Follows the commit. */
  committed?(found: readonly Found[] | null): void
  /** Its result when the transaction was carried out and the answer lost. @default that of no rows */
  readAgain?(ask: AskRows): Promise<Result>
}

/** Adds the statements of a call to a transaction; may be called again for another one. @throws StoreError the call is refused */
export type Plan<Result> = (transaction: Transaction) => Written<Result>

/** The end of a call that has no result. */
export const done: Written<null> = { result: () => null }

/** The plan of a call that has nothing to write. */
export function nothing(): Plan<null> {
  return () => done
}

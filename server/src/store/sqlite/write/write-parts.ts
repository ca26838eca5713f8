import type { Counters } from '../tables/counters.ts'
import type { Erasure } from '../open/erasure.ts'
import type { WriteCalls } from '../thread/messages.ts'
import type { OutcomeMaps } from '../outcomes/outcome-maps.ts'
import type { Removals } from './removals.ts'
import type { WriteStatements } from '../tables/statements.ts'

/** What the calls of the writer work on. */
export interface WriteParts {
  readonly sql: WriteStatements
  readonly counters: Counters
  readonly maps: OutcomeMaps
  readonly removals: Removals
  readonly erasure: Erasure
}

/** What a call did inside the open transaction, and what is to follow once that has committed. */
export interface Written<Result> {
  readonly result: Result
  readonly committed?: () => void
}

export type Handlers<Group> = {
  readonly [Name in keyof Group]: (args: ArgsOf<Group[Name]>) => Written<ResultOf<Group[Name]>>
}
type ArgsOf<Call> = Call extends { args: infer Args } ? Args : never
type ResultOf<Call> = Call extends { result: infer Result } ? Result : never
export type WriteHandlers = Handlers<WriteCalls>

import type { Counters } from '../tables/counters.ts'
import type { Erasure } from '../open/erasure.ts'
import type { WriteCalls } from '../../thread/messages.ts'
import type { OutcomeMaps } from '../../outcomes/outcome-maps.ts'
import type { Removals } from './removals.ts'
import type { WriteStatements } from '../tables/statements.ts'

/** The dependencies of the writer's calls. */
export interface WriteDeps {
  readonly sql: WriteStatements
  readonly counters: Counters
  readonly maps: OutcomeMaps
  readonly removals: Removals
  readonly erasure: Erasure
}

/** The result of a call inside the open transaction, and the step that follows its commit. */
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

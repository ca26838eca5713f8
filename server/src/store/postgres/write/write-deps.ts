import type { WriteCalls } from '../../thread/messages.ts'
import type { OutcomeMaps } from '../../outcomes/outcome-maps.ts'
import type { Counters } from '../thread/counters.ts'
import type { MapRows } from '../thread/map-rows.ts'
import type { Removals } from '../thread/removals.ts'
import type { AskRows, Plan } from '../thread/plan.ts'

/** The dependencies of the writer's calls. */
export interface WriteDeps {
  readonly counters: Counters
  readonly maps: OutcomeMaps
  readonly rows: MapRows
  readonly removals: Removals
  readonly ask: AskRows
  /** This start among the servers. */
  readonly serverId: number
  /** It has the database beside others, and writes only of channels that it owns but for what it publishes. */
  readonly sharing: boolean
  /** Jobs of this server that have rows and are not published yet. */
  readonly drafts: Set<number>
  /** Reads the maps that outcomes need, before their transaction. */
  readMaps(read: Parameters<MapRows['read']>[1]): Promise<void>
}

/** Of a call: its plan, after it has read what it must. One that reads begins a transaction, as it must see all that was written before. */
export type Handlers<Group> = {
  readonly [Name in keyof Group]: (
    args: ArgsOf<Group[Name]>,
  ) => Plan<ResultOf<Group[Name]>> | Promise<Plan<ResultOf<Group[Name]>>>
}
type ArgsOf<Call> = Call extends { args: infer Args } ? Args : never
type ResultOf<Call> = Call extends { result: infer Result } ? Result : never
export type WriteHandlers = Handlers<WriteCalls>

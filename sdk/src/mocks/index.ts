export {
  createMockWaybill,
  type MockWaybill,
  type MockWaybillOptions,
  type SubmittedJob,
} from './create-mock-waybill.ts'
export type { DroppedStream, Outage, RateLimitFault } from './faults.ts'
export type { ScenarioName } from './scenarios.ts'
export type { CalledItem, ItemFailure, MatchItem } from './scripted-calls.ts'

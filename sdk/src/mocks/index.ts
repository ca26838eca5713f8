export {
  createMockWaybill,
  type MockWaybill,
  type MockWaybillOptions,
  type SentWebhooks,
  type SubmittedJob,
} from './create-mock-waybill.ts'
export type { DroppedStream, Outage, RateLimitFault } from './engine/faults.ts'
export type { ScenarioName } from './engine/scenarios.ts'
export type { CalledItem, ItemFailure, MatchItem } from './engine/scripted-calls.ts'

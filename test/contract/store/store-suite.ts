import { rejectedItemsSuite } from './rejected-items-suite.ts'
import { auditSuite } from './audit-suite.ts'
import { deadLetterSuite } from './dead-letter-suite.ts'
import { itemSuite } from './item-suite.ts'
import { jobSuite } from './job-suite.ts'
import { ownerSuite } from './owner-suite.ts'
import { newerSuite } from './newer-suite.ts'
import { searchSuite } from './search-suite.ts'
import { recordSuite } from './record-suite.ts'
import { subscriptionSuite } from './subscription-suite.ts'
import { tokenSuite } from './token-suite.ts'
import { waitingSuite } from './waiting-suite.ts'
import { webhookEndpointSuite } from './webhook-endpoint-suite.ts'
import { webhookEventSuite } from './webhook-event-suite.ts'
import type { StoreKind } from './world.ts'

/** The promises of `server/src/store/store.ts`. */
export function storeSuite(kind: StoreKind): void {
  jobSuite(kind)
  itemSuite(kind)
  ownerSuite(kind)
  recordSuite(kind)
  tokenSuite(kind)
  subscriptionSuite(kind)
  auditSuite(kind)
  waitingSuite(kind)
  deadLetterSuite(kind)
  rejectedItemsSuite(kind)
  newerSuite(kind)
  searchSuite(kind)
  webhookEndpointSuite(kind)
  webhookEventSuite(kind)
}

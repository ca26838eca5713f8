import { describe } from 'vitest'
import { rejectedItemsSuite } from './store/rejected-items-suite.ts'
import { auditSuite } from './store/audit-suite.ts'
import { deadLetterSuite } from './store/dead-letter-suite.ts'
import { itemSuite } from './store/item-suite.ts'
import { jobSuite } from './store/job-suite.ts'
import { ownerSuite } from './store/owner-suite.ts'
import { newerSuite } from './store/newer-suite.ts'
import { searchSuite } from './store/search-suite.ts'
import { recordSuite } from './store/record-suite.ts'
import { subscriptionSuite } from './store/subscription-suite.ts'
import { tokenSuite } from './store/token-suite.ts'
import { waitingSuite } from './store/waiting-suite.ts'
import { webhookEndpointSuite } from './store/webhook-endpoint-suite.ts'
import { webhookEventSuite } from './store/webhook-event-suite.ts'
import { storeKinds } from './store/world.ts'

// One suite for every store: what `server/src/store/store.ts` promises.
describe.each(storeKinds)('store (%s)', (kind) => {
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
})

import { describe } from 'vitest'
import { storeSuite } from './store/store-suite.ts'
import { storeKinds } from './store/world.ts'

// One suite for every store. That on PostgreSQL runs it in test/postgres/.
describe.each(storeKinds)('store (%s)', (kind) => storeSuite(kind))

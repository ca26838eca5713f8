import { describe } from 'vitest'
import { storeSuite } from '../contract/store/store-suite.ts'

describe('store (postgres)', () => storeSuite('postgres'))

import { storeSuite } from './store/store-suite.ts'

storeSuite('memory')

import { conform } from './conform.ts'
import { serverTarget } from './server-target.ts'

conform(serverTarget('disk'))

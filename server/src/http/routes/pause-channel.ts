import type { OperationHandler } from '../operation-handler.ts'
import { switchPause } from '../pause-switch.ts'

export const pauseChannel: OperationHandler<'pauseChannel'> = (call) => switchPause(call, true)

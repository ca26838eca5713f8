import type { OperationHandler } from '../operation-handler.ts'
import { switchPause } from '../pause-switch.ts'

export const resumeChannel: OperationHandler<'resumeChannel'> = (call) => switchPause(call, false)

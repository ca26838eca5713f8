import type { OperationHandler } from '../operation-handler.ts'
import { type ChannelSwitchPart, switchPause } from '../pause-switch.ts'

export const resumeChannel: OperationHandler<'resumeChannel', ChannelSwitchPart> = (call) => switchPause(call, false)

import type { OperationHandler } from '../operation-handler.ts'
import { type ChannelSwitchPart, switchPause } from '../pause-switch.ts'

export const pauseChannel: OperationHandler<'pauseChannel', ChannelSwitchPart> = (call) => switchPause(call, true)

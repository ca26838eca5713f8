import type { OperationHandler } from '../operation-handler.ts'
import { type ChannelSwitchPorts, switchPause } from '../pause-switch.ts'

export const resumeChannel: OperationHandler<'resumeChannel', ChannelSwitchPorts> = (call) => switchPause(call, false)

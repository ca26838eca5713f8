import type { OperationHandler } from '../operation-handler.ts'
import { type ChannelSwitchPorts, switchPause } from '../pause-switch.ts'

export const pauseChannel: OperationHandler<'pauseChannel', ChannelSwitchPorts> = (call) => switchPause(call, true)

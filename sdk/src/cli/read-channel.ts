import type { Channel } from '@waybill/spec'
import { isNotFoundError, isPermissionError } from '../api-errors.ts'
import type { Waybill } from '../create-client.ts'
import type { Cli } from './cli.ts'

/** Returns the channel of something that is shown; null: the token may not see channels, or it is gone. */
export async function readChannel(waybill: Waybill, name: string, cli: Cli): Promise<Channel | null> {
  try {
    return await waybill.channels.get(name, { signal: cli.interrupt })
  } catch (error) {
    if (isPermissionError(error) || isNotFoundError(error)) return null
    throw error
  }
}

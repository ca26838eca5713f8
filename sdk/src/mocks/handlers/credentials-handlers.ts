import type { Credentials } from '@waybill/spec'
import { credentialsOf, type CredentialsKey, deleteCredentials, setCredentials } from '../engine/channel-credentials.ts'
import { foundChannel } from '../engine/channels.ts'
import type { OperationHandlers } from './operation-handler.ts'

/** Credentials of channels, of which a mock shows that there are some, and sends none. */
export const credentialsHandlers: Pick<OperationHandlers, 'listCredentials' | 'putCredentials' | 'deleteCredentials'> =
  {
    listCredentials({ path, world }) {
      return { status: 200, body: { credentials: credentialsOf(foundChannel(world.channels, path.channel)) } }
    },

    async putCredentials(call) {
      const { path, query, world } = call
      const channel = foundChannel(world.channels, path.channel)
      const request = await call.json<Credentials>()
      const body = setCredentials(channel, keyOf(path, query), { request, nowMs: world.clock.nowMs() })
      return { status: 200, body }
    },

    deleteCredentials({ path, query, world }) {
      deleteCredentials(foundChannel(world.channels, path.channel), keyOf(path, query))
      return { status: 204, body: null }
    },
  }

function keyOf(
  { subscription }: { readonly subscription: string },
  { target = 'connector' }: { readonly target?: CredentialsKey['target'] },
): CredentialsKey {
  return { subscription, target }
}

import type { TokenId } from '../../model/ids.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const revokeToken: OperationHandler<'revokeToken', 'tokens'> = async (call) => {
  const { ports, caller, request, reply } = call
  const id = call.path.tokenId as TokenId
  // A token that revokes itself still gets its answer.
  if (id === caller.token?.id) request.outliveToken?.()
  await ports.tokens.revoke(id, caller)
  return reply.code(204).send()
}

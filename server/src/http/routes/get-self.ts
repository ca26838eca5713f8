import { scopes, type Self } from '@waybill/spec'
import { READ_CACHE_CONTROL, sendJson } from '../answer/json-answer.ts'
import { timeOf } from '../answer/token-view.ts'
import { hasScope } from '../../model/caller.ts'
import type { OperationHandler } from '../operation-handler.ts'

export const getSelf: OperationHandler<'getSelf', 'subscriptions'> = async ({ caller, reply, ports }) => {
  const { actor, subscription, token } = caller
  const self: Self = {
    // No caller without a token gets here but under `--dev`.
    kind: actor === 'anonymous' || actor === 'command' ? 'dev' : actor,
    subscription,
    scopes: scopes.filter((scope) => hasScope(caller, scope)),
    jobs: token?.jobs == null ? null : [...token.jobs],
    tokenId: token?.id ?? null,
    tokenName: token?.name ?? null,
    expiresAt: timeOf(token?.expiresAtMs ?? null),
    limits: ports.subscriptions.get(subscription),
  }
  return sendJson(reply.header('cache-control', READ_CACHE_CONTROL), 200, self)
}

import { type AccessTokenRequest, type CreatedAccessToken, type Operation, operations, type Scope } from '@waybill/spec'
import type { JobId } from '../../model/ids.ts'
import type { SchemaFault } from '../../runtime/fault-search.ts'
import { sendJson } from '../answer/json-answer.ts'
import { tokenView } from '../answer/token-view.ts'
import type { OperationHandler } from '../operation-handler.ts'
import { idempotencyKey } from '../request/request-headers.ts'
import { refuseFaults } from '../request/spec-schemas.ts'

export const createToken: OperationHandler<'createToken', 'tokens'> = async (call) => {
  const { operation, ports, request, reply, caller } = call
  let body = new Uint8Array(0)
  const wish = (await call.json({ atBytes: (bytes) => (body = new Uint8Array(bytes)) })) as AccessTokenRequest
  const { name, scopes, subscription, jobs, expiresAt } = wish
  if (jobs !== undefined) refuseFaults(boundScopeFaults(scopes), operation)
  const expiresAtMs = expiresAt === undefined ? undefined : Date.parse(expiresAt)
  // The schema takes leap seconds, which no clock of ours has.
  if (Number.isNaN(expiresAtMs)) {
    refuseFaults([{ pointer: '/expiresAt', detail: 'must be a time without a leap second', unknown: false }], operation)
  }
  const { record, text } = await ports.tokens.create(
    {
      name,
      scopes,
      ...(subscription !== undefined && { subscription }),
      ...(jobs !== undefined && { jobs: jobs as JobId[] }),
      ...(expiresAtMs !== undefined && { expiresAtMs }),
    },
    { caller, idempotencyKey: idempotencyKey(request), body },
  )
  if (text === null) reply.header('idempotent-replayed', 'true')
  const created: CreatedAccessToken = { ...tokenView(record), token: text }
  return sendJson(reply.header('cache-control', 'no-store'), 201, created)
}

/** Scopes with which a token that is bound to jobs can do something. */
const boundScopes: ReadonlySet<Scope> = new Set(
  Object.values<Operation>(operations).flatMap(({ jobBound, scopes }) => (jobBound ? (scopes ?? []) : [])),
)

function boundScopeFaults(scopes: readonly Scope[]): SchemaFault[] {
  const detail = `must be ${[...boundScopes].join(' or ')} where the token is bound to jobs`
  return scopes.flatMap((scope, n) =>
    boundScopes.has(scope) ? [] : [{ pointer: `/scopes/${n}`, detail, unknown: false }],
  )
}

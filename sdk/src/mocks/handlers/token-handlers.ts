import {
  type AccessToken,
  type AccessTokenRequest,
  type CreatedAccessToken,
  type Operation,
  operations,
  type Scope,
  scopes,
  type Self,
} from '@waybill/spec'
import { hasScope, type MockCaller } from '../engine/access-tokens.ts'
import { readIdempotencyKey } from '../engine/idempotency.ts'
import { limits } from '../engine/limits.ts'
import type { MockWorld } from '../engine/mock-world.ts'
import { requireMediaType } from '../read/read-body.ts'
import { readJson, receiveJson } from '../read/read-json.ts'
import { cutPage } from '../show/pages.ts'
import { badRequest, MockProblem } from '../show/problems.ts'
import type { OperationHandlers } from './operation-handler.ts'

type TokenOperation = 'createToken' | 'listTokens' | 'revokeToken' | 'getSelf'

/** Access tokens, and who the caller is. */
export const tokenHandlers: Pick<OperationHandlers, TokenOperation> = {
  async createToken({ operation, request, world, caller }) {
    const mediaType = requireMediaType(request, operation)
    const { first, isReplay } = await world.keys.once({
      key: readIdempotencyKey(request),
      scope: operation.operationId,
      mediaType,
      receive: () => receiveJson(request),
      carryOut(bytes) {
        const { record, text } = create(readJson<AccessTokenRequest>(operation, bytes), caller, world)
        return { status: 201, body: record, text, jobIds: [record.id] }
      },
    })
    const body: CreatedAccessToken = { ...first.body, token: isReplay ? null : first.text }
    return { status: 201, body, headers: { ...(isReplay && { 'Idempotent-Replayed': 'true' }) } }
  },

  listTokens({ query, world, caller }) {
    const found = world.tokens.all().filter((token) => isVisible(token, caller))
    const page = cutPage(found, query, { scope: ['listTokens'], idOf: ({ id }) => id })
    return { status: 200, body: { tokens: [...page.entries], ...page.next } }
  },

  revokeToken({ path, world, caller }) {
    const token = world.tokens.find(path.tokenId)
    if (token === null || !isVisible(token, caller)) {
      const detail = `Cannot revoke token ${path.tokenId} as there must be one of this id for the caller: there is none`
      throw new MockProblem('token_not_found', detail)
    }
    if (token.scopes.includes('admin') && !hasScope(caller, 'admin')) {
      const detail = `Cannot revoke token ${token.id} as the caller must have the scope admin, which that token has: it lacks it`
      throw new MockProblem('forbidden', detail)
    }
    world.tokens.revoke(token.id)
    return { status: 204, body: null }
  },

  getSelf({ caller, world }) {
    const { kind, subscription, token } = caller
    const body: Self = {
      ...{ kind, subscription, scopes: scopes.filter((scope) => hasScope(caller, scope)) },
      jobs: token?.jobs ?? null,
      ...{ tokenId: token?.id ?? null, tokenName: token?.name ?? null, expiresAt: token?.expiresAt ?? null },
      limits: world.subscriptions.limitsOf(subscription),
    }
    return { status: 200, body }
  },
}

/** @throws MockProblem `forbidden`, `bad_request`, `token_limit_reached` */
function create(
  { name, scopes: given, subscription, jobs, expiresAt }: AccessTokenRequest,
  caller: MockCaller,
  { tokens, clock, book }: MockWorld,
): ReturnType<MockWorld['tokens']['add']> {
  const expiresAtMs = expiresAt === undefined ? null : Date.parse(expiresAt)
  if (expiresAtMs !== null && !(expiresAtMs > clock.nowMs())) {
    const detail = `must be in the future: current value is ${expiresAt}`
    throw badRequest('create token', { pointer: '/expiresAt', detail })
  }
  if (jobs !== undefined) requireBound(given, jobs, book)
  const latest = caller.token?.expiresAt ?? null
  const owner = subscription ?? caller.subscription
  const missing = given.filter((scope) => !hasScope(caller, scope))
  const isForeign = owner !== caller.subscription && !hasScope(caller, 'admin')
  const isLater = latest !== null && expiresAtMs !== null && expiresAtMs > Date.parse(latest)
  if (missing.length > 0 || isForeign || isLater) {
    const lacks = [...missing, ...(isForeign ? ['admin'] : []), ...(isLater ? [`an expiry after ${latest}`] : [])]
    throw new MockProblem(
      'forbidden',
      `Cannot create token as the caller must have what it gives: it lacks ${lacks.join(', ')}`,
    )
  }
  const all = tokens.all()
  requireBelow(all.filter((token) => token.subscription === owner).length, 'maxTokensPerSubscription')
  requireBelow(all.length, 'maxTokens')
  return tokens.add({
    ...{ name, subscription: owner, scopes: given, jobs: jobs ?? null, createdBy: caller.token?.id ?? caller.kind },
    expiresAt: expiresAtMs === null ? latest : new Date(expiresAtMs).toISOString(),
  })
}

/** Scopes with which a token that is bound to jobs can do something. */
const boundScopes = new Set(
  Object.values<Operation>(operations).flatMap(({ jobBound, scopes: needed }) => (jobBound ? (needed ?? []) : [])),
)

/** @throws MockProblem `bad_request` */
function requireBound(given: readonly Scope[], jobs: readonly string[], book: MockWorld['book']): void {
  const ofScopes = given.flatMap((scope, n) => (boundScopes.has(scope) ? [] : [`/scopes/${n}`]))
  const allowed = `must be ${[...boundScopes].join(' or ')} where the token is bound to jobs`
  if (ofScopes.length > 0) throw badRequest('create token', { pointer: ofScopes[0]!, detail: allowed })
  const unknown = jobs.findIndex((id) => book.find(id) === null)
  const detail = 'must be a job of the subscription of the token: there is none of this id'
  if (unknown >= 0) throw badRequest('create token', { pointer: `/jobs/${unknown}`, detail })
}

function requireBelow(present: number, name: 'maxTokens' | 'maxTokensPerSubscription'): void {
  const value = limits[name]
  if (present < value) return
  const detail = `Cannot create token as there must be fewer than ${value}: current value is ${present}`
  throw new MockProblem('token_limit_reached', detail, { members: { limit: { name, value } } })
}

function isVisible({ subscription }: AccessToken, caller: MockCaller): boolean {
  return hasScope(caller, 'admin') || subscription === caller.subscription
}

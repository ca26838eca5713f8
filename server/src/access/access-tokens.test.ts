import { beforeEach, describe, expect, it } from 'vitest'
import { WallTimes } from '../jobs/wall-times.ts'
import type { AccessTokenRecord } from '../model/access-token.ts'
import type { Caller, Scope } from '../model/caller.ts'
import type { JobId, TokenId } from '../model/ids.ts'
import type { JobRecord } from '../model/job.ts'
import { silentLogger } from '../runtime/logger.ts'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import type { IdempotencyRecord } from '../store/job-store.ts'
import { StoreError } from '../store/store-error.ts'
import { AccessTokens, type AccessTokensOptions } from './access-tokens.ts'
import type { TokenGrant } from './check-grant.ts'

const DAY_MS = 86_400_000
const ADMIN: Caller = { subscription: 'default', scopes: 'all', actor: 'admin', token: null }
const READ: TokenGrant = { name: 'reader', scopes: ['jobs:read'] }

/** A store of tokens whose writes wait when a test holds them. */
class FakeTokenStore {
  readonly tokens = new Map<TokenId, AccessTokenRecord>()
  readonly keys = new Map<string, IdempotencyRecord>()
  readonly removed = new Set<TokenId>()
  failing: StoreError | null = null
  held: Promise<void> = Promise.resolve()

  async createToken(token: AccessTokenRecord, idempotency: IdempotencyRecord | null): Promise<void> {
    await this.held
    if (this.failing !== null) throw this.failing
    this.tokens.set(token.id, token)
    if (idempotency !== null) this.keys.set(idempotency.scope + idempotency.key, idempotency)
  }

  async removeTokens(ids: readonly TokenId[]): Promise<void> {
    await this.held
    if (this.failing !== null) throw this.failing
    for (const id of ids) {
      this.tokens.delete(id)
      this.removed.add(id)
    }
  }

  /** Jobs of subscription `acme` end in 1, those of `default` in 2. */
  async findJob(id: JobId): Promise<JobRecord | null> {
    const subscription = id.endsWith('1') ? 'acme' : id.endsWith('2') ? 'default' : null
    return subscription === null ? null : ({ id, subscription } as JobRecord)
  }

  async findIdempotency(scope: string, key: string) {
    const record = this.keys.get(scope + key)
    return record === undefined ? null : { record, deleted: this.removed.has(record.madeId as TokenId) }
  }
}

let clock: FakeClock
let store: FakeTokenStore
let tokens: AccessTokens
let ended: TokenId[]

beforeEach(() => {
  clock = new FakeClock()
  store = new FakeTokenStore()
  tokens = start()
})

function start(options: Partial<AccessTokensOptions> = {}): AccessTokens {
  const times = new WallTimes(clock)
  const made = new AccessTokens({
    store,
    clock,
    times,
    logger: silentLogger,
    stored: [...store.tokens.values()],
    ...options,
  })
  ended = []
  made.onEnded((id) => ended.push(id))
  return made
}

async function create(grant: Partial<TokenGrant> = {}, caller = ADMIN, key: string | null = null) {
  const body = Buffer.from(JSON.stringify(grant))
  const { record, text } = await tokens.create({ ...READ, ...grant }, { caller, idempotencyKey: key, body })
  return { record, text: text!, id: record.id }
}

async function callerWith(grant: Partial<TokenGrant>, caller = ADMIN): Promise<Caller> {
  return tokens.callerOf((await create(grant, caller)).text)!
}

describe('an access token', () => {
  it('is known by its text alone, and its text is not kept', async () => {
    const { text, record } = await create({ subscription: 'acme', expiresAtMs: clock.nowMs() + DAY_MS })
    expect(text).toMatch(new RegExp(`^wbt_${record.id.slice(4)}_[\\w-]{43}$`))
    expect(tokens.callerOf(text)).toEqual({
      subscription: 'acme',
      scopes: new Set(['jobs:read']),
      actor: 'token',
      token: { id: record.id, name: 'reader', expiresAtMs: clock.nowMs() + DAY_MS, jobs: null },
    })
    const secret = text.slice(-43)
    expect(JSON.stringify([...store.tokens.values()])).not.toContain(secret)
    const flipped = text.slice(0, -1) + (text.endsWith('A') ? 'B' : 'A')
    const other = (await create()).text
    for (const wrong of ['', 'x', flipped, text + 'x', text.slice(0, 37) + other.slice(37), text.toUpperCase()])
      expect([wrong, tokens.callerOf(wrong)]).toEqual([wrong, null])
  })

  it('holds after a restart, and is gone after one when it was revoked', async () => {
    const [kept, revoked] = [await create(), await create()]
    await tokens.revoke(revoked.id, ADMIN)
    expect([tokens.callerOf(revoked.text), ended]).toEqual([null, [revoked.id]])
    tokens = start()
    expect([tokens.callerOf(kept.text)?.token?.id, tokens.callerOf(revoked.text)]).toEqual([kept.id, null])
  })

  it('with admin has all scopes, also those to come', async () => {
    expect((await callerWith({ scopes: ['admin'] })).scopes).toBe('all')
  })

  it('stays valid when its revocation cannot be stored', async () => {
    const { id, text } = await create()
    store.failing = new StoreError('disk_full', 'full')
    await expect(tokens.revoke(id, ADMIN)).rejects.toBe(store.failing)
    expect([tokens.callerOf(text)?.token?.id, ended]).toEqual([id, []])
  })

  it('is not there, and takes no place, when it cannot be stored', async () => {
    tokens = start({ limits: { maxTokens: 1, maxTokensPerSubscription: 1 } })
    store.failing = new StoreError('disk_full', 'full')
    await expect(create()).rejects.toBe(store.failing)
    store.failing = null
    await create()
    expect(tokens.size).toBe(1)
  })
})

describe('an expiry', () => {
  it('ends a token to the millisecond, and is reported once', async () => {
    const { id, text } = await create({ expiresAtMs: clock.nowMs() + 1000 })
    clock.advance(999)
    expect([tokens.callerOf(text)?.token?.id, tokens.isValid(id), ended]).toEqual([id, true, []])
    clock.advance(1)
    expect([tokens.callerOf(text), tokens.isValid(id), ended]).toEqual([null, false, [id]])
    clock.advance(1000)
    expect(ended).toEqual([id])
  })

  it('removes the token a day later, and tries again when the store refuses', async () => {
    const { id } = await create({ expiresAtMs: clock.nowMs() + 1000 })
    clock.advance(1000 + DAY_MS - 1)
    expect(tokens.list({ subscription: null, limit: 9, beforeId: null }).tokens.map((one) => one.id)).toEqual([id])
    store.failing = new StoreError('disk_full', 'full')
    clock.advance(1)
    await expect.poll(() => clock.pending).toBe(1)
    expect([tokens.size, store.tokens.size]).toEqual([1, 1])
    store.failing = null
    clock.advance(60_000)
    await expect.poll(() => [tokens.size, store.tokens.size]).toEqual([0, 0])
  })

  it('that passed while the server was down holds at its start', async () => {
    const { text } = await create({ expiresAtMs: clock.nowMs() + 1000 })
    clock.advance(2000)
    tokens = start()
    expect(tokens.callerOf(text)).toBeNull()
    clock.advance(DAY_MS)
    await expect.poll(() => tokens.size).toBe(0)
  })

  it.each([0, -1])('that is not in the future (%i ms) is refused', async (ms) => {
    const refused = create({ expiresAtMs: clock.nowMs() + ms })
    await expect(refused).rejects.toMatchObject({ code: 'bad_request', errors: [{ pointer: '/expiresAt' }] })
  })
})

describe('a caller with tokens:write', () => {
  const SCOPES: Scope[] = ['tokens:write', 'jobs:read']

  it('gives what it has', async () => {
    const expiresAtMs = clock.nowMs() + DAY_MS
    const caller = await callerWith({ subscription: 'acme', scopes: SCOPES, expiresAtMs })
    const { record } = await create({ scopes: SCOPES }, caller)
    expect(record).toMatchObject({ subscription: 'acme', scopes: SCOPES, expiresAtMs, createdBy: caller.token!.id })
    expect((await create({ expiresAtMs: expiresAtMs - 1 }, caller)).record.expiresAtMs).toBe(expiresAtMs - 1)
  })

  it('gives nothing beyond it, and the refusal names all of that', async () => {
    const expiresAtMs = clock.nowMs() + DAY_MS
    const caller = await callerWith({ subscription: 'acme', scopes: SCOPES, expiresAtMs })
    const grants: Partial<TokenGrant>[] = [
      { scopes: ['jobs:read', 'jobs:write'] },
      { scopes: ['admin'] },
      { subscription: 'default' },
      { expiresAtMs: expiresAtMs + 1 },
    ]
    for (const grant of grants) await expect(create(grant, caller)).rejects.toMatchObject({ code: 'forbidden' })
    const all = create(Object.assign({}, ...grants) as TokenGrant, caller)
    await expect(all).rejects.toThrow(/lacks admin; and .* another subscription.*; and as expiresAt must not be after/)
    expect(tokens.size).toBe(1)
  })

  it('sees and revokes the tokens of its subscription alone', async () => {
    const caller = await callerWith({ subscription: 'acme', scopes: SCOPES })
    const [own, foreign] = [await create({}, caller), await create()]
    const page = tokens.list({ subscription: 'acme', limit: 9, beforeId: null })
    expect(page.tokens.map(({ id }) => id)).toEqual([own.id, caller.token!.id])
    await expect(tokens.revoke(foreign.id, caller)).rejects.toMatchObject({ code: 'token_not_found' })
    await tokens.revoke(own.id, caller)
    await tokens.revoke(caller.token!.id, caller)
    await tokens.revoke(foreign.id, await callerWith({ subscription: 'acme', scopes: ['admin'] }))
  })

  it('does not revoke a token with admin', async () => {
    const caller = await callerWith({ subscription: 'acme', scopes: SCOPES })
    const { id } = await create({ subscription: 'acme', scopes: ['admin'] })
    await expect(tokens.revoke(id, caller)).rejects.toMatchObject({ code: 'forbidden' })
    await tokens.revoke(id, ADMIN)
  })

  it('that is revoked while it creates a token leaves none behind', async () => {
    const caller = await callerWith({ scopes: SCOPES })
    let release = (): void => {}
    store.held = new Promise((resolve) => (release = resolve))
    const revoked = tokens.revoke(caller.token!.id, ADMIN)
    const created = create({}, caller)
    release()
    await revoked
    await expect(created).rejects.toMatchObject({ code: 'unauthenticated' })
    expect([tokens.size, store.tokens.size]).toEqual([0, 0])
  })
})

describe('a token that is bound to jobs', () => {
  const [ofAcme, ofDefault, unknown] = ['job_1', 'job_2', 'job_3'] as [JobId, JobId, JobId]

  it('is bound to jobs of its subscription, also after a restart', async () => {
    const { text, record } = await create({ subscription: 'acme', jobs: [ofAcme] })
    expect(record.jobs).toEqual([ofAcme])
    tokens = start()
    expect(tokens.callerOf(text)?.token?.jobs).toEqual([ofAcme])
  })

  it('is refused for jobs that are none, or of another subscription, in one answer', async () => {
    const refused = create({ jobs: [ofDefault, ofAcme, unknown] })
    await expect(refused).rejects.toMatchObject({
      code: 'bad_request',
      errors: [{ pointer: '/jobs/1' }, { pointer: '/jobs/2' }],
    })
    expect(tokens.size).toBe(0)
  })

  it('gives at most its binding', async () => {
    const caller = await callerWith({ scopes: ['tokens:write'], jobs: [ofDefault] })
    expect((await create({ scopes: ['tokens:write'] }, caller)).record.jobs).toEqual([ofDefault])
    const wider = create({ scopes: ['tokens:write'], jobs: [ofDefault, unknown] }, caller)
    await expect(wider).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('bound to') })
  })
})

describe('an idempotency key', () => {
  it('makes one token, whose text is shown once', async () => {
    const first = await create({}, ADMIN, 'a')
    const second = await create({}, ADMIN, 'a')
    expect([second.id, second.text]).toEqual([first.id, null])
    expect(tokens.size).toBe(1)
    expect([...store.keys.values()].map(({ body }) => body)).toEqual([''])
    await expect(create({ name: 'another' }, ADMIN, 'a')).rejects.toMatchObject({ code: 'idempotency_mismatch' })
    await tokens.revoke(first.id, ADMIN)
    await expect(create({}, ADMIN, 'a')).rejects.toMatchObject({ code: 'token_revoked' })
  })

  it('is another one in another subscription', async () => {
    const caller = await callerWith({ subscription: 'acme', scopes: ['tokens:write', 'jobs:read'] })
    const [own, foreign] = [await create({}, ADMIN, 'a'), await create({}, caller, 'a')]
    expect(foreign.id).not.toBe(own.id)
  })

  it('of two requests at once lets the second wait for the first, or refuses it', async () => {
    const results = await Promise.allSettled([create({}, ADMIN, 'a'), create({}, ADMIN, 'a')])
    expect(tokens.size).toBe(1)
    expect(results[1]).toMatchObject({ reason: { code: 'idempotency_in_progress' } })
  })
})

describe('the number of tokens', () => {
  it('is bounded for a subscription and for all, those being made included', async () => {
    tokens = start({ limits: { maxTokens: 3, maxTokensPerSubscription: 2 } })
    const made = await Promise.allSettled([1, 2, 3].map(() => create()))
    expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    await create({ subscription: 'acme' })
    const limitOf = async (grant: Partial<TokenGrant>) => create(grant).catch((error: unknown) => error)
    expect(await limitOf({})).toMatchObject({
      code: 'token_limit_reached',
      members: { limit: { name: 'maxTokensPerSubscription', value: 2 } },
    })
    expect(await limitOf({ subscription: 'acme' })).toMatchObject({
      code: 'token_limit_reached',
      members: { limit: { name: 'maxTokens', value: 3 } },
    })
    await tokens.revoke((made[0] as PromiseFulfilledResult<{ id: TokenId }>).value.id, ADMIN)
    await create()
  })

  it('is listed newest first, page by page', async () => {
    const ids: TokenId[] = []
    for (let n = 0; n < 5; n++) ids.unshift((await create()).id)
    const found: TokenId[] = []
    for (let beforeId: string | null = null, more = true; more;) {
      const page: ReturnType<AccessTokens['list']> = tokens.list({ subscription: null, limit: 2, beforeId })
      found.push(...page.tokens.map(({ id }) => id))
      more = page.more
      beforeId = found.at(-1)!
    }
    expect(found).toEqual(ids)
  })
})

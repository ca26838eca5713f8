import { describe, expect, it } from 'vitest'
import { createClientIn } from '../create-client.ts'
import { answer, breakConnection, createFakeServer, type Handler, inTurn } from '../testing/fake-server.ts'
import { createFakeTiming } from '../testing/fake-timing.ts'

const ids = ['a', 'b'].map((digit) => `tok_${digit.repeat(32)}`)
const shown = ids.map((id) => ({ id, name: 'nightly', scopes: ['jobs:read'] }))
const input = { name: 'nightly', scopes: ['jobs:read'] } as const

function setUp(handler: Handler) {
  const server = createFakeServer(handler)
  const waybill = createClientIn(createFakeTiming(), { baseUrl: 'https://waybill.test', fetch: server.fetch })
  const calls = () => server.requests.map(({ method, url }) => `${method} ${url.pathname}`)
  return { waybill, requests: server.requests, calls }
}

describe('access tokens', () => {
  it('are created, listed page by page and revoked; and the caller is shown', async () => {
    const self = { kind: 'token', subscription: 'acme' }
    const { waybill, requests, calls } = setUp(({ method, url }) => {
      if (method === 'DELETE') return new Response(null, { status: 204 })
      if (method === 'POST') return answer(201, { ...shown[0], token: 'wbt_x' })
      if (url.pathname === '/v1/self') return answer(200, self)
      const isFirst = url.searchParams.get('pageToken') === null
      return answer(200, { tokens: [shown[isFirst ? 0 : 1]], ...(isFirst && { nextPageToken: 'next' }) })
    })
    expect(await waybill.tokens.create({ ...input, scopes: [...input.scopes] })).toEqual({
      ...shown[0],
      token: 'wbt_x',
    })
    const listed: unknown[] = []
    for await (const token of waybill.tokens.list()) listed.push(token)
    expect(listed).toEqual(shown)
    expect(await waybill.tokens.revoke(ids[0]!)).toBeUndefined()
    expect(await waybill.self()).toEqual(self)
    expect(JSON.parse(requests[0]!.body)).toEqual(input)
    expect(calls()).toEqual([
      ...['POST /v1/tokens', 'GET /v1/tokens', 'GET /v1/tokens', `DELETE /v1/tokens/${ids[0]!}`, 'GET /v1/self'],
    ])
  })

  it('whose first answer got lost are revoked, and made once more', async () => {
    const { waybill, requests, calls } = setUp(
      inTurn(
        ...[breakConnection, answer(201, { ...shown[0], token: null })],
        ...[new Response(null, { status: 204 }), answer(201, { ...shown[1], token: 'wbt_y' })],
      ),
    )
    const made = await waybill.tokens.create({ ...input, scopes: [...input.scopes] })
    expect(made).toEqual({ ...shown[1], token: 'wbt_y' })
    const posts = ['POST /v1/tokens', 'POST /v1/tokens']
    expect(calls()).toEqual([...posts, `DELETE /v1/tokens/${ids[0]!}`, 'POST /v1/tokens'])
    const keys = requests.map(({ headers }) => headers.get('idempotency-key'))
    expect([keys[0] === keys[1], keys[3] === keys[0]]).toEqual([true, false])
  })

  it('with a key of the caller are left as they were made first', async () => {
    const { waybill, calls } = setUp(inTurn(answer(201, { ...shown[0], token: null })))
    const made = await waybill.tokens.create({ ...input, scopes: [...input.scopes] }, { idempotencyKey: 'mine' })
    expect([made.token, calls()]).toEqual([null, ['POST /v1/tokens']])
  })

  it.each(['..', '', 'tok_1', `wbt_${'a'.repeat(32)}_${'s'.repeat(43)}`])(
    'are not revoked by %j, which is no id, and the refusal does not show it',
    async (id) => {
      const { waybill, requests } = setUp(inTurn(answer(200, {})))
      const revoked = waybill.tokens.revoke(id)
      await expect(revoked).rejects.toThrow(
        'Cannot revoke token as its id must be tok_ and 32 hex digits: current value is another text',
      )
      expect(requests).toHaveLength(0)
    },
  )
})

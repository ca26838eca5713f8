import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Caller } from '../../model/caller.ts'
import type { TokenId } from '../../model/ids.ts'
import { FakePorts } from '../testing/fake-ports.ts'
import { TokenRequests } from './token-requests.ts'

const ADMIN: Caller = { subscription: 'default', scopes: 'all', actor: 'admin', token: null }

/** The response of a request that runs until it is closed. */
class FakeResponse extends EventEmitter {
  destroyed = false

  destroy(): void {
    this.destroyed = true
    this.emit('close')
  }

  get response(): ServerResponse {
    return this as unknown as ServerResponse
  }
}

let ports: FakePorts
let requests: TokenRequests

beforeEach(() => {
  ports = new FakePorts()
  requests = new TokenRequests(ports.tokens, ports.dashboard)
})

async function newToken(expiresAtMs?: number): Promise<TokenId> {
  const grant = { name: 'test', scopes: ['jobs:read'] as const, ...(expiresAtMs !== undefined && { expiresAtMs }) }
  const request = { caller: ADMIN, idempotencyKey: null, body: new Uint8Array(0) }
  return (await ports.tokens.create(grant, request)).record.id
}

function run(id: TokenId): { readonly fake: FakeResponse; readonly outlive: () => void } {
  const fake = new FakeResponse()
  return { fake, outlive: requests.add(id, fake.response) }
}

describe('requests with access tokens', () => {
  it('are cut off with their token, and with no other', async () => {
    const [mine, other] = [await newToken(), await newToken()]
    const [first, second, third] = [run(mine), run(mine), run(other)]
    await ports.tokens.revoke(mine, ADMIN)
    expect([first, second, third].map(({ fake }) => fake.destroyed)).toEqual([true, true, false])
    expect(requests.size).toBe(1)
  })

  it('are cut off with their session of the dashboard, and with no other', () => {
    const sessions = [ports.dashboard.open(ADMIN), ports.dashboard.open(ADMIN)]
    const running = sessions.map(({ text }) => {
      const fake = new FakeResponse()
      requests.addOfSession(ports.dashboard.find(text)!.caller.session!, fake.response)
      return fake
    })
    ports.dashboard.close(sessions[0]!.text)
    expect(running.map(({ destroyed }) => destroyed)).toEqual([true, false])
  })

  it('are cut off at the expiry of their token', async () => {
    const { fake } = run(await newToken(ports.clock.nowMs() + 1000))
    ports.clock.advance(999)
    expect(fake.destroyed).toBe(false)
    ports.clock.advance(1)
    expect([fake.destroyed, requests.size]).toEqual([true, 0])
  })

  it('are forgotten when they have ended, or may outlive their token', async () => {
    const id = await newToken()
    const [ended, outliving] = [run(id), run(id)]
    ended.fake.emit('close')
    outliving.outlive()
    outliving.outlive()
    expect(requests.size).toBe(0)
    await ports.tokens.revoke(id, ADMIN)
    expect([ended.fake.destroyed, outliving.fake.destroyed]).toEqual([false, false])
  })

  it('are refused when the token has ended since it was looked up', async () => {
    const id = await newToken()
    await ports.tokens.revoke(id, ADMIN)
    expect(() => run(id)).toThrow('the bearer token must be a valid one')
    expect(requests.size).toBe(0)
  })
})

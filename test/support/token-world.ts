import type { AccessTokenRequest, CreatedAccessToken, Job, Scope } from '@waybill/spec'
import { ENVELOPE, HostileWorld, JSON_BODY } from './hostile-world.ts'

export const ADMIN_TOKEN = 'wba_the-admin-token-of-these-tests'

/** A server that requires a token, with a channel that fails and parks items by their ids and one that is paused. */
export async function startTokenWorld(): Promise<HostileWorld> {
  const world = await HostileWorld.start({
    adminToken: ADMIN_TOKEN,
    connector: {
      answer: ({ items: [first] }) => ({
        kind: 'items',
        // A tenant with much to do has something to do for a while.
        ...(/^(busy|fails-\d{2})/.test(first?.id ?? '') && { delayMs: 500 }),
        answer: ({ id }) => {
          if (id.startsWith('fails')) return { kind: 'failed', code: 'refused' }
          return id.startsWith('parks') ? { kind: 'retry', code: 'ask' } : { kind: 'succeeded' }
        },
      }),
    },
    args: ['--no-dev'],
  })
  const connector = { type: 'http', url: 'https://shop.example/deliver' }
  const made = await world.fetch('/v1/channels/still', {
    method: 'PUT',
    headers: JSON_BODY,
    body: JSON.stringify({ connector }),
  })
  if (made.status !== 201) throw new Error(`Cannot make channel still: ${made.status} ${await made.text()}`)
  await world.statusOf('/v1/channels/still/pause', { method: 'POST' })
  return world
}

/** Creates an access token as the administrator. */
export async function createToken(
  world: HostileWorld,
  scopes: readonly Scope[],
  more: Partial<AccessTokenRequest> = {},
): Promise<CreatedAccessToken & { readonly token: string }> {
  const request: AccessTokenRequest = { name: 'test', scopes: [...scopes], ...more }
  const answer = await world.post('/v1/tokens', JSON.stringify(request), JSON_BODY)
  const created = (await answer.json()) as CreatedAccessToken
  if (created.token === null || created.token === undefined)
    throw new Error(`Cannot create a token: ${answer.status} ${JSON.stringify(created)}`)
  return { ...created, token: created.token }
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` }
}

/** Submits items for the caller with this token, with what differs from the envelope. */
export async function submitAs(
  world: HostileWorld,
  token: string,
  envelope: object,
  headers: Record<string, string> = {},
): Promise<Job> {
  const body = JSON.stringify({ ...ENVELOPE, ...envelope })
  const answer = await world.post('/v1/jobs', body, { ...JSON_BODY, ...bearer(token), ...headers })
  const job = (await answer.json()) as Job
  if (!answer.ok) throw new Error(`Cannot submit a job: ${answer.status} ${JSON.stringify(job)}`)
  return job
}

import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  type CreatedAccessToken,
  type CreatedWebhookEndpoint,
  type Job,
  type Operation,
  operations,
  type RotatedJobWebhooks,
} from '@waybill/spec'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { firstEvents } from '../support/first-events.ts'
import { PlantedSecrets } from '../support/planted-secrets.ts'
import { RepeatingTarget } from '../support/repeating-target.ts'
import { ServerProcess } from '../support/server-process.ts'

/*
 * SEC-2: secrets of every kind in every place where there may be one, calls whose answers repeat them, and then a search for them in every
 * answer, the log, the files and a backup. And of two tenants none ever sends what belongs to the other.
 */

const MAIN = fileURLToPath(new URL('../../server/dist/main.js', import.meta.url))
const TENANTS = ['acme', 'bolt'] as const
type Tenant = (typeof TENANTS)[number]
/** Where a secret of the file data folder may be. */
const DOCUMENTED = new Set(['admin-token', 'key-ring'])

const SHOWN_ONCE = new Set(['/v1/tokens', '/v1/webhook-endpoints', '/v1/job-webhooks/rotate-secret'])
const HOOKED = { channel: 'filed', objectType: 'product', action: 'update' }

const planted = new PlantedSecrets()
/** The job of which events go to a webhook of its own. */
let hookedJob: string

const shop = new RepeatingTarget(planted)
const { arrived, accessTokens, refused } = shop

let server: ServerProcess
let adminToken: string
const tokens = {} as Record<Tenant, string>
const jobs: { id: string; tenant: Tenant }[] = []
const types = ['bearer', 'basic', 'header', 'hmac', 'oauth2_client_credentials'] as const

beforeAll(async () => {
  const origin = await shop.listen()
  server = await ServerProcess.create({
    args: ['--no-dev', '--threads', '1'],
    config: {
      outbound: { allowPrivateAddresses: 'allowed' },
      channels: {
        filed: {
          connector: {
            type: 'http',
            url: '$FILED_URL',
            headers: { 'x-filed': '$FILED_HEADER' },
            allowPrivateAddresses: true,
          },
          retry: { maxAttempts: 2, backoff: { initialMs: 1 } },
          credentials: {
            acme: { type: 'bearer', token: '$FILED_TOKEN' },
            '*': { type: 'header', name: 'x-all', value: '$SHARED' },
          },
        },
      },
    },
    env: {
      FILED_URL: `${origin}/filed?key=${encodeURIComponent(planted.plant('file-query'))}`,
      FILED_HEADER: planted.plant('file-header'),
      FILED_TOKEN: planted.plant('file-bearer'),
      SHARED: planted.plant('file-shared'),
    },
  })
  await server.start()
  adminToken = (await readFile(join(server.folder, 'data/admin-token'), 'utf8')).trim()
  planted.add('admin-token', adminToken)
  planted.add('key-ring', (await readFile(join(server.folder, 'data/key-ring'), 'utf8')).trim())
  for (const subscription of TENANTS) {
    const scopes = ['jobs:read', 'jobs:write', 'items:read', 'channels:read']
    const made = await ask('POST', '/v1/tokens', { name: subscription, scopes, subscription })
    tokens[subscription] = (JSON.parse(made) as CreatedAccessToken).token!
    planted.add(`token-${subscription}`, tokens[subscription])
  }
  const url = `${origin}/hooks/${planted.plant('webhook-path')}?token=${planted.plant('webhook-query')}`
  const wish = { url, eventTypes: ['webhook_endpoint.test'] }
  const endpoint = JSON.parse(await ask('POST', '/v1/webhook-endpoints', wish)) as CreatedWebhookEndpoint
  planted.add('webhook-secret', endpoint.secret.slice('whsec_'.length))
  await ask('POST', `/v1/webhook-endpoints/${endpoint.id}/test`)
  const rotated = await ask('POST', '/v1/job-webhooks/rotate-secret', {})
  planted.add('job-webhook-secret', (JSON.parse(rotated) as RotatedJobWebhooks).secret.slice('whsec_'.length))
  const jobUrl = `${origin}/hooks/${planted.plant('job-webhook-path')}?token=${planted.plant('job-webhook-query')}`
  const webhook = { url: jobUrl, events: ['job.accepted'] }
  const hooked = await ask('POST', '/v1/jobs', { ...HOOKED, webhook, items: [{ id: 'hooked' }] })
  hookedJob = (JSON.parse(hooked) as Job).id
  await vi.waitFor(() => expect(arrived.filter((call) => call.url.startsWith('/hooks/'))).toHaveLength(2), 30_000)

  for (const type of types) {
    const query = `key=${encodeURIComponent(planted.plant(`query-${type}`, { awkward: true }))}`
    const headers = { 'x-channel-key': planted.plant(`header-of-${type}`) }
    await set('PUT', `/v1/channels/${type.slice(0, 5)}`, {
      connector: {
        type: 'http',
        url: `${origin}/${type}/${planted.plant(`path-${type}`)}?${query}`,
        headers,
        allowPrivateAddresses: true,
      },
      retry: { maxAttempts: 2, backoff: { initialMs: 1 } },
      payload: {
        resolveUrl: `${origin}/pim/{id}?key=${planted.plant(`pim-query-${type}`)}`,
        headers: { 'x-pim': planted.plant(`pim-header-${type}`) },
      },
    })
    for (const tenant of TENANTS) {
      await set(
        'PUT',
        `/v1/channels/${type.slice(0, 5)}/credentials/${tenant}`,
        credentialsOf(type, { tenant, origin }),
      )
      const path = `/v1/channels/${type.slice(0, 5)}/credentials/${tenant}?target=payload`
      await set('PUT', path, { type: 'bearer', token: planted.plant(`pim-bearer-${type}-${tenant}`) })
    }
  }
}, 60_000)

afterAll(async () => {
  await server?.remove()
  await shop.close()
})

function credentialsOf(type: (typeof types)[number], { tenant, origin }: { tenant: Tenant; origin: string }): object {
  const secret = planted.plant(`${type}-${tenant}`, { awkward: type === 'basic' || type === 'hmac' })
  switch (type) {
    case 'bearer':
      return { type, token: secret }
    case 'basic':
      return { type, username: tenant, password: secret }
    case 'header':
      return { type, name: 'x-api-key', value: secret }
    case 'hmac':
      return { type, header: 'x-signature', secret, content: 'timestamp + body', timestampHeader: 'x-time' }
    case 'oauth2_client_credentials':
      return { type, tokenUrl: `${origin}/token`, clientId: tenant, clientSecret: secret }
  }
}

/** Everything that the server answered, by what was asked. */
const answers: [string, string][] = []

async function ask(method: string, path: string, body?: unknown, token = adminToken): Promise<string> {
  const answer = await server.fetch(path, {
    method,
    headers: {
      ...{
        authorization: `Bearer ${token}`,
        accept: path.endsWith('/events') ? 'text/event-stream' : 'application/json',
      },
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = path === '/v1/events' && answer.ok ? await firstEvents(answer) : await answer.text()
  // The text of an access token is shown once, to whoever creates it; so is the secret of a webhook endpoint, and of jobs' webhooks.
  if (method !== 'POST' || !SHOWN_ONCE.has(path)) {
    answers.push([`${method} ${path} ${answer.status}`, JSON.stringify([...answer.headers]) + text])
  }
  return text
}

/** Sets up what has to be there. */
async function set(method: string, path: string, body: object): Promise<string> {
  const text = await ask(method, path, body)
  expect(answers.at(-1)?.[0] ?? '201').toMatch(/20[01]$/)
  return text
}

async function filesOf(folder: string): Promise<[string, Buffer][]> {
  const names = (await readdir(folder)).filter((name) => !DOCUMENTED.has(name))
  return Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as [string, Buffer]))
}

describe('SEC-2 secrets', { timeout: 120_000 }, () => {
  test('are found by the search in each of their forms', () => {
    const secret = planted.get('basic-acme')
    const forms = ['base64', 'base64url', 'hex'] as const
    const texts = forms.map((form) => Buffer.from(`ab${secret}`).toString(form))
    for (const text of [secret, JSON.stringify({ secret }), ...texts]) expect(planted.foundIn(text)).toHaveLength(1)
    expect(planted.foundIn('nothing of that')).toEqual([])
  })

  test('reach the target system, each with the jobs of its subscription alone', async () => {
    const items = ['ok', 'fail', 'json', 'page', 'by-id', 'gone'].map((id) => ({
      id,
      ...(!/by-id|gone/.test(id) && { data: { id } }),
    }))
    for (const tenant of TENANTS) {
      for (const channel of ['filed', ...types.map((type) => type.slice(0, 5))]) {
        const body = { channel, objectType: 'product', action: 'update', items }
        const job = JSON.parse(await ask('POST', '/v1/jobs', body, tokens[tenant])) as Job
        jobs.push({ id: job.id, tenant })
        const test = { item: { id: 'json-test', data: { id: 'json-test' } }, send: true }
        await ask('POST', `/v1/channels/${channel}/test`, test, tokens[tenant])
      }
    }
    await vi.waitFor(
      async () => {
        for (const { id, tenant } of jobs)
          expect(JSON.parse(await ask('GET', `/v1/jobs/${id}`, undefined, tokens[tenant]))).toMatchObject({
            done: true,
          })
      },
      { timeout: 60_000, interval: 500 },
    )
    for (const tenant of TENANTS) {
      const other = TENANTS.find((one) => one !== tenant)!
      const own = arrived.filter(({ subscription }) => subscription === tenant)
      const sent = own.map(({ headers }) => JSON.stringify(headers)).join('\n')
      expect(own.length).toBeGreaterThanOrEqual(6 * 5)
      for (const place of [`bearer-${tenant}`, `header-${tenant}`, 'header-of-hmac'])
        expect(sent).toContain(planted.get(place))
      const ofOther = planted.in(other)
      expect(ofOther.filter((secret) => sent.includes(secret))).toEqual([])
      const basic = Buffer.from(`${tenant}:${planted.get(`basic-${tenant}`)}`).toString('base64')
      expect(sent).toContain(`Basic ${basic}`)
      // After a 401 one token more, and that one for all that follows.
      const used = own.flatMap(({ headers: { authorization = '' } }) => accessTokens.get(authorization.slice(7)) ?? [])
      expect(new Set(used)).toEqual(new Set([tenant]))
    }
    expect(refused.size).toBe(2)
    // Of each tenant the channel asks for one, the test for its own, and whoever got the 401 for another; the test calls once, so not it.
    expect(shop.tokensGiven).toBeGreaterThanOrEqual(4)
    expect(shop.tokensGiven).toBeLessThanOrEqual(6)
    const filed = arrived.filter(({ url }) => url.startsWith('/filed'))
    expect(
      filed
        .filter(({ subscription }) => subscription === 'acme')
        .every(({ headers }) => headers.authorization !== undefined),
    ).toBe(true)
    expect(
      filed
        .filter(({ subscription }) => subscription === 'bolt')
        .every(({ headers }) => headers.authorization === undefined),
    ).toBe(true)
    expect(
      filed
        .filter(({ subscription }) => subscription === 'bolt')
        .every(({ headers }) => headers['x-all'] === planted.get('file-shared')),
    ).toBe(true)
  })

  test('are in no answer of any operation', async () => {
    const reads = Object.values(operations as Readonly<Record<string, Operation>>).filter(
      ({ method }) => method === 'GET',
    )
    const readsOf = (job: string, channel: string): string[] =>
      reads.map(({ path }) => path.replace(':jobId', job).replace(':channel', channel).replace(':index', '2'))
    for (const { id, tenant } of jobs) {
      for (const path of new Set(readsOf(id, 'oauth'))) {
        for (const token of [tokens[tenant], adminToken])
          if (path.includes(id)) await ask('GET', path, undefined, token)
      }
      await ask('GET', `/v1/jobs/${id}/items?include=data,log`, undefined, tokens[tenant])
      for (const index of [0, 1, 3, 4, 5]) await ask('GET', `/v1/jobs/${id}/items/${index}`, undefined, tokens[tenant])
    }
    for (const channel of ['filed', ...types.map((type) => type.slice(0, 5))]) {
      for (const path of readsOf('job_none', channel)) if (!path.includes('job_none')) await ask('GET', path)
      await ask('GET', `/v1/channels/${channel}`, undefined, tokens.acme)
    }
    for (const path of readsOf(hookedJob, 'filed')) if (path.includes(hookedJob)) await ask('GET', path)
    const log = await ask('GET', `/v1/jobs/${hookedJob}/webhook-deliveries?include=body`)
    expect(log).toContain('/hooks/***?token=***')
    const withPassword = {
      ...HOOKED,
      webhook: { url: `https://me:${planted.get('file-bearer')}@pim.example/` },
      items: [],
    }
    expect(await ask('POST', '/v1/jobs', withPassword)).toContain('/webhook/url')
    // What is refused repeats nothing, either.
    const secret = planted.get('bearer-acme')
    for (const body of [
      secret,
      { type: secret },
      { type: 'bearer', token: [secret] },
      { type: 'bearer', secret },
      { type: 'basic', password: secret },
    ]) {
      await ask('PUT', '/v1/channels/beare/credentials/acme', body)
    }
    expect(answers.length).toBeGreaterThan(150)
    expect(
      answers.filter(([asked, text]) => /items\/\d 200/.test(asked) && text.includes('***')).length,
    ).toBeGreaterThan(40)
    const found = answers.flatMap(([asked, text]) => planted.foundIn(text).map((place) => `${place} in ${asked}`))
    expect(found).toEqual([])
  })

  test('are in no file, no backup and no line of the log', async () => {
    const data = join(server.folder, 'data')
    const backup = join(server.folder, 'backup.db')
    await ask('DELETE', '/v1/channels/heade/credentials/acme')
    const running = await filesOf(data)
    expect(running.map(([name]) => name)).toEqual(expect.arrayContaining(['waybill.db', 'waybill.db-wal']))
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, 'backup', backup, '--data', data])
    expect(stdout).toContain('nor the key ring')
    expect(await server.stop()).toBe(0)
    const files = [...running, ...(await filesOf(data)), ['backup.db', await readFile(backup)] as [string, Buffer]]
    expect(files.filter(([, bytes]) => bytes.includes('"***"')).length).toBeGreaterThan(0)
    expect(files.flatMap(([name, bytes]) => planted.foundIn(bytes).map((place) => `${place} in ${name}`))).toEqual([])
    expect(planted.foundIn(server.output)).toEqual([])
    expect(server.output).toContain('Key ring made')
  })

  test('hold after a restart, and after keys were rotated and pruned', async () => {
    const keys = async (action: string) =>
      (await promisify(execFile)(process.execPath, [MAIN, 'keys', action, '--data', join(server.folder, 'data')]))
        .stdout
    expect(await keys('rotate')).toMatch(/key [0-9a-f]{12} added, 2 keys/)
    expect(await keys('prune')).toMatch(/0 keys removed; 2 left/)
    await server.start()
    await expect(keys('prune')).rejects.toThrow('no server may use it')
    expect(await server.stop()).toBe(0)
    const ring = join(server.folder, 'data/key-ring')
    const cannotOpen =
      /must open all of its secrets: that of channel\/\w+ cannot be opened .*there is no key [0-9a-f]{12}/
    await writeFile(join(server.folder, 'other'), `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 })
    await expect(server.start(null, ['--key-ring', join(server.folder, 'other')])).rejects.toThrow(cannotOpen)
    await rename(ring, `${ring}.kept`)
    await expect(server.start()).rejects.toThrow(cannotOpen)
    // The one that this start had made is not left in the place of the right one.
    await expect(stat(ring)).rejects.toThrow('ENOENT')
    await rename(`${ring}.kept`, ring)
    await chmod(ring, 0o640)
    await expect(server.start()).rejects.toThrow('other users of this machine may read it (mode 640)')
    await chmod(ring, 0o600)
    expect(await keys('prune')).toMatch(/1 keys removed [0-9a-f]{12}; 1 left/)
    await server.start()
    const before = arrived.length
    const test = { item: { id: 'ok', data: 1 }, send: true }
    const shown = await ask('POST', '/v1/channels/beare/test', test, tokens.bolt)
    expect(arrived.slice(before).map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${planted.get('bearer-bolt')}`,
    ])
    expect(planted.foundIn(shown)).toEqual([])
  })
})

import { expect, it } from 'vitest'
import { StoreError } from '../store/store-error.ts'
import { buildHttp } from './server.ts'
import { codeOf, eventually, FakePorts, TOKEN } from './testing/fake-ports.ts'
import { fakeSnapshot, JOB_ID } from './testing/fake-snapshot.ts'

const auth = { authorization: `Bearer ${TOKEN}` }

it('a server that stops refuses what is new, stays alive, and completes running requests', async () => {
  const ports = new FakePorts()
  ports.show(fakeSnapshot(1, 'running'))
  const app = buildHttp(ports)
  let release = (): void => undefined
  app.addHook('preClose', () => new Promise<void>((resolve) => (release = resolve)))
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const waiting = fetch(`${url}/v1/jobs/${JOB_ID}`, { headers: { ...auth, prefer: 'wait=30' } })
  await eventually(() => ports.waits.size).toBe(1)

  const closed = app.close()
  expect(await (await waiting).json()).toMatchObject({ status: 'running' })
  const refused = await fetch(`${url}/v1/limits`, { headers: auth })
  expect([refused.status, refused.headers.get('retry-after'), await codeOf(refused)]).toEqual([503, '5', 'stopping'])
  const ready = await fetch(`${url}/healthz/ready`)
  expect([ready.status, await codeOf(ready)]).toEqual([503, 'stopping'])
  const live = await fetch(`${url}/healthz/live`)
  expect([live.status, await live.json()]).toEqual([200, { status: 'ok' }])
  release()
  await closed
})

it('a server that stops says so to running requests whose channel it has given back, and names no missing owner', async () => {
  const ports = new FakePorts()
  const app = buildHttp(ports)
  const held = Promise.withResolvers<never>()
  let isHeld = false
  const cancel = (): Promise<never> => {
    isHeld = true
    return held.promise
  }
  Object.assign(ports.jobControl, { cancel })
  let release = (): void => undefined
  app.addHook('preClose', () => new Promise<void>((resolve) => (release = resolve)))
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const asked = fetch(`${url}/v1/jobs/${JOB_ID}/cancel`, { method: 'POST', headers: auth })
  await eventually(() => isHeld).toBe(true)
  const closed = app.close()
  await eventually(async () => (await fetch(`${url}/healthz/ready`)).status).toBe(503)
  held.reject(new StoreError('stale_term', 'released', ['shop']))
  const answer = await asked
  expect([answer.status, answer.headers.get('retry-after'), await codeOf(answer)]).toEqual([503, '5', 'stopping'])
  release()
  await closed
})

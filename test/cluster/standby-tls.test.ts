import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RawConnection } from '../support/raw-connection.ts'
import { selfSigned } from '../support/self-signed.ts'
import { ServerCluster, untilRole } from '../support/server-cluster.ts'
import type { ServerProcess } from '../support/server-process.ts'

const ADMIN = 'wba_the-admin-token-of-these-tests'

let cluster: ServerCluster
let standby: ServerProcess

beforeAll(async () => {
  cluster = await ServerCluster.create({ adminToken: ADMIN, leaseSeconds: 10 })
  const [active] = cluster.servers as [ServerProcess]
  standby = cluster.servers[1]!
  const { cert, key } = await selfSigned(['127.0.0.1'])
  writeFileSync(join(standby.folder, 'cert.pem'), cert)
  writeFileSync(join(standby.folder, 'key.pem'), key, { mode: 0o600 })
  await standby.configure({ ...cluster.configOf(1), tls: { certFile: './cert.pem', keyFile: './key.pem' } })
  await active.start()
  await untilRole(active, 'active')
  await standby.start()
})

afterAll(async () => {
  await cluster?.remove()
  if (standby !== undefined) rmSync(standby.folder, { recursive: true, force: true })
})

test('a standby with TLS forwards what it has decrypted, and its callers get the headers of TLS', async () => {
  expect(standby.url).toMatch(/^https:/)
  const connection = await RawConnection.open(standby.url)
  for (const path of ['/healthz/live', '/v1/limits']) {
    await connection.sendHead(`GET ${path}`, { authorization: `Bearer ${ADMIN}` })
    const answer = await connection.answer()
    expect([answer.status, answer.headers['strict-transport-security']]).toEqual([200, 'max-age=31536000'])
  }
  connection.break()
})

test('a session of the dashboard that is opened through it has a cookie for https alone', async () => {
  const connection = await RawConnection.open(standby.url)
  await connection.sendHead('POST /dashboard/session', {
    ...{
      'sec-fetch-site': 'same-origin',
      'waybill-dashboard': '1',
      authorization: `Bearer ${ADMIN}`,
      'content-length': '0',
    },
  })
  const answer = await connection.answer()
  expect([answer.status, answer.headers['set-cookie']]).toEqual([201, expect.stringMatching(/^__Host-.*; Secure/)])
  connection.break()
})

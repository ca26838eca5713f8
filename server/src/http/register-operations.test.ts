import { type Operation, operations } from '@waybill/spec'
import { afterEach, expect, it } from 'vitest'
import { FakePorts, TOKEN } from './testing/fake-ports.ts'
import { buildHttp } from './server.ts'

// No operation of the spec is deprecated: here one is.
const operation = operations.getLimits as { -readonly [Name in keyof Operation]: Operation[Name] }
const { deprecation } = operation
afterEach(() => {
  operation.deprecation = deprecation
})

it('every answer of a deprecated operation announces its end, refusals included, and no other answer does', async () => {
  operation.deprecation = {
    deprecatedAtSeconds: 1_796_083_200,
    sunset: 'Tue, 01 Jun 2027 00:00:00 GMT',
    link: '/docs/guides/upgrade',
  }
  const app = buildHttp(new FakePorts())
  const notice = {
    deprecation: '@1796083200',
    sunset: 'Tue, 01 Jun 2027 00:00:00 GMT',
    link: '</docs/guides/upgrade>; rel="deprecation"; type="text/html"',
  }
  const headers = { authorization: `Bearer ${TOKEN}` }
  expect(await app.inject({ url: '/v1/limits', headers })).toMatchObject({ statusCode: 200, headers: notice })
  expect(await app.inject({ url: '/v1/limits' })).toMatchObject({ statusCode: 401, headers: notice })
  expect(await app.inject({ url: '/v1/limits?x=1', headers })).toMatchObject({ statusCode: 400, headers: notice })
  expect((await app.inject({ url: '/v1/self', headers })).headers).not.toHaveProperty('deprecation')
  await app.close()
})

import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { JsonPieces } from './json-pieces.ts'

test.each([0, 1, 4090, 4096, 4097, 20_000, 70_000, 300_000])(
  'JSON of %i characters and as many bytes is sent as it was added',
  async (length) => {
    const texts = [`["${'ä'.repeat(length)}",`, `"${'x'.repeat(length)}",`]
    const json = new JsonPieces()
    for (const text of texts) json.text(text).bytes(Buffer.from(text))
    json.text('null]')
    const all = [...texts.flatMap((text) => [text, text]), 'null]'].join('')
    expect(json.byteLength).toBe(Buffer.byteLength(all))
    const app = Fastify()
    app.get('/', (_request, reply) => json.send(reply))
    const { body, headers } = await app.inject('/')
    expect(body === all).toBe(true)
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(all)),
    })
  },
)

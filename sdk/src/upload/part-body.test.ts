import { afterEach, expect, it, vi } from 'vitest'
import { createPartBody } from './part-body.ts'

afterEach(() => vi.unstubAllGlobals())

const bytes = Uint8Array.from({ length: 600_000 }, (_, at) => at % 251)

it('passes the bytes on in pieces of their own memory, with their length, where fetch would copy them', async () => {
  vi.stubGlobal('navigator', { userAgent: 'Node.js/24' })
  const { body, headers } = createPartBody(bytes)
  expect(headers).toEqual({ 'Content-Length': '600000' })
  const pieces: Uint8Array[] = []
  for await (const piece of body as ReadableStream<Uint8Array>) pieces.push(piece)
  expect(pieces.map(({ length }) => length)).toEqual([262_144, 262_144, 75_712])
  expect(pieces.every(({ buffer }) => buffer === bytes.buffer)).toBe(true)
  expect(await new Response(createPartBody(bytes).body as BodyInit).bytes()).toEqual(bytes)
})

it('reads nothing more when the attempt is over', async () => {
  vi.stubGlobal('navigator', { userAgent: 'Node.js/24' })
  const { body, stop } = createPartBody(bytes)
  const reader = (body as ReadableStream<Uint8Array>).getReader()
  await reader.read()
  stop()
  await expect(reader.read()).rejects.toThrow('The attempt is over')
})

it.each([undefined, { userAgent: 'Mozilla/5.0' }, { userAgent: 'Deno/2.5.0' }, { userAgent: 'Bun/1.3.0' }])(
  'is the bytes themselves elsewhere (%o)',
  (navigator) => {
    vi.stubGlobal('navigator', navigator)
    expect(createPartBody(bytes)).toMatchObject({ body: bytes, headers: {} })
  },
)

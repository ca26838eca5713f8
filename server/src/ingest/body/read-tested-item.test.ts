import { expect, it } from 'vitest'
import { ProblemError } from '../../model/errors.ts'
import type { PartitionBy } from '../../model/job.ts'
import { TimeSlice } from '../../runtime/time-slice.ts'
import { checkTestedItem, readTestedItem } from './read-tested-item.ts'

async function* inPieces(text: string, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size))
}

async function read(text: string, partitionBy: PartitionBy = 'item') {
  const slice = new TimeSlice('caller')
  const { members, line } = await readTestedItem(inPieces(text), slice)
  if (line !== null) await checkTestedItem(line, partitionBy, slice)
  return { members, line: line?.toString() ?? null }
}

it('keeps the item as it was sent but for its line breaks, wherever it stands', async () => {
  const item = '{"id":"a","data":{"n":12345678901234567890,\n"m":1.50}}'
  expect(await read(`{"send":true,"item":${item},"objectType":"x"}`)).toEqual({
    members: { send: true, objectType: 'x', item: { id: 'item' } },
    line: item.replace('\n', ' '),
  })
})

it('finds that there is no item', async () => {
  expect(await read('{"send":true}')).toEqual({ members: { send: true }, line: null })
})

it.each([
  ['{"item":{"data":1}}', 'item', 'invalid_item', '/item/id'],
  ['{"item":{"id":"a","extra":1}}', 'item', 'invalid_item', '/item/extra'],
  ['{"item":[]}', 'item', 'invalid_item', '/item'],
  ['{"item":{"id":"a"}}', '/data/shop', 'invalid_item', '/item/data/shop'],
  ['{"item":{"id":"a","id":"b"}}', 'item', 'invalid_item', '/item/id'],
  ['{"item":{"id":tru}}', 'item', 'bad_request', '/item'],
  ['{"item":{"id":"a"}', 'item', 'bad_request', ''],
  ['[1]', 'item', 'bad_request', ''],
  [`{"item":{"id":"a","data":"${'x'.repeat(1024 * 1024)}"}}`, 'item', 'line_too_large', undefined],
  [`{"item":{"id":"a","data":${'['.repeat(70)}${']'.repeat(70)}}}`, 'item', 'invalid_item', '/item'],
] as const)('refuses %s by %s as %s', async (text, partitionBy, code, pointer) => {
  const error = await read(text, partitionBy).then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ProblemError)
  const { errors, ...problem } = error as ProblemError
  expect(problem.code).toBe(code)
  if (pointer !== undefined) expect(errors![0]!.pointer).toBe(pointer)
})

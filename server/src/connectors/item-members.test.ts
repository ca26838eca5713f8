import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ItemMembers } from './item-members.ts'

/** Finds the members of a line between other bytes; null: only a parser can decide. */
function find(line: string): object | null {
  const bytes = Buffer.from(`"{${line}}"`)
  const members = new ItemMembers()
  if (!members.read(bytes, 2, bytes.length - 2)) return null
  const { firstAt, idStart, idEnd, hasKey, hasData, dataStart, dataEnd, actionStart, actionEnd } = members
  expect(bytes[firstAt - 1]).toBe(0x7b)
  return {
    id: JSON.parse(bytes.toString('utf8', idStart, idEnd)) as string,
    hasKey,
    data: hasData ? (JSON.parse(bytes.toString('utf8', dataStart, dataEnd)) as unknown) : undefined,
    action: actionEnd === 0 ? undefined : bytes.toString('utf8', actionStart, actionEnd),
  }
}

function parsed(line: string): object {
  const item = JSON.parse(line) as Record<string, unknown>
  return { id: item['id'], hasKey: 'partitionKey' in item, data: item['data'], action: item['action'] }
}

describe('ItemMembers', () => {
  it.each([
    '{"id":"a"}',
    '{"id":"a","data":null}',
    ' {\t"data" : {"id":"x","action":"delete","partitionKey":"}"} ,\r\n "id" : "b\\"\\\\" } ',
    '{"data":[1,-2e5,true,null,"]",{"a":[{}]}],"action":"delete","id":"ä\\u0041\\ud83d","partitionKey":""}',
    '{"id":"a","data":12}',
    '{"id":"a","data":"\\\\","action":"update"}',
    '{"id":"a","id":"b","data":false}',
  ])('finds what a parser finds in %s', (line) => {
    expect(find(line)).toEqual(parsed(line))
  })

  it.each(['{"\\u0069d":"a"}', '{"id":"a","\\u0061ction":"delete"}', '{"id":"a","action":"delet\\u0065"}', '{}', '[]'])(
    'leaves %s to a parser',
    (line) => {
      expect(find(line)).toBeNull()
    },
  )

  it('finds what a parser finds in any item', () => {
    const item = fc.record(
      {
        id: fc.string({ unit: 'binary' }),
        data: fc.jsonValue(),
        partitionKey: fc.string({ unit: 'grapheme' }),
        action: fc.constantFrom('create', 'update', 'delete'),
        other: fc.jsonValue(),
      },
      { requiredKeys: ['id'] },
    )
    fc.assert(
      fc.property(item, fc.constantFrom(0, 1, '\t'), fc.boolean(), (value, space, reversed) => {
        const entries = Object.entries(value)
        const line = JSON.stringify(Object.fromEntries(reversed ? entries.reverse() : entries), null, space)
        expect(find(line)).toEqual(parsed(line))
      }),
    )
  })

  it('ends within the line, whatever is cut off or wrong', () => {
    const line = '{"id":"a\\"","data":{"b":[1,"c\\\\"]},"action":"delete"}'
    for (let length = 0; length < line.length; length++) {
      const bytes = Buffer.from(line.slice(0, length))
      expect(new ItemMembers().read(bytes, 0, bytes.length), line.slice(0, length)).toBe(false)
      const followed = Buffer.from(line + line)
      expect(new ItemMembers().read(followed, 0, length), line.slice(0, length)).toBe(false)
    }
  })
})

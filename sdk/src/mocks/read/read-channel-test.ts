import type { ChannelTestRequest, Operation } from '@waybill/spec'
import { parseJson, type ReadItem, readItems, sentMembers } from './read-items.ts'
import { actionOf, findFaults, refuseFaults } from './validate.ts'

/** An item to test a channel with, valid. */
export interface SentTest {
  readonly request: ChannelTestRequest
  readonly item: ReadItem
}

/** The body of `testChannel`. @throws MockProblem what is wrong with it */
export function readChannelTest(operation: Operation, body: Uint8Array): SentTest {
  const value = parseJson(body)
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const { item, ...rest } = (isObject ? value : {}) as Partial<ChannelTestRequest>
  const faults = findFaults(
    'ChannelTestRequest',
    item === undefined ? value : { ...rest, item: { id: 'stands for it' } },
  )
  refuseFaults(faults, { action: actionOf(operation), place: ({ pointer, detail }) => ({ pointer, detail }) })
  const request = value as ChannelTestRequest
  const sent = sentMembers([item], '', body.length).map((one) => ({ ...one, place: { pointer: '/item' } }))
  const { partitionBy = 'item' } = request
  const [read] = readItems(sent, { action: 'test the channel', partitionBy, onInvalidItem: 'reject' })
  return { request, item: read! }
}

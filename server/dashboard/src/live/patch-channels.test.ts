import type { Channel, UpdateEvent } from '@waybill/sdk'
import { expect, test } from 'vitest'
import { patchChannels } from './patch-channels.ts'

const channel = (name: string, running: number): Channel =>
  ({ name, connector: { type: 'http' }, state: { counts: { running } } }) as unknown as Channel

function update(...channels: readonly Channel[]): UpdateEvent {
  const states = channels.map(({ name, state }) => ({ name, state }))
  return { event: 'channels', id: '1', data: { channels: states } }
}

test('channels have the states of an update, and keep their settings', () => {
  const before = [channel('eu', 0), channel('us', 1)]
  expect(patchChannels(before, update(channel('us', 5)))).toEqual([channel('eu', 0), channel('us', 5)])
  expect(patchChannels(before, { event: 'jobs', id: '2', data: { jobs: [] } })).toBe(before)
})

test('a channel that is not known is a reason to read again, but of one that is shown alone', () => {
  const before = [channel('eu', 0)]
  expect(patchChannels(before, update(channel('asia', 2)))).toBeNull()
  expect(patchChannels(before, update(channel('asia', 2), channel('eu', 3)), { isOne: true })).toEqual([
    channel('eu', 3),
  ])
})

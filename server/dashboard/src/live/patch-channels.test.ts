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

test('a channel keeps its latency, which no update has', () => {
  const before = { ...channel('eu', 0), state: { counts: { running: 0 }, callDurations: { p50Ms: 41 } } }
  expect(patchChannels([before as unknown as Channel], update(channel('eu', 3)))).toEqual([
    { ...channel('eu', 3), state: { counts: { running: 3 }, callDurations: { p50Ms: 41 } } },
  ])
})

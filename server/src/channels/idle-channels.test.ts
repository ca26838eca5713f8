import { expect, test } from 'vitest'
import { FakeClock } from '../runtime/testing/fake-clock.ts'
import { IDLE_MS, IdleChannels } from './idle-channels.ts'

function world() {
  const clock = new FakeClock()
  const idle: string[] = []
  return { clock, idle, channels: new IdleChannels({ clock, onIdle: (channel) => idle.push(channel) }) }
}

test('a channel is reported once, when it had no job for long enough', () => {
  const { clock, idle, channels } = world()
  channels.lastJobEnded('a')
  clock.advance(IDLE_MS / 2)
  channels.lastJobEnded('b')
  channels.lastJobEnded('c')
  clock.advance(IDLE_MS / 4)
  channels.lastJobEnded('b')
  clock.advance(IDLE_MS / 4)
  expect(idle).toEqual(['a'])
  clock.advance(IDLE_MS / 2)
  expect(idle).toEqual(['a', 'c'])
  clock.advance(IDLE_MS)
  expect(idle).toEqual(['a', 'c', 'b'])
  clock.advance(10 * IDLE_MS)
  expect(idle).toEqual(['a', 'c', 'b'])
})

test('many channels are reported over several turns, and none after the stop', () => {
  const { clock, idle, channels } = world()
  for (let n = 0; n < 250; n++) channels.lastJobEnded(`shop-${n}`)
  clock.advance(IDLE_MS)
  expect(idle).toHaveLength(100)
  clock.advance(10)
  expect(idle).toHaveLength(200)
  channels.lastJobEnded('late')
  channels.stop()
  channels.lastJobEnded('later')
  clock.advance(10 * IDLE_MS)
  expect(idle).toHaveLength(200)
})

import { describe, expect, test } from 'vitest'
import { Telemetry } from './telemetry.ts'
import { hearEvents } from './testing/heard-events.ts'

function world() {
  const logged: object[] = []
  return { logged, subject: new Telemetry({ error: (fields) => void logged.push(fields) }) }
}

describe('Telemetry', () => {
  test('reports an event to those who listen to its name, in their order', () => {
    const { subject } = world()
    const heard: string[] = []
    subject.on('channel.paused', ({ channel }) => heard.push(`first ${channel}`))
    subject.on('channel.paused', ({ channel }) => heard.push(`second ${channel}`))
    subject.on('channel.resumed', ({ channel }) => heard.push(`other ${channel}`))
    subject.emit('channel.paused', { channel: 'shop' })
    expect(heard).toEqual(['first shop', 'second shop'])
  })

  test('listens while there is a listener of the name', () => {
    const { subject } = world()
    expect(subject.listens('channel.paused')).toBe(false)
    const stops = [subject.on('channel.paused', () => {}), subject.on('channel.paused', () => {})]
    expect(subject.listens('channel.paused')).toBe(true)
    expect(subject.listens('channel.resumed')).toBe(false)
    stops[0]!()
    expect(subject.listens('channel.paused')).toBe(true)
    stops[1]!()
    expect(subject.listens('channel.paused')).toBe(false)
  })

  test('calls the others when one stops listening within an event', () => {
    const { subject } = world()
    let calls = 0
    const stop = subject.on('channel.paused', () => stop())
    subject.on('channel.paused', () => calls++)
    subject.emit('channel.paused', { channel: 'shop' })
    subject.emit('channel.paused', { channel: 'shop' })
    expect(calls).toBe(2)
  })

  test('logs the first error of a listener, and calls the others and it again', () => {
    const { subject, logged } = world()
    let calls = 0
    subject.on('channel.paused', () => {
      calls++
      throw new Error('no disk')
    })
    const heard = hearEvents(subject, 'channel.paused')
    subject.emit('channel.paused', { channel: 'shop' })
    subject.emit('channel.paused', { channel: 'shop' })
    expect(calls).toBe(2)
    expect(heard).toHaveLength(2)
    expect(logged).toEqual([{ event: 'channel.paused', error: 'Error: no disk' }])
  })
})

import { describe, expect, it } from 'vitest'
import { UploadRoom } from './upload-room.ts'

const MIB = 1024 * 1024

describe('UploadRoom', () => {
  it('counts items of all uploads and what is pending, and gives all back', () => {
    let pending = 0
    const room = new UploadRoom({ maxPendingItems: 100, pendingItems: () => pending })
    const [a, b] = [room.enter(), room.enter()]
    a.addItems(60)
    expect(() => b.addItems(41)).toThrow('pending items must be at most 100')
    b.addItems(30)
    pending = 10
    expect(() => b.addItems(1)).toThrow('current value is 100')
    expect(() => a.checkItems(1)).toThrow()
    a.leave()
    a.leave()
    b.addItems(60)
    room.check(0)
    expect(() => room.check(1)).toThrow()
    expect(room.uploads).toBe(1)
  })

  it('counts bytes that are held', () => {
    const room = new UploadRoom({ maxPendingItems: 1, pendingItems: () => 0 })
    const places = Array.from({ length: 16 }, () => room.enter())
    for (const place of places) place.hold(16 * MIB)
    expect(() => room.enter().hold(1)).toThrow('bodies in memory')
    places[0]!.leave()
    room.enter().hold(16 * MIB)
  })
})

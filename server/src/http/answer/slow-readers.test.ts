import { EventEmitter, once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../runtime/testing/fake-clock.ts'
import { SlowReaders } from './slow-readers.ts'

describe('SlowReaders', () => {
  let clock: FakeClock
  let readers: SlowReaders
  let server: Server
  let client: Socket
  let isCut: () => boolean
  let stalledMs: () => number

  beforeEach(async () => {
    clock = new FakeClock()
    readers = new SlowReaders(clock)
    server = createServer((_request, response) => {
      readers.watch(response)
      isCut = () => response.closed
      stalledMs = () => readers.stalledMs(response)
      response.end(Buffer.alloc(64 * 1024 * 1024))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    client = connect((server.address() as AddressInfo).port, '127.0.0.1')
    client.on('error', () => undefined)
    client.pause()
    client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
    await once(server, 'request')
  })
  afterEach(async () => {
    client.destroy()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  /** Lets seconds pass, and the network work in each. */
  async function pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1000)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  it('disconnect a client that takes nothing for 30 s', async () => {
    await pass(20)
    expect(isCut()).toBe(false)
    expect(stalledMs()).toBeGreaterThan(10_000)
    await pass(20)
    expect(isCut()).toBe(true)
    expect(clock.pending).toBe(0)
  })

  it('keep one that reads in time, and check no connection when all is taken', async () => {
    await pass(20)
    client.resume()
    await expect.poll(isCut, { timeout: 10_000 }).toBe(true)
    // The last of it may still be on its way.
    await expect.poll(() => client.bytesRead, { timeout: 10_000 }).toBeGreaterThan(64 * 1024 * 1024)
    expect(clock.pending).toBe(0)
  })

  it('disconnect a client that takes something all the time, but less than 1 KiB a second', () => {
    const secondsUntilCut = (bytesPerSecond: number): number | null => {
      let isDestroyed = false
      const socket = { bytesWritten: 0, writableLength: 1, destroy: () => (isDestroyed = true) }
      readers.watch(Object.assign(new EventEmitter(), { closed: false, socket }) as unknown as ServerResponse)
      for (let second = 1; second <= 300; second++) {
        socket.bytesWritten += bytesPerSecond
        clock.advance(1000)
        if (isDestroyed) return second
      }
      return null
    }
    expect(secondsUntilCut(512)).toBe(60)
    expect(secondsUntilCut(1024)).toBeNull()
  })
})

import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads'

/*
 * Preloaded into a server: collects the garbage of all its threads when it is asked to, and reports what they still hold, as the text of a
 * number of bytes. Served at the address that stands in the file of TEST_MEMORY.
 */

interface Message {
  readonly thread: number
  /** Of the heap and outside of it; null: the thread is asked. */
  readonly bytes: number | null
}

/** A thread that is busy for longer counts with what it held before. */
const PATIENCE_MS = 5000

const channel = new BroadcastChannel('memory of a test')
channel.unref()
const live = new Set<number>()
const bytesOf = new Map<number, number>()

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function held(): number {
  collect()
  // `external` counts buffers that were freed until V8 has swept twice.
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

async function heldByAll(): Promise<number> {
  const asked = new Set(live)
  const answered = new Promise<void>((resolve) => {
    channel.onmessage = ({ data }) => {
      const { thread, bytes } = data as Message
      if (bytes === null) return
      bytesOf.set(thread, bytes)
      asked.delete(thread)
      if (asked.size === 0) resolve()
    }
  })
  channel.postMessage({ thread: threadId, bytes: null } satisfies Message)
  if (asked.size > 0) await Promise.race([answered, sleep(PATIENCE_MS)])
  // What threads gave back may have been the last that held something of this one.
  return [...live].reduce((sum, thread) => sum + (bytesOf.get(thread) ?? 0), held())
}

if (isMainThread) {
  process.on('worker', (worker) => {
    const { threadId: id } = worker
    live.add(id)
    worker.once('exit', () => live.delete(id))
  })
  const server = createServer((_, response) => {
    void heldByAll().then((bytes) => response.end(String(bytes)))
  })
  server.listen(0, '127.0.0.1', () => {
    writeFileSync(process.env['TEST_MEMORY']!, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  })
  server.unref()
} else {
  channel.onmessage = ({ data }) => {
    if ((data as Message).bytes === null) channel.postMessage({ thread: threadId, bytes: held() } satisfies Message)
  }
}

import { Session } from 'node:inspector'
import { BroadcastChannel, isMainThread } from 'node:worker_threads'

/*
 * Loaded into every thread of a server by scripts/walk.ts: notes which of the server's files have functions that are called. Asked by its
 * parent process, the main thread answers with those of all threads since the last time.
 */

/** The calls of a thread. */
export interface CountedCalls {
  /** Relative to `server/src/`. */
  readonly files: readonly string[]
}

/** How long the threads have for their answers: that of the store may sleep for 20 ms. */
const ANSWER_MS = 300

const sources = new URL('../server/src/', import.meta.url).href
const session = new Session()
session.connect()
session.post('Profiler.enable')
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })

const asking = new BroadcastChannel('walk-asking')
const answering = new BroadcastChannel('walk-answering')
asking.onmessage = () => answering.postMessage(takeCounts())
asking.unref()
answering.unref()

if (isMainThread) {
  process.on('message', () => {
    const answers = [takeCounts()]
    answering.onmessage = ({ data }) => void answers.push(data as CountedCalls)
    asking.postMessage(null)
    setTimeout(() => process.send!(answers), ANSWER_MS)
  })
}

function takeCounts(): CountedCalls {
  const files: string[] = []
  session.post('Profiler.takePreciseCoverage', (error, { result }) => {
    if (error !== null) throw error
    for (const { url, functions } of result) {
      if (!url.startsWith(sources)) continue
      // What begins with the file is the file itself, as it is loaded.
      const isCalled = functions.some(({ ranges: [range] }) => range!.count > 0 && range!.startOffset > 0)
      if (isCalled) files.push(url.slice(sources.length))
    }
  })
  return { files }
}

import { flushCompileCache } from 'node:module'
import { FAILPOINT_LISTENER } from '../../server/src/runtime/failpoint.ts'

// Preloaded into a server that runs from source, in each of its threads: ends the process at the failpoint that TEST_FAILPOINT names,
// `<name>@<hit>`, as `kill -9` does. A failpoint lies on one thread, so each thread counts for itself.

/** By then all is loaded. */
const FLUSH_AFTER_MS = 1000

const [name, hit] = (process.env['TEST_FAILPOINT'] ?? '').split('@')
let left = Number(hit)

// Written at an end of one's own, to which this process may never come.
setTimeout(flushCompileCache, FLUSH_AFTER_MS).unref()

Object.assign(globalThis, {
  [Symbol.for(FAILPOINT_LISTENER)](reached: string): void {
    if (reached !== name || --left > 0) return
    process.kill(process.pid, 'SIGKILL')
    for (;;); // nothing follows, not even while the signal is on its way
  },
})

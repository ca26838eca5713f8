import { FAILPOINT_LISTENER } from '../../server/src/runtime/failpoint.ts'

// Preloaded into a server that runs from source, in each of its threads: ends the process at the failpoint it is told in TEST_FAILPOINT,
// `<name>@<hit>`, as `kill -9` does. A failpoint lies on one thread, so each thread counts for itself.

const [name, hit] = (process.env['TEST_FAILPOINT'] ?? '').split('@')
let left = Number(hit)

Object.assign(globalThis, {
  [Symbol.for(FAILPOINT_LISTENER)](reached: string): void {
    if (reached !== name || --left > 0) return
    process.kill(process.pid, 'SIGKILL')
    for (;;); // nothing follows, not even while the signal is on its way
  },
})

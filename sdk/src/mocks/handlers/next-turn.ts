/**
 * Resolves in the next turn of the event loop. A mock that answers within the same one would starve the timers of who asks again and
 * again, as no network does. Not by a timer: a test may have faked those.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}

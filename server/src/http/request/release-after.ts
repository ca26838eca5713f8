import type { ServerResponse } from 'node:http'
import type { Lease } from '../../limits/fair-share.ts'

/**
 * Releases a lease when its request is over: the connection has the answer or is closed, and the work is done.
 * @returns reports that the work is done; a second call does nothing
 */
export function releaseAfter(lease: Lease, response: ServerResponse): () => void {
  let isClosed = response.closed
  let isDone = false
  if (!isClosed) {
    response.once('close', () => {
      isClosed = true
      if (isDone) lease.release()
    })
  }
  return () => {
    isDone = true
    if (isClosed) lease.release()
  }
}

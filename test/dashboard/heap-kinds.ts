import type { CDPSession } from 'playwright-core'

/** Bytes that a page holds, by kind. */
export interface HeapKinds {
  /** Objects, arrays, strings, numbers and closures of the pages. */
  readonly data: number
  /** Compiled code: it grows until everything that runs was compiled. */
  readonly code: number
  /** Of the browser: elements, and what it notes for its own tools (timings of requests, up to 250; bodies of answers while they are watched). */
  readonly native: number
}

interface HeapSnapshot {
  readonly snapshot: {
    readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly [string[]] }
  }
  readonly nodes: readonly number[]
}

/** Takes a snapshot of the heap after a collection: a page's used bytes alone do not tell data from code. */
export async function readHeapKinds(session: CDPSession): Promise<HeapKinds> {
  const chunks: string[] = []
  const onChunk = ({ chunk }: { chunk: string }): void => void chunks.push(chunk)
  session.on('HeapProfiler.addHeapSnapshotChunk', onChunk)
  await session.send('HeapProfiler.collectGarbage')
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  session.off('HeapProfiler.addHeapSnapshotChunk', onChunk)
  const { snapshot, nodes } = JSON.parse(chunks.join('')) as HeapSnapshot
  const { node_fields: fields, node_types: types } = snapshot.meta
  const [type, size] = [fields.indexOf('type'), fields.indexOf('self_size')]
  const kinds = { data: 0, code: 0, native: 0 }
  for (let at = 0; at < nodes.length; at += fields.length) {
    const name = types[0][nodes[at + type]!]!
    kinds[name === 'code' || name === 'native' ? name : 'data'] += nodes[at + size]!
  }
  return kinds
}

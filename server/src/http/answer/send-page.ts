import type { FastifyReply } from 'fastify'
import { TimeSlice } from '../../runtime/time-slice.ts'
import { READ_CACHE_CONTROL } from './json-answer.ts'
import { JsonPieces } from './json-pieces.ts'

/**
 * Answers with a page: `{<name>: [...], nextPageToken?}`. Its bytes are made piece by piece: of 4 MiB at once, the event loop would be
 * held for 10 ms, and the heap would hold the text twice.
 */
export async function sendPage(
  { reply, shareKey }: { readonly reply: FastifyReply; readonly shareKey: string },
  page: { name: string; entries: readonly string[]; nextPageToken: string | null },
): Promise<FastifyReply> {
  const slice = new TimeSlice(shareKey)
  const json = new JsonPieces().text(`{"${page.name}":[`)
  for (const [n, entry] of page.entries.entries()) {
    json.text(n === 0 ? entry : `,${entry}`)
    if (slice.over) await slice.next()
  }
  json.text(page.nextPageToken === null ? ']}' : `],"nextPageToken":${JSON.stringify(page.nextPageToken)}}`)
  return json.send(reply.header('cache-control', READ_CACHE_CONTROL))
}

import type { FastifyReply } from 'fastify'
import { TimeSlice } from '../../runtime/time-slice.ts'

export const JSON_MEDIA_TYPE = 'application/json; charset=utf-8'

/** The `Cache-Control` of reads: only the caller may cache them, and must revalidate each time. */
export const READ_CACHE_CONTROL = 'private, no-cache'

/** From here on bytes are made of a text at once: Node would keep both until the client has taken them. */
const LARGE_TEXT = 64 * 1024

/** Answers with JSON that is serialized already. */
export function sendJsonText(reply: FastifyReply, status: number, json: string): FastifyReply {
  const body = json.length < LARGE_TEXT ? json : Buffer.from(json)
  return reply.code(status).header('content-type', JSON_MEDIA_TYPE).send(body)
}

export function sendJson(reply: FastifyReply, status: number, value: object): FastifyReply {
  return sendJsonText(reply, status, JSON.stringify(value))
}

/**
 * Answers with a page: `{<name>: [...], nextPageToken?}`. Its bytes are made piece by piece: of 4 MiB at once, the event loop would be
 * held for 10 ms, and the heap would hold the text twice.
 */
export async function sendPage(
  { reply, shareKey }: { readonly reply: FastifyReply; readonly shareKey: string },
  page: { name: string; entries: readonly string[]; nextPageToken: string | null },
): Promise<FastifyReply> {
  const slice = new TimeSlice(shareKey)
  const pieces: Buffer[] = []
  let text = `{"${page.name}":[`
  for (const [n, entry] of page.entries.entries()) {
    text += n === 0 ? entry : `,${entry}`
    if (text.length < LARGE_TEXT) continue
    pieces.push(Buffer.from(text))
    text = ''
    if (slice.over) await slice.next()
  }
  text += page.nextPageToken === null ? ']}' : `],"nextPageToken":${JSON.stringify(page.nextPageToken)}}`
  reply.header('cache-control', READ_CACHE_CONTROL).code(200).header('content-type', JSON_MEDIA_TYPE)
  return reply.send(pieces.length === 0 ? text : Buffer.concat([...pieces, Buffer.from(text)]))
}

/** The first entries that fit into a page, at least one; `null` ones are left out. @returns also the place of the last one taken, -1: none */
export function cutPage(texts: readonly string[], maxBytes: number): { entries: string[]; last: number } {
  const entries: string[] = []
  let bytes = 0
  for (const [at, text] of texts.entries()) {
    if (text === 'null') continue
    bytes += text.length
    if (bytes > maxBytes && entries.length > 0) return { entries, last: at - 1 }
    entries.push(text)
  }
  return { entries, last: texts.length - 1 }
}

/** Serializes many values without holding the event loop. */
export async function serializeAll(values: readonly unknown[], shareKey: string): Promise<string[]> {
  const slice = new TimeSlice(shareKey)
  const texts: string[] = []
  for (const value of values) {
    texts.push(JSON.stringify(value))
    if (slice.over) await slice.next()
  }
  return texts
}

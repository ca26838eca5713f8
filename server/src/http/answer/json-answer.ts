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

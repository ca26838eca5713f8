import type { IncomingMessage, ServerResponse } from 'node:http'
import { escapedForHtml } from './planted-secrets.ts'

/** A call as it arrived at the target system. */
export interface ArrivedCall {
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly subscription: string | null
}

/** Notes a call, and repeats all of it, as a result, as an error in JSON and as a page of HTML, by the item's id. */
export function repeatCall(
  request: IncomingMessage,
  response: ServerResponse,
  { body, arrived }: { readonly body: string; readonly arrived: ArrivedCall[] },
): void {
  const said = `${request.method} ${request.url} ${JSON.stringify(request.headers)} ${body}`
  const { items = [], subscription = null } = parsedCall(body)
  arrived.push({ url: request.url!, headers: request.headers, subscription })
  const id = items[0]?.id ?? ''
  response.setHeader('x-seen', encodeURIComponent(said).slice(0, 4000))
  if (id.startsWith('page'))
    response.writeHead(500, { 'content-type': 'text/html' }).end(`<p>${escapedForHtml(said)}</p>`)
  else if (id.startsWith('json')) {
    response.writeHead(422, { 'content-type': 'application/json' }).end(JSON.stringify({ seen: request.headers, said }))
  } else {
    const result = { seen: request.headers, url: request.url, said }
    const results = items.map(({ index }) => ({
      index,
      outcome: id.startsWith('fail') ? 'failed' : 'succeeded',
      result,
    }))
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results, result }))
  }
}

/** The members of a call's body that are looked at; none of a body that is not JSON. */
export function parsedCall(body: string): { items?: { id: string; index: number }[]; subscription?: string } {
  try {
    return JSON.parse(body) as { items?: { id: string; index: number }[] }
  } catch {
    return {}
  }
}

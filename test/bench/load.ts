import { request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** How the items of a run are spread over partition keys; null: every item has a key of its own (the default). */
export type Keys = number | null

export const ITEMS_PER_REQUEST = 20_000

export interface LinesOptions {
  readonly keys: Keys
  /** The first line; null: items only. */
  readonly envelope: object | null
  /** @default ITEMS_PER_REQUEST */
  readonly items?: number
}

/** One piece of NDJSON: small product updates, about 170 bytes each, numbered on from those of the pieces before. */
export function ndjsonBody(part: number, { keys, envelope, items = ITEMS_PER_REQUEST }: LinesOptions): Buffer {
  const lines = envelope === null ? [] : [JSON.stringify(envelope)]
  for (let n = 0; n < items; n++) {
    const number = part * items + n
    lines.push(
      JSON.stringify({
        id: `sku-${number}`,
        ...(keys !== null && { partitionKey: `key-${number % keys}` }),
        data: {
          name: `Product number ${number}`,
          price: 1990 + (number % 1000),
          currency: 'EUR',
          stock: number % 500,
          tags: ['new', 'sale'],
        },
      }),
    )
  }
  return Buffer.from(`${lines.join('\n')}\n`)
}

/** One job of any size, made while it is sent. @param options.from items of jobs before, a multiple of 20,000 */
export function* ndjsonPieces(
  items: number,
  { envelope, keys = null, from = 0 }: { envelope: object; keys?: Keys; from?: number },
): Generator<Buffer> {
  for (let part = 0; part * ITEMS_PER_REQUEST < items; part++) {
    const here = Math.min(ITEMS_PER_REQUEST, items - part * ITEMS_PER_REQUEST)
    yield ndjsonBody(from / ITEMS_PER_REQUEST + part, { keys, envelope: part === 0 ? envelope : null, items: here })
  }
}

/** Posts a body and gives back status and answer. */
export function post(
  url: string,
  body: Buffer | Iterable<Buffer>,
  headers: Record<string, string>,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const length = Buffer.isBuffer(body) ? { 'content-length': body.length } : {}
    const call = request(url, { method: 'POST', headers: { ...headers, ...length } }, (response) => {
      let answer = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (answer += chunk))
      response.on('end', () => {
        resolve({ status: response.statusCode!, body: answer })
      })
      response.on('error', reject)
    })
    call.on('error', reject)
    if (Buffer.isBuffer(body)) call.end(body)
    else pipeline(Readable.from(body), call).catch(reject)
  })
}

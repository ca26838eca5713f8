import { request } from 'node:http'

/** How the items of a run are spread over partition keys; null: every item has a key of its own (the default). */
export type Keys = number | null

export const ITEMS_PER_REQUEST = 20_000

/** One NDJSON body of `ITEMS_PER_REQUEST` small product updates, about 170 bytes each. */
export function ndjsonBody(part: number, options: { keys: Keys; envelope: object | null }): Buffer {
  const lines = options.envelope === null ? [] : [JSON.stringify(options.envelope)]
  for (let n = 0; n < ITEMS_PER_REQUEST; n++) {
    const number = part * ITEMS_PER_REQUEST + n
    lines.push(
      JSON.stringify({
        id: `sku-${number}`,
        ...(options.keys !== null && { partitionKey: `key-${number % options.keys}` }),
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

/** Posts a body and gives back status and answer. */
export function post(
  url: string,
  body: Buffer,
  headers: Record<string, string>,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      { method: 'POST', headers: { ...headers, 'content-length': body.length } },
      (response) => {
        let answer = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (answer += chunk))
        response.on('end', () => {
          resolve({ status: response.statusCode!, body: answer })
        })
        response.on('error', reject)
      },
    )
    call.on('error', reject)
    call.end(body)
  })
}

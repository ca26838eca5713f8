import type { FastifyReply } from 'fastify'
import type { ShownItem } from '../../progress/shown-item.ts'
import { JsonPieces } from './json-pieces.ts'

/**
 * JSON with the items' data in it as they were sent: stored bytes go out as they are, neither parsed nor written again, and numbers
 * that no reader keeps (beyond 2^53) stay what they were.
 */
export class ItemsJson {
  readonly #pieces = new JsonPieces()

  text(json: string): this {
    this.#pieces.text(json)
    return this
  }

  item({ item, data, replacedData }: ShownItem): this {
    if (replacedData !== undefined) return this.#replacedItem(item, data ?? null, replacedData)
    const json = JSON.stringify(item)
    if (data === undefined) return this.text(json)
    this.text(`${json.slice(0, -1)},"data":`)
    return this.#data(data).text('}')
  }

  /** The same with the data that was replaced, in the log. */
  #replacedItem(
    { log = [], ...item }: ShownItem['item'],
    data: Uint8Array | null,
    replacedData: NonNullable<ShownItem['replacedData']>,
  ): this {
    this.text(`${JSON.stringify(item).slice(0, -1)},"data":`)
      .#data(data)
      .text(',"log":[')
    for (const [n, { replaced, ...call }] of log.entries()) {
      const json = `${n === 0 ? '' : ','}${JSON.stringify(call)}`
      if (replaced === undefined) this.text(json)
      else {
        this.text(`${json.slice(0, -1)},"replaced":${JSON.stringify(replaced).slice(0, -1)},"data":`)
        this.#data(replacedData.get(call.attempt) ?? null).text('}}')
      }
    }
    return this.text(']}')
  }

  #data(data: Uint8Array | null): this {
    if (data === null) return this.text('null')
    this.#pieces.bytes(data)
    return this
  }

  /** Answers with it, as fast as the client takes it when it is long. */
  send(reply: FastifyReply): FastifyReply {
    return this.#pieces.send(reply)
  }
}

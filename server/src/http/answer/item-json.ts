import type { OperationId } from '@waybill/spec'
import type { FastifyReply } from 'fastify'
import type { ShownItem } from '../../progress/shown-item.ts'
import { JSON_MEDIA_TYPE } from './json-answer.ts'
import type { Call } from '../operation-handler.ts'
import { sendStream } from './stream-answer.ts'

/** Answers are written in pieces of about this size; a shorter one goes out at once. */
const PIECE_BYTES = 64 * 1024

/**
 * JSON with the items' data in it as they were sent: stored bytes go out as they are, neither parsed nor written again, and numbers
 * that no reader keeps (beyond 2^53) stay what they were.
 */
export class ItemsJson {
  readonly #buffers: Buffer[] = []
  #bytes = 0

  get byteLength(): number {
    return this.#bytes
  }

  text(json: string): this {
    return this.#add(Buffer.from(json))
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
    return data === null ? this.text('null') : this.#add(data)
  }

  /** Answers with it, as fast as the client takes it when it is long. */
  send(call: Pick<Call<OperationId, 'logger'>, 'ports' | 'request' | 'reply'>, status = 200): FastifyReply {
    const reply = call.reply.code(status).header('content-type', JSON_MEDIA_TYPE)
    if (this.#bytes <= PIECE_BYTES) return reply.send(Buffer.concat(this.#buffers))
    return sendStream({ ...call, reply: reply.header('content-length', this.#bytes) }, pieces(this.#buffers))
  }

  #add(bytes: Uint8Array): this {
    this.#buffers.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    this.#bytes += bytes.byteLength
    return this
  }
}

/** Short buffers put together, long ones as they are. */
async function* pieces(buffers: readonly Buffer[]): AsyncGenerator<Buffer> {
  let held: Buffer[] = []
  let bytes = 0
  for (const buffer of buffers) {
    if (bytes + buffer.length > PIECE_BYTES && bytes > 0) {
      yield await Promise.resolve(Buffer.concat(held))
      held = []
      bytes = 0
    }
    held.push(buffer)
    bytes += buffer.length
  }
  yield Buffer.concat(held)
}

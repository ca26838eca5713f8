import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** Type and length of a message. */
const HEAD_BYTES = 5
const PARSE = 'P'.charCodeAt(0)

/** A way to a database that notes the text of every statement on it, as PostgreSQL's protocol says it (`Parse`). */
export class StatementRecorder {
  readonly texts = new Set<string>()
  readonly #server: Server
  readonly #target: URL
  readonly #sockets = new Set<Socket>()

  private constructor(databaseUrl: string) {
    this.#target = new URL(databaseUrl)
    this.#server = createServer((client) => this.#forward(client))
  }

  static async start(databaseUrl: string): Promise<StatementRecorder> {
    const recorder = new StatementRecorder(databaseUrl)
    await new Promise<void>((resolve) => recorder.#server.listen(0, '127.0.0.1', resolve))
    return recorder
  }

  /** The URL of the database by this way. */
  get url(): string {
    const url = new URL(this.#target)
    url.hostname = '127.0.0.1'
    url.port = String((this.#server.address() as AddressInfo).port)
    return url.href
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #forward(client: Socket): void {
    const database = connect(Number(this.#target.port), this.#target.hostname)
    for (const [one, other] of [
      [client, database],
      [database, client],
    ] as const) {
      this.#sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        this.#sockets.delete(one)
        other.destroy()
      })
    }
    let left: Buffer = Buffer.alloc(0)
    let isFirst = true
    client.on('data', (bytes: Buffer) => {
      database.write(bytes)
      left = Buffer.concat([left, bytes])
      // The first message has no type.
      if (isFirst && left.length >= 4 && left.length >= left.readUInt32BE(0)) {
        left = left.subarray(left.readUInt32BE(0))
        isFirst = false
      }
      if (!isFirst) left = this.#read(left)
    })
    database.on('data', (bytes: Buffer) => client.write(bytes))
  }

  /** @returns the beginning of a message that is not whole yet */
  #read(bytes: Buffer): Buffer {
    let at = 0
    while (bytes.length - at >= HEAD_BYTES) {
      const end = at + 1 + bytes.readUInt32BE(at + 1)
      if (end > bytes.length) break
      if (bytes[at] === PARSE) {
        const text = bytes.indexOf(0, at + HEAD_BYTES) + 1
        this.texts.add(bytes.toString('utf8', text, bytes.indexOf(0, text)))
      }
      at = end
    }
    return bytes.subarray(at)
  }
}

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

interface Connection {
  /** The first message, of the client: says how the connection is named. */
  greeting: string | null
}

/** A network between one server and its database: slow, cut, silent, or broken off inside a message. */
export class FaultyNetwork {
  readonly #server: Server
  readonly #targetPort: number
  readonly #sockets = new Set<Socket>()
  #delayMs = 0
  /** Resolves when what is sent arrives again; null: it does. */
  #silence: { readonly name: string; readonly over: Promise<void>; readonly end: () => void } | null = null
  /** The next message to the database arrives by half. */
  #breaks = false

  private constructor(targetPort: number) {
    this.#targetPort = targetPort
    this.#server = createServer((client) => this.#join(client))
  }

  /** @param targetPort of the database, on this machine */
  static async start(targetPort: number): Promise<FaultyNetwork> {
    const network = new FaultyNetwork(targetPort)
    await new Promise<void>((resolve) => network.#server.listen(0, '127.0.0.1', resolve))
    return network
  }

  /** The URL of a database, through this network. */
  through(databaseUrl: string): string {
    const url = new URL(databaseUrl)
    url.port = String((this.#server.address() as AddressInfo).port)
    return url.href
  }

  /** From now on everything arrives so much later. @param ms 0: at once */
  delay(ms: number): void {
    this.#delayMs = ms
  }

  /** Ends all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /**
   * Nothing arrives, and nothing ends, until `speak`: then it arrives, though its sender may have given it up.
   * @param name of the only connections that it happens to, as they report it to the database @default all
   */
  fallSilent(name = ''): void {
    if (this.#silence !== null) return
    let end = (): void => {}
    const over = new Promise<void>((resolve) => (end = resolve))
    this.#silence = { name, over, end }
  }

  speak(): void {
    this.#silence?.end()
    this.#silence = null
  }

  /** The first half of the next message to the database arrives, then its connection ends. */
  breakMessage(): void {
    this.#breaks = true
  }

  /** All is as it should be. */
  heal(): void {
    this.delay(0)
    this.speak()
    this.#breaks = false
  }

  async close(): Promise<void> {
    this.speak()
    this.cut()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join(client: Socket): void {
    const database = connect(this.#targetPort, '127.0.0.1')
    for (const socket of [client, database]) {
      this.#sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => this.#sockets.delete(socket))
    }
    const end = (): void => {
      client.destroy()
      database.destroy()
    }
    const connection: Connection = { greeting: null }
    this.#carry(client, database, connection).then(end, end)
    this.#carry(database, client, connection).then(end, end)
  }

  async #carry(from: Socket, to: Socket, connection: Connection): Promise<void> {
    let isAsking = false
    for await (const chunk of from as AsyncIterable<Buffer>) {
      if (connection.greeting === null) {
        connection.greeting = chunk.toString('latin1')
        isAsking = true
      }
      if (this.#delayMs > 0) await sleep(this.#delayMs)
      if (this.#silence !== null && connection.greeting.includes(this.#silence.name)) await this.#silence.over
      if (isAsking && this.#breaks) {
        this.#breaks = false
        to.end(chunk.subarray(0, Math.ceil(chunk.length / 2)))
        await once(to, 'finish')
        return
      }
      if (!to.write(chunk)) await Promise.race([once(to, 'drain'), once(to, 'close')])
    }
  }
}

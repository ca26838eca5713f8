import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** A network between a server and its database that fails as configured. */
export class PostgresProxy {
  readonly #server: Server
  readonly #target: URL
  readonly #sockets = new Set<Socket>()
  #losing: readonly { readonly text: string; readonly onLost: () => void }[] = []
  #away = false
  /** Messages with this text are held in the network; null: none. */
  #held: { readonly text: string; readonly messages: (() => void)[]; readonly givesUp: boolean } | null = null
  #ending: { readonly text: string; readonly onEnd: () => void } | null = null

  private constructor(databaseUrl: string) {
    this.#target = new URL(databaseUrl)
    this.#server = createServer((client) => this.#forward(client))
  }

  static async start(databaseUrl: string): Promise<PostgresProxy> {
    const proxy = new PostgresProxy(databaseUrl)
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  /** The URL of the database, through this proxy. */
  get url(): string {
    const url = new URL(this.#target)
    url.hostname = '127.0.0.1'
    url.port = String((this.#server.address() as AddressInfo).port)
    return url.href
  }

  /** Loses the answer to the next transaction in which this text is: it is carried out, and its connection ends. Resolves then. */
  loseAnswer(text: string): Promise<void> {
    return new Promise((onLost) => (this.#losing = [...this.#losing, { text, onLost }]))
  }

  /** Ends the next connection on which this text is asked: the database does not get it. Resolves then. */
  endBefore(text: string): Promise<void> {
    return new Promise((resolve) => (this.#ending = { text, onEnd: resolve }))
  }

  /**
   * Keeps each message with this text in the network, also when its sender gives its connection up.
   * @param options.givesUp its sender finds the connection lost at once
   * @returns how to let them arrive, late
   */
  hold(text: string, { givesUp = false } = {}): { readonly count: () => number; readonly release: () => void } {
    const held = { text, messages: [] as (() => void)[], givesUp }
    this.#held = held
    return {
      count: () => held.messages.length,
      release: () => {
        this.#held = null
        for (const deliver of held.messages) deliver()
      },
    }
  }

  /** The database cannot be reached any more, until `comeBack`. */
  goAway(): void {
    this.#away = true
    for (const socket of this.#sockets) socket.destroy()
  }

  comeBack(): void {
    this.#away = false
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #forward(client: Socket): void {
    if (this.#away) {
      client.destroy()
      return
    }
    const database = connect(Number(this.#target.port), this.#target.hostname)
    let onLost: (() => void) | null = null
    let isHeld = false
    for (const [one, other] of [
      [client, database],
      [database, client],
    ] as const) {
      this.#sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        this.#sockets.delete(one)
        // What is held on it is delivered yet.
        if (!(one === client && isHeld)) other.destroy()
      })
    }
    client.on('data', (asked: Buffer) => {
      const losing = this.#losing.find(({ text }) => asked.includes(text))
      if (losing !== undefined) {
        onLost = losing.onLost
        this.#losing = this.#losing.filter((one) => one !== losing)
      }
      if (this.#ending !== null && asked.includes(this.#ending.text)) {
        client.destroy()
        this.#ending.onEnd()
        this.#ending = null
        return
      }
      if (this.#held !== null && (isHeld || asked.includes(this.#held.text))) {
        isHeld = true
        this.#held.messages.push(() => {
          database.write(asked)
          if (client.destroyed) database.end()
        })
        if (this.#held.givesUp) client.destroy()
        return
      }
      database.write(asked)
    })
    database.on('data', (answer: Buffer) => {
      if (onLost === null) client.write(answer)
      else if (answer.includes('COMMIT\0')) {
        client.destroy()
        onLost()
      }
    })
  }
}

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, TLSSocket } from 'node:tls'

export interface RawAnswer {
  readonly status: number
  /** By name in lower case; of a repeated one the last. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** How long an answer may take: whoever gets none by then has found a fault. */
const ANSWER_TIMEOUT_MS = 45_000
const CRLF = '\r\n'

/** A connection, of https with TLS and any certificate, for what no HTTP client would send: bytes out, HTTP answers in. */
export class RawConnection {
  readonly socket: Socket
  /** The server has sent 100 at some time: the body may follow. */
  saidContinue = false
  #received = Buffer.alloc(0)
  #arrived: Buffer[] = []
  #over = false
  #notify: () => void = () => undefined

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (bytes: Buffer) => {
      this.#arrived.push(bytes)
      this.#notify()
    })
    // A server that cuts the connection is what many tests want to see.
    socket.on('error', () => undefined)
    socket.on('end', () => this.#finish())
    socket.on('close', () => this.#finish())
  }

  /** @param from another address of this machine, such as 127.0.0.2: another caller */
  static async open(url: string, from?: string): Promise<RawConnection> {
    const { hostname, port, protocol } = new URL(url)
    const options = {
      ...{ host: hostname, port: Number(port), allowHalfOpen: true, noDelay: true },
      ...(from !== undefined && { localAddress: from }),
    }
    const isSecure = protocol === 'https:'
    const socket = isSecure ? connectTls({ ...options, rejectUnauthorized: false }) : connect(options)
    await once(socket, isSecure ? 'secureConnect' : 'connect')
    return new RawConnection(socket)
  }

  /** The server has closed its side, or broken the connection. */
  get over(): boolean {
    return this.#over
  }

  /** Bytes received and not yet read as an answer. */
  get unread(): Buffer {
    if (this.#arrived.length > 0) this.#received = Buffer.concat([this.#received, ...this.#arrived.splice(0)])
    return this.#received
  }

  /** Sends bytes; resolves when the kernel took them, or the connection is gone. */
  send(bytes: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.destroyed) setImmediate(resolve)
      else this.socket.write(bytes, () => resolve())
    })
  }

  /** Sends a request's head. A header whose value is a list is repeated. */
  sendHead(request: string, headers: Readonly<Record<string, string | readonly string[]>> = {}): Promise<void> {
    const lines = Object.entries({ host: 'localhost', ...headers }).flatMap(([name, values]) =>
      [values].flat().map((value) => `${name}: ${value}${CRLF}`),
    )
    return this.send(`${request} HTTP/1.1${CRLF}${lines.join('')}${CRLF}`)
  }

  /** Sends one chunk of a chunked body. */
  sendChunk(bytes: string | Uint8Array): Promise<void> {
    const buffer = Buffer.from(bytes)
    return this.send(Buffer.concat([Buffer.from(buffer.length.toString(16) + CRLF), buffer, Buffer.from(CRLF)]))
  }

  /** The next answer, whole. 1xx are passed over. @throws Error when the connection ends before */
  async answer(): Promise<RawAnswer> {
    for (;;) {
      const head = await this.#until(() => this.unread.indexOf(CRLF + CRLF), 'the head of an answer')
      const [statusLine = '', ...lines] = this.#take(head + 4)
        .toString('latin1')
        .trimEnd()
        .split(CRLF)
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1])
      if (!Number.isInteger(status)) throw new Error(`Cannot read an answer as its first line is ${statusLine}`)
      if (status < 200) {
        this.saidContinue ||= status === 100
        continue
      }
      const headers = Object.fromEntries(
        lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
      )
      return { status, headers, body: await this.#body(status, headers) }
    }
  }

  /** Resolves when the server has closed its side, or broken the connection. */
  async closed(timeoutMs = ANSWER_TIMEOUT_MS): Promise<void> {
    const deadlineMs = performance.now() + timeoutMs
    while (!this.#over) await this.#change(deadlineMs, 'the end of the connection')
  }

  /** Breaks the connection off at once (without TLS by RST). */
  break(): void {
    if (this.socket instanceof TLSSocket) this.socket.destroy()
    else this.socket.resetAndDestroy()
  }

  async #body(status: number, headers: Readonly<Record<string, string>>): Promise<string> {
    if (status === 204 || status === 304) return ''
    if (headers['transfer-encoding'] === 'chunked') return this.#chunkedBody()
    const length = Number(headers['content-length'] ?? 0)
    await this.#until(() => (this.unread.length >= length ? 0 : -1), `a body of ${length} bytes`)
    return this.#take(length).toString()
  }

  async #chunkedBody(): Promise<string> {
    const chunks: Buffer[] = []
    for (;;) {
      const end = await this.#until(() => this.unread.indexOf(CRLF), 'the size of a chunk')
      const size = Number.parseInt(this.#take(end + 2).toString('latin1'), 16)
      await this.#until(() => (this.unread.length >= size + 2 ? 0 : -1), `a chunk of ${size} bytes`)
      chunks.push(this.#take(size + 2).subarray(0, size))
      if (size === 0) return Buffer.concat(chunks).toString()
    }
  }

  #take(length: number): Buffer {
    const taken = this.unread.subarray(0, length)
    this.#received = this.#received.subarray(length)
    return taken
  }

  async #until(find: () => number, what: string): Promise<number> {
    const deadlineMs = performance.now() + ANSWER_TIMEOUT_MS
    for (;;) {
      const found = find()
      if (found >= 0) return found
      if (this.#over) throw new Error(`Cannot get ${what} as the connection is over: got ${this.unread.toString()}`)
      await this.#change(deadlineMs, what)
    }
  }

  #change(deadlineMs: number, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`Cannot wait longer for ${what}: got ${this.unread.subarray(0, 1000).toString()}`)),
        deadlineMs - performance.now(),
      )
      this.#notify = () => {
        clearTimeout(timer)
        this.#notify = () => undefined
        resolve()
      }
    })
  }

  #finish(): void {
    this.#over = true
    this.#notify()
  }
}

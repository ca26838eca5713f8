import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/*
 * One request at a time on each connection. Node parses everything that a read brings, some 1,500 requests, hands all of them on and
 * keeps their answers until the client takes them. Here the next request is not read before the one ahead is answered and its answer
 * has left for the network, so that a connection costs one request and one answer, however many requests it sends.
 *
 * A few bytes in between are held here, the others stay in the socket, whose buffer fills: the client has to wait. Whoever sends one
 * request after the other, as almost every client does, meets none of this.
 */

const END_OF_HEAD = Buffer.from('\r\n\r\n')
/**
 * A read is handed to the parser up to the end of each head, and no further than one at first. From the 17th on it is at least a KiB,
 * as a body may consist of nothing but such ends: this bounds the number of steps, and what is parsed too early is a few requests.
 */
const EXACT_STEPS = 16
const COARSE_STEP_BYTES = 1024
/** Up to here the socket is read further than the parser may see: only a socket that is read says that the client is gone. */
const HELD_BYTES = 16 * 1024
/** Connections whose next request is read in one round of the event loop: those behind wait for the next, and new ones come between. */
const CONNECTIONS_PER_ROUND = 8

/** What Node keeps of a connection, beside its public members: `lib/_http_server.js`. */
type HttpSocket = Socket & { readonly parser?: object | null; readonly _paused?: boolean }

/** The order of the requests of each connection of a server. */
export class RequestTurns {
  readonly #connections = new WeakMap<Socket, Connection>()
  readonly #ready: Connection[] = []

  /** Watches over connections that are made from now on. @param server of HTTP/1, with or without TLS */
  constructor(server: Server) {
    const onConnection = (socket: HttpSocket): void => {
      const connection = Connection.of(socket, (ready) => {
        if (this.#ready.push(ready) === 1) setImmediate(this.#round)
      })
      if (connection !== null) this.#connections.set(socket, connection)
    }
    server.on('connection', onConnection)
    server.on('secureConnection', onConnection)
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#connections.get(request.socket)?.add(request, response)
    })
  }

  /** Resolves when all requests ahead are answered: true; false when the connection is over before. Null: nothing is ahead. */
  turnOf(response: ServerResponse): Promise<boolean> | null {
    const connection = this.#connections.get(response.req.socket)
    return connection === undefined ? null : connection.turnOf(response)
  }

  /** Whether a connection has sent more requests than this one. */
  isPipelined(response: ServerResponse): boolean {
    return this.#connections.get(response.req.socket)?.holdsBack === true
  }

  readonly #round = (): void => {
    for (const connection of this.#ready.splice(0, CONNECTIONS_PER_ROUND)) connection.readOn()
    if (this.#ready.length > 0) setImmediate(this.#round)
  }
}

class Connection {
  readonly #socket: HttpSocket
  /** Node's own reader: it parses all it gets at once. */
  readonly #parse: (bytes: Buffer) => void
  readonly #onReady: (connection: Connection) => void
  /** Requests that are not answered, or whose answers have not left: the first one is being carried out. */
  readonly #inFlight: { readonly response: ServerResponse; start: (mayStart: boolean) => void }[] = []
  #newest: IncomingMessage | null = null
  /** Bytes of the newest request's body that the parser has not seen, where its head said how many there are: no head is looked for in them. */
  #bodyBytesLeft = 0
  /** What was read and may not be parsed now. */
  #held: Buffer[] = []
  #heldBytes = 0
  #isReady = false

  /** Null: nothing reads HTTP from this socket. */
  static of(socket: HttpSocket, onReady: (connection: Connection) => void): Connection | null {
    const parse = socket.listeners('data')[0] as ((bytes: Buffer) => void) | undefined
    if (parse === undefined || socket.parser == null) return null
    const connection = new Connection(socket, parse, onReady)
    socket.on('data', connection.#receive)
    socket.off('data', parse)
    // Node goes on by itself where it stopped for an answer that did not leave.
    socket.on('resume', connection.#becomeReady)
    return connection
  }

  private constructor(socket: HttpSocket, parse: (bytes: Buffer) => void, onReady: (connection: Connection) => void) {
    this.#socket = socket
    this.#parse = parse
    this.#onReady = onReady
  }

  /** A request was read. */
  add(request: IncomingMessage, response: ServerResponse): void {
    if (this.#inFlight.some((other) => other.response === response)) return // it waited for its 100 Continue
    this.#newest = request
    this.#bodyBytesLeft = 0
    this.#inFlight.push({ response, start: () => undefined })
    response.once('close', () => {
      this.#leave(response)
    })
  }

  turnOf(response: ServerResponse): Promise<boolean> | null {
    const place = this.#inFlight.find((other) => other.response === response)
    if (place === undefined || place === this.#inFlight[0]) return null
    return new Promise((resolve) => {
      place.start = resolve
    })
  }

  /** More was sent than may be parsed now. */
  get holdsBack(): boolean {
    return this.#heldBytes > 0
  }

  /** Goes on with what was held back. */
  readOn(): void {
    this.#isReady = false
    if (!this.#isOpen || !this.#mayRead) return
    const [first, ...others] = this.#held
    this.#held = []
    this.#heldBytes = 0
    if (first !== undefined) this.#read(others.length === 0 ? first : Buffer.concat([first, ...others]))
    if (this.#heldBytes < HELD_BYTES && this.#socket.isPaused() && this.#socket._paused !== true) this.#socket.resume()
  }

  get #isOpen(): boolean {
    return this.#socket.writable && !this.#socket.destroyed
  }

  /** Whether the parser may get more: the body of the newest request, or a new one when none is in flight. */
  get #mayRead(): boolean {
    // Node's own mark, for answers beyond its buffer; it takes it back by itself, and must get nothing before.
    if (this.#socket._paused === true) return false
    return this.#inFlight.length === 0 || this.#newest?.complete === false
  }

  readonly #receive = (bytes: Buffer): void => {
    if (this.holdsBack) this.#hold(bytes)
    else this.#read(bytes)
  }

  /** Hands bytes to the parser, a request at a time. */
  #read(bytes: Buffer): void {
    for (let at = 0, steps = 0; at < bytes.length; steps++) {
      if (!this.#mayRead) {
        this.#hold(bytes.subarray(at))
        return
      }
      const before = this.#newest
      const end = this.#endOfStep(bytes, { at, steps })
      this.#parse(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end))
      // A step that ends with a head: what follows is its body.
      if (this.#newest !== before && END_OF_HEAD.equals(bytes.subarray(end - END_OF_HEAD.length, end)))
        this.#bodyBytesLeft = bodyBytesOf(this.#newest!)
      at = end
      if (this.#socket.parser == null && !this.#socket.destroyed) {
        // It speaks another protocol now (`Upgrade`).
        this.#socket.off('data', this.#receive)
        if (at < bytes.length) this.#socket.unshift(bytes.subarray(at))
        return
      }
      // Refused: what follows is for nobody.
      if (!this.#isOpen) return
    }
  }

  /** How far the parser may see. */
  #endOfStep(bytes: Buffer, { at, steps }: { at: number; steps: number }): number {
    if (this.#bodyBytesLeft > 0) {
      const end = Math.min(bytes.length, at + this.#bodyBytesLeft)
      this.#bodyBytesLeft -= end - at
      return end
    }
    const found = bytes.indexOf(END_OF_HEAD, at + (steps < EXACT_STEPS ? 0 : COARSE_STEP_BYTES))
    return found === -1 ? bytes.length : found + END_OF_HEAD.length
  }

  #hold(bytes: Buffer): void {
    this.#held.push(bytes)
    this.#heldBytes += bytes.length
    if (this.#heldBytes >= HELD_BYTES) this.#socket.pause()
  }

  readonly #becomeReady = (): void => {
    if (this.#isReady || !this.holdsBack || !this.#mayRead) return
    this.#isReady = true
    this.#onReady(this)
  }

  #leave(response: ServerResponse): void {
    const at = this.#inFlight.findIndex((other) => other.response === response)
    const [place] = this.#inFlight.splice(at, 1)
    place?.start(false) // it is gone before it began
    const next = this.#inFlight[0]
    if (next === undefined) this.#becomeReady()
    else if (at === 0) next.start(this.#isOpen)
  }
}

/** The length of a body that its head tells; 0: none, or it is sent in chunks. */
function bodyBytesOf({ headers }: IncomingMessage): number {
  const length = Number(headers['content-length'])
  return headers['transfer-encoding'] === undefined && Number.isSafeInteger(length) ? length : 0
}

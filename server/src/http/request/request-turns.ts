import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { CallerRing } from './caller-ring.ts'

/*
 * One request at a time on each connection. Node parses everything that a read brings, some 3,000 requests, emits all of them and
 * keeps their answers until the client takes them. Here its parser stops behind the head of the request that arrives while another one
 * is not answered, or its answer has not been written to the network: a connection costs one request, one answer, and a read of bytes.
 *
 * The parser continues to read from the network by itself, without its bytes passing through JavaScript. A client that sends one request after
 * the other, as almost every client does, is not affected.
 */

/** The value that stops the parser behind a head (`HPE_PAUSED` of llhttp): `onIncoming` returns it in place of 0. */
const STOP = 21
/** Up to here the socket is read further than the parser: only a socket that is read reports that the client is gone. */
const HELD_BYTES = 16 * 1024
/** Requests of one caller that have waited behind others of their connections, and are being carried out: the next begins when one has its answer. */
const MAX_OF_CALLER = 8
/** One that has no answer after this time waits for something itself, ms: it counts no longer. */
const AT_WORK_MS = 1000

/** The result of a run of the parser: the bytes that it has parsed, also if it was stopped. */
type Run = number | (Error & { readonly bytesParsed?: number })

/**
 * Internal members of a connection of Node: `lib/_http_server.js`, `src/node_http_parser.cc`. No documented way stops the
 * parser behind a head. A pause of the socket, also Node's own for a flood of pipelined requests, comes "after the call to execute"
 * (`parserOnIncoming`): when all requests of the read were emitted. `maxRequestsPerSocket` counts those of the whole connection, and answers
 * 503. A stream of our own that is passed to the server with the event `connection` would have to find the ends of requests by itself, and
 * would take every byte through JavaScript, which was measured (decisions/0017).
 */
interface Parser {
  /** Whether it reads from the network by itself. */
  readonly _consumed: boolean
  /** Called with a head that was parsed: makes an answer for it and emits both. */
  onIncoming: (request: IncomingMessage, keepAlive: boolean) => number
  /** Runs over bytes as over those of the network. */
  execute(bytes: Buffer): Run
  /** Takes a stop back. */
  resume(): void
  /** A copy of the bytes of the run that has just ended. */
  getCurrentBuffer(): Buffer
  /** By number: called when a run over bytes of the network has ended. */
  [onExecute: number]: (run: Run) => void
}
type HttpSocket = Socket & { readonly parser?: Parser | null; readonly _httpMessage?: ServerResponse | null }
type HttpRequest = IncomingMessage & { readonly upgrade: boolean }

interface Head {
  readonly request: HttpRequest
  readonly keepAlive: boolean
}

/**
 * The order of the requests of a server: those of a connection one after another. The first of a connection starts at once; those behind it
 * start one in a turn of the event loop, and callers take turns.
 */
export class RequestTurns {
  readonly #connections = new WeakMap<Socket, Connection>()
  readonly #waiting = new CallerRing<Connection>()
  /** By caller: requests that have waited, and are being carried out. */
  readonly #atWork = new Map<string, number>()
  /** A round is to come. */
  #isDue = false

  /** Watches over connections that are made from now on. @param server of HTTP/1, with or without TLS */
  constructor(server: Server) {
    const onConnection = (socket: HttpSocket): void => {
      // Otherwise nothing reads HTTP from it, or it is no connection of the network.
      if (socket.parser?._consumed === true)
        this.#connections.set(socket, new Connection(socket, socket.parser, this.#add))
    }
    server.on('connection', onConnection)
    server.on('secureConnection', onConnection)
  }

  /** Whether a connection has sent more requests than this one. */
  isPipelined(response: ServerResponse): boolean {
    return this.#connections.get(response.req.socket)?.holdsBack === true
  }

  readonly #add = (connection: Connection): void => {
    this.#waiting.add(connection.caller, connection)
    this.#beDue()
  }

  #beDue(): void {
    if (this.#isDue) return
    this.#isDue = true
    setImmediate(this.#round)
  }

  /** Starts one: what it does at once is done before anything else is looked at, and events come between. */
  readonly #round = (): void => {
    this.#isDue = false
    const next = this.#waiting.take((caller) => (this.#atWork.get(caller) ?? 0) < MAX_OF_CALLER)
    if (next === null) return
    this.#beDue()
    const { caller, one: connection } = next
    if (connection.startNext()) connection.onAnswered = this.#count(caller)
  }

  /** Counts a request of the caller as one at work. @returns to be called when it has its answer */
  #count(caller: string): () => void {
    this.#atWork.set(caller, (this.#atWork.get(caller) ?? 0) + 1)
    let isCounted = true
    const end = (): void => {
      if (!isCounted) return
      isCounted = false
      clearTimeout(timer)
      const others = this.#atWork.get(caller)! - 1
      if (others === 0) this.#atWork.delete(caller)
      else this.#atWork.set(caller, others)
      this.#beDue()
    }
    const timer = setTimeout(end, AT_WORK_MS)
    return end
  }
}

/** Names the caller that seems to have sent a request: nothing has checked it. */
function callerOf({ headers, socket }: IncomingMessage): string {
  return headers.authorization ?? headers.cookie ?? socket.remoteAddress ?? ''
}

class Connection {
  readonly #socket: HttpSocket
  readonly #parser: Parser
  /** Node's own. */
  readonly #onIncoming: Parser['onIncoming']
  readonly #onRun: (run: Run) => void
  /** Node's own: runs the parser over bytes that came another way. */
  readonly #onData: (bytes: Buffer) => void
  readonly #onReady: (connection: Connection) => void
  /** Of the request that is being carried out: it has not left. */
  #answer: ServerResponse | null = null
  /** The next request: the parser stands behind its head. */
  #next: Head | null = null
  /** The fault of bytes that are no request: they are refused when their turn comes. */
  #fault: Run | null = null
  /** Bytes behind that head, or that fault. */
  #held: Buffer[] = []
  #heldBytes = 0
  /** The parser stands behind the head of a request that was emitted. */
  #started: Head | null = null
  /** Called once when the request that is being carried out has left. */
  onAnswered: (() => void) | null = null

  constructor(socket: HttpSocket, parser: Parser, onReady: (connection: Connection) => void) {
    const { kOnExecute } = parser.constructor as unknown as { readonly kOnExecute: number }
    this.#socket = socket
    this.#parser = parser
    this.#onIncoming = parser.onIncoming
    this.#onRun = parser[kOnExecute]!
    this.#onData = socket.listeners('data')[0] as (bytes: Buffer) => void
    this.#onReady = onReady
    parser.onIncoming = this.#readHead
    parser[kOnExecute] = (run) => {
      this.#endRun(run, null)
    }
    // The reader of a request resumes the socket.
    socket.on('resume', this.#limitReading)
  }

  /** The caller that seems to have sent the next request. */
  get caller(): string {
    return this.#next === null ? (this.#socket.remoteAddress ?? '') : callerOf(this.#next.request)
  }

  /** Another request was read. */
  get holdsBack(): boolean {
    return this.#next !== null
  }

  /** Carries out what was held back. @returns whether its answer is yet to be made */
  startNext(): boolean {
    if (!this.#isOpen) return false
    const head = this.#next
    const [first, ...others] = this.#held
    this.#next = null
    this.#held = []
    this.#heldBytes = 0
    if (head === null) {
      if (this.#fault !== null) this.#onRun(this.#fault)
      return false
    }
    this.#start(head)
    const answer = this.#answer
    this.#resume(head, others.length === 0 ? first! : Buffer.concat([first!, ...others]))
    // Without a parser it speaks another protocol now.
    const isHttp = this.#socket.parser === this.#parser
    if (isHttp && this.#heldBytes < HELD_BYTES && this.#socket.isPaused()) this.#socket.resume()
    return answer !== null && answer === this.#answer
  }

  get #isOpen(): boolean {
    return this.#socket.writable && !this.#socket.destroyed
  }

  readonly #readHead = (request: IncomingMessage, keepAlive: boolean): number => {
    const head: Head = { request: request as HttpRequest, keepAlive }
    // Bytes after the last answer of a connection have no reader.
    if (this.#answer !== null || !this.#isOpen) {
      this.#next = head
      return STOP
    }
    const offersUpgrade = head.request.upgrade
    const result = this.#start(head)
    if (!offersUpgrade || head.request.upgrade) return result
    // An upgrade that the server declines: Node would lose the bytes behind it.
    this.#started = head
    return STOP
  }

  /** Emits a request. */
  #start({ request, keepAlive }: Head): number {
    const result = this.#onIncoming(request, keepAlive)
    const answer = this.#socket._httpMessage
    if (answer?.req === request) {
      this.#answer = answer
      answer.once('close', this.#end)
    }
    return result
  }

  readonly #end = (): void => {
    this.#answer = null
    this.onAnswered?.()
    this.onAnswered = null
    if (this.#next !== null || this.#fault !== null) this.#onReady(this)
  }

  /** Runs the parser over the bytes behind the head of a request that was emitted. */
  #resume({ request }: Head, bytes: Buffer): void {
    this.#parser.resume()
    if (request.upgrade) {
      this.#onData(bytes)
      return
    }
    // Without a body it is complete; there the parser stops once more if an upgrade was offered.
    this.#parser.execute(bytes.subarray(0, 0))
    this.#endRun(this.#parser.execute(bytes), bytes)
  }

  /** The parser has no more bytes, or was stopped. @param bytes null: those of the network */
  #endRun(run: Run, bytes: Buffer | null): void {
    if (this.#next === null && this.#started === null) {
      // A fault of the body is one of the request that is being carried out.
      if (typeof run === 'number' || this.#answer?.req.complete !== true) {
        this.#onRun(run)
        return
      }
      this.#fault = run
    }
    const all = bytes ?? this.#parser.getCurrentBuffer()
    const parsedBytes = this.#held.length > 0 ? 0 : typeof run === 'number' ? run : run.bytesParsed!
    const rest = all.subarray(parsedBytes)
    if (this.#started !== null) {
      const head = this.#started
      this.#started = null
      this.#resume(head, rest)
    } else if (this.#isOpen) {
      this.#held.push(rest)
      this.#heldBytes += rest.length
      this.#limitReading()
    }
  }

  readonly #limitReading = (): void => {
    if (this.#heldBytes >= HELD_BYTES) this.#socket.pause()
  }
}

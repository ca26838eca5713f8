import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

/** A request for a tunnel. */
export interface AskedTunnel {
  /** Address and port. */
  readonly to: string
  readonly authorization: string | undefined
}

/** An HTTP proxy on this machine that makes tunnels (`CONNECT`) to wherever it is asked to. */
export class ConnectProxy {
  readonly tunnels: AskedTunnel[] = []
  readonly #server = createServer()
  readonly #sockets = new Set<Socket>()

  async start(): Promise<void> {
    this.#server.on('connect', ({ url = '', headers }: IncomingMessage, socket: Socket) => {
      this.tunnels.push({ to: url, authorization: headers['proxy-authorization'] })
      const { hostname, port } = new URL(`http://${url}`)
      const target = connect(Number(port || 80), hostname.replace(/^\[|\]$/g, ''), () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
        socket.pipe(target).pipe(socket)
      })
      for (const one of [socket, target]) this.#sockets.add(one.on('error', () => socket.destroy()))
    })
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

/** Bounds of the connections that channels make, the same on every thread. */
export interface Egress {
  /** Ports on which this process listens, as `OwnPorts` has them. */
  readonly ownPorts: SharedArrayBuffer
  /** Connections are made through it; null: directly. */
  readonly proxy: EgressProxy | null
}

/** An HTTP proxy that makes tunnels (`CONNECT`). */
export interface EgressProxy {
  readonly protocol: 'http:' | 'https:'
  /** A name or an address, of IPv6 without brackets. */
  readonly host: string
  readonly port: number
  /** The value of `Proxy-Authorization`; null: it requires none. */
  readonly authorization: string | null
}

/** Ports of this process at once: the API's, and what may be added beside it. */
const MAX_PORTS = 16

/** The ports on which this process listens, in memory that all of its threads share: they are known only when it does. */
export class OwnPorts {
  readonly #ports: Uint32Array<SharedArrayBuffer>

  constructor(shared = new SharedArrayBuffer(MAX_PORTS * Uint32Array.BYTES_PER_ELEMENT)) {
    this.#ports = new Uint32Array(shared)
  }

  get shared(): SharedArrayBuffer {
    return this.#ports.buffer
  }

  /** Adds a port, once. @throws Error there are 16 others */
  add(port: number): void {
    if (this.has(port)) return
    const free = this.#ports.indexOf(0)
    if (free === -1) throw new Error(`Cannot listen as at most ${MAX_PORTS} ports may be in use: there are more`)
    Atomics.store(this.#ports, free, port)
  }

  has(port: number): boolean {
    return port !== 0 && this.#ports.includes(port)
  }
}

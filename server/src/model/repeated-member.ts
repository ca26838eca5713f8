import { type JsonListener, JsonWalker } from './json-walker.ts'
import { MAX_JSON_DEPTH } from './limits.ts'

const OPEN_OBJECT = 0x7b
const BACKSLASH = 0x5c

/**
 * Looks through a small JSON text and finds the first member that an object has twice, in any spelling: `JSON.parse` takes the last one of them,
 * others the first, so that somebody who checks the text before us would see another one than we do.
 */
export class RepeatedMemberSearch {
  /** JSON Pointer to the second one; null: there is none. */
  pointer: string | null = null
  /** Some value is nested deeper than `MAX_JSON_DEPTH`: nothing was looked for in it. */
  tooDeep = false
  #bytes: Buffer = Buffer.alloc(0)
  /** Of each object that is open, the names of its members so far. */
  readonly #names: Set<string>[] = []
  readonly #walker = new JsonWalker({
    watchedDepth: MAX_JSON_DEPTH,
    onName: (depth, start, end) => {
      this.#pass(depth, start, end)
    },
    onValue: (depth, start) => {
      if (this.#bytes[start] === OPEN_OBJECT) this.#names[depth + 1] = new Set()
    },
    onValueEnd: () => undefined,
  } satisfies JsonListener)

  /** Looks through a text; what is not JSON is looked through up to where it goes wrong. */
  search(bytes: Buffer): this {
    this.pointer = null
    this.#bytes = bytes
    this.#walker.begin(bytes, 0, bytes.length)
    this.#walker.walk(Infinity)
    this.tooDeep = this.#walker.tooDeep
    return this
  }

  #pass(depth: number, start: number, end: number): void {
    if (this.pointer !== null) return
    const names = this.#names[depth]!
    const name = this.#nameAt(start, end)
    if (names.has(name)) this.pointer = this.#walker.pointer(depth)
    names.add(name)
  }

  #nameAt(start: number, end: number): string {
    const isEscaped = this.#bytes.subarray(start, end).includes(BACKSLASH)
    if (isEscaped) return JSON.parse(this.#bytes.toString('utf8', start, end)) as string
    return this.#bytes.toString('utf8', start + 1, end - 1)
  }
}

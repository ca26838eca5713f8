import type { DroppedStream } from '../engine/faults.ts'

/** A stream that is written to from outside. */
export interface TextStream {
  readonly stream: ReadableStream<Uint8Array>
  write(text: string): void
  /** Closes it behind what was written. */
  end(): void
}

/**
 * A stream of texts as bytes, breaking off where requested. What was written before the break still arrives.
 * @param onOver called once, when it has ended, broken off, or is read no more
 */
export function createTextStream(drop: DroppedStream | null, onOver: () => void = () => undefined): TextStream {
  const cutter = createCutter(drop)
  const waiting: Uint8Array[] = []
  let isEnded = false
  let notify = (): void => undefined

  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (waiting.length === 0 && !isEnded && !cutter.isOver()) {
          await new Promise<void>((resolve) => {
            notify = resolve
          })
        }
        const bytes = waiting.shift()
        if (bytes !== undefined) return controller.enqueue(bytes)
        if (cutter.isOver()) controller.error(brokenOff())
        else controller.close()
      },
      cancel: end,
    },
    // Nothing ahead of the reader: what is enqueued is lost when the stream breaks.
    { highWaterMark: 0 },
  )

  function write(text: string): void {
    if (isEnded || cutter.isOver()) return
    waiting.push(cutter.cut(text)!)
    notify()
    if (cutter.isOver()) onOver()
  }

  function end(): void {
    if (isEnded) return
    isEnded = true
    notify()
    if (!cutter.isOver()) onOver()
  }

  return { stream, write, end }
}

/** Texts that are made as they are read. */
export function streamTexts(texts: Iterable<string>, drop: DroppedStream | null): ReadableStream<Uint8Array> {
  const iterator = texts[Symbol.iterator]()
  const cutter = createCutter(drop)
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (cutter.isOver()) return controller.error(brokenOff())
        const { done, value } = iterator.next()
        if (done === true) return controller.close()
        controller.enqueue(cutter.cut(value)!)
      },
    },
    { highWaterMark: 0 },
  )
}

interface Cutter {
  /** The bytes of a text, as far as they still go through; null: none do. */
  cut(text: string): Uint8Array | null
  isOver(): boolean
}

function createCutter(drop: DroppedStream | null): Cutter {
  const encoder = new TextEncoder()
  let leftBytes = drop?.afterBytes ?? Infinity
  let leftTexts = drop === null ? Infinity : (drop.afterItems ?? (drop.afterBytes === undefined ? 1 : Infinity))
  const isOver = (): boolean => leftBytes <= 0 || leftTexts <= 0
  return {
    isOver,
    cut(text) {
      if (isOver()) return null
      const bytes = encoder.encode(text).subarray(0, leftBytes)
      leftBytes -= bytes.length
      leftTexts--
      return bytes
    },
  }
}

/** As fetch reports that a connection broke in the middle of a body. */
function brokenOff(): TypeError {
  return new TypeError('terminated')
}

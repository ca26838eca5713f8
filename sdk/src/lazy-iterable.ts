/** An iterable whose code is loaded at its first step. Each iteration is one of the loaded iterable's. */
export function lazyIterable<Entry>(load: () => Promise<AsyncIterable<Entry>>): AsyncIterable<Entry> {
  return {
    [Symbol.asyncIterator]() {
      let opening: Promise<void> | undefined
      let iterator: AsyncIterator<Entry> | undefined
      async function open(): Promise<void> {
        iterator = (await load())[Symbol.asyncIterator]()
      }
      return {
        // Once it is open, a step costs no more than the iterator's own.
        next: () => iterator?.next() ?? (opening ??= open()).then(() => iterator!.next()),
        async return() {
          await opening
          await iterator?.return?.()
          return { done: true, value: undefined }
        },
      }
    },
  }
}

import { UsageError } from '../cli-errors.ts'
import type { Input } from './open-input.ts'

/** Collects the errors of a file: whoever corrects it needs all of them at once, not one after each correction. */
export interface FileFaults {
  /**
   * Reads a record. After the first fault the rest is only checked: nothing is given back any more.
   * @throws {UsageError} with all faults, when there are too many for the rest to be read
   */
  read<Item>(readItem: () => Item): Item | undefined
  /** @throws {UsageError} with all faults, if there are any; `last` is one that ends the reading */
  finish(last?: UsageError): void
}

/** More than these are one mistake, repeated. */
const maxFaults = 20
/** So far is looked on after the first fault: some seconds. */
const maxRecordsAfter = 1_000_000

/** Creates the collection. Piped input may never end, so its first error is reported at once. */
export function createFileFaults({ sizeBytes }: Pick<Input, 'sizeBytes'>): FileFaults {
  const messages: string[] = []
  let recordsAfter = 0
  let failure: UsageError | undefined

  function fail(rest: string | null): never {
    throw (failure = new UsageError([...messages, ...(rest === null ? [] : [rest])].join('\n')))
  }

  return {
    read(readItem) {
      try {
        const item = readItem()
        if (messages.length === 0) return item
      } catch (error) {
        if (!(error instanceof UsageError)) throw error
        messages.push(error.message)
        if (sizeBytes === null) fail(null)
        if (messages.length === maxFaults)
          fail(`These are the first ${maxFaults}: the rest of the file was not checked`)
      }
      if (++recordsAfter === maxRecordsAfter) fail('The rest of the file was not checked')
      return undefined
    },
    finish(last) {
      // It says all of it already.
      if (failure !== undefined && last === failure) throw failure
      if (last !== undefined) messages.push(last.message)
      if (messages.length > 0) fail(null)
    },
  }
}

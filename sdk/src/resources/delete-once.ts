import { isNotFoundError } from '../api-errors.ts'
import type { Calls, RawAnswer, RawFetch } from '../client.ts'

/** Reads the answer of a DELETE; `call` gets what goes into it. What is gone already was deleted when only the first answer got lost. */
export async function deleteOnce(
  { read, via }: Calls,
  action: string,
  call: (via: RawFetch) => Promise<RawAnswer<unknown>>,
): Promise<void> {
  let repeated = false
  const onRepeat = (): void => {
    repeated = true
  }
  try {
    await read(action, call(via({ onRepeat })))
  } catch (error) {
    if (!(repeated && isNotFoundError(error))) throw error
  }
}

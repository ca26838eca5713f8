import { RefusedError } from './fault.ts'

/** Returns the answer of a call of `waybill.raw`. @throws RefusedError the server refused it */
export async function read<Data>(call: Promise<{ data?: Data; error?: unknown; response: Response }>): Promise<Data> {
  const { data, error, response } = await call
  if (!response.ok) throw new RefusedError(response, error)
  return data as Data
}

/** Returns the first `most` of a list that is read page by page. */
export async function take<T>(list: AsyncIterable<T>, most: number): Promise<T[]> {
  const taken: T[] = []
  for await (const one of list) {
    taken.push(one)
    if (taken.length >= most) break
  }
  return taken
}

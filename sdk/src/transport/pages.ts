/** Reads page after page, each when the entries of the one before are used up. */
export async function* readPages<Entry, Page extends { nextPageToken?: string }>(
  readPage: (pageToken: string | undefined) => Promise<Page>,
  listEntries: (page: Page) => readonly Entry[],
): AsyncGenerator<Entry, void, undefined> {
  let pageToken: string | undefined
  do {
    const page = await readPage(pageToken)
    yield* listEntries(page)
    pageToken = page.nextPageToken
  } while (pageToken !== undefined)
}

/** A filter that may be one value or several. */
export function toList<Value>(value: Value | readonly Value[] | undefined): Value[] | undefined {
  if (value === undefined) return undefined
  return Array.isArray(value) ? [...(value as readonly Value[])] : [value as Value]
}

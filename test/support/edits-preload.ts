import { registerHooks } from 'node:module'

/*
 * Loaded into a server that runs from source, in each of its threads: TEST_EDITS has the edits of its files, as JSON. The process ends if a file does not
 * have the text, as the bug would not be there.
 */

interface Edit {
  /** The end of the path. */
  readonly file: string
  readonly from: string
  readonly to: string
}

const edits = JSON.parse(process.env['TEST_EDITS'] ?? '[]') as readonly Edit[]

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    const ofFile = edits.filter(({ file }) => url.endsWith(file))
    if (ofFile.length === 0 || loaded.source === undefined) return loaded
    let text = typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString()
    for (const { file, from, to } of ofFile) {
      if (!text.includes(from)) {
        process.stderr.write(`Cannot edit ${file} as it must have: ${from}\n`)
        process.exit(3)
      }
      text = text.replaceAll(from, () => to)
    }
    return { ...loaded, source: text }
  },
})

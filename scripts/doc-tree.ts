// The tree in ARCHITECTURE.md against the files of the project.
//
// A tree is a fenced block marked `tree`. A line begins with a path; what stands deeper is inside the last folder less deep. More
// names may follow on the same line, and a description after two blanks. A folder with nothing inside stands for all that it holds.

export interface TreeEntry {
  /** Relative to the root; a folder ends with `/`. */
  readonly path: string
  readonly line: number
}

const looksLikePath = /^[\w.@-]+(\/[\w.@-]+)*(\/|\.(tsx?|mjs|js|json|ya?ml|md|html))$/

/** The entries of a tree's text, in its order. */
export function parseTree(text: string): TreeEntry[] {
  const entries: TreeEntry[] = []
  const open: { indent: number; path: string }[] = []
  for (const [at, line] of text.split('\n').entries()) {
    const words = line.trim().split(/\s+/)
    const first = words[0]
    if (first === undefined || !looksLikePath.test(first)) continue
    const indent = line.length - line.trimStart().length
    while (open.length > 0 && open[open.length - 1]!.indent >= indent) open.pop()
    const parent = open[open.length - 1]?.path ?? ''
    const folder = parent + first.slice(0, first.lastIndexOf('/', first.length - 2) + 1)
    entries.push({ path: parent + first, line: at + 1 })
    if (first.endsWith('/')) open.push({ indent, path: parent + first })
    for (const word of words.slice(1)) {
      if (!looksLikePath.test(word)) break
      entries.push({ path: folder + word, line: at + 1 })
    }
  }
  return entries
}

/** Returns the `files` (relative to the root) that the tree does not show, and entries of the tree that do not exist. */
export function compareTree(
  entries: readonly TreeEntry[],
  files: readonly string[],
): { missing: string[]; gone: string[] } {
  const shown = new Set(entries.map((entry) => entry.path))
  const leaves = [...shown].filter(
    (path) => path.endsWith('/') && ![...shown].some((other) => other !== path && other.startsWith(path)),
  )
  const missing = files.filter((file) => !shown.has(file) && !leaves.some((folder) => file.startsWith(folder)))
  const gone = [...shown].filter(
    (path) => !files.some((file) => file === path || (path.endsWith('/') && file.startsWith(path))),
  )
  return { missing, gone }
}

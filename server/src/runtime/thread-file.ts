/**
 * Where a worker thread's entry file is. From source (Node 24 runs TypeScript) it is `<path>.ts` beside the caller; in `dist/` the
 * build puts every entry flat, so it is `./<last part of path>.js`.
 * @param path relative to the calling file, without extension: `./store-thread`
 * @param callerUrl the caller's `import.meta.url`
 */
export function threadFile(path: string, callerUrl: string): URL {
  if (callerUrl.endsWith('.ts')) return new URL(`${path}.ts`, callerUrl)
  return new URL(`./${path.slice(path.lastIndexOf('/') + 1)}.js`, callerUrl)
}

type Method = (...args: readonly unknown[]) => unknown

/** Methods of a resource by what they return. */
export interface LaterMethods<Name> {
  /** Those that return a promise. */
  readonly calls?: readonly Name[]
  /** Those that return an async iterable. */
  readonly lists?: readonly Name[]
}

/** A resource that is loaded when one of its methods is first called: programs that make no such call do not pay for it. */
export function loadLater<Resource extends object>(
  load: () => Promise<Resource>,
  { calls = [], lists = [] }: LaterMethods<keyof Resource>,
): Resource {
  const call = async (name: keyof Resource, args: readonly unknown[]) => ((await load())[name] as Method)(...args)
  return Object.fromEntries([
    ...calls.map((name) => [name, (...args: readonly unknown[]) => call(name, args)]),
    ...lists.map((name) => [
      name,
      async function* (...args: readonly unknown[]) {
        yield* (await call(name, args)) as AsyncIterable<unknown>
      },
    ]),
  ]) as Resource
}

import type * as furtherCode from './further-calls.ts'
import { lazyIterable } from './lazy-iterable.ts'

type AnyCall = (...parameters: never[]) => unknown

/** The names of calls that give a promise. */
type CallName<Group> = {
  [Name in keyof Group]: Group[Name] extends (...parameters: never[]) => Promise<unknown> ? Name & string : never
}[keyof Group]

/** The names of calls that give one thing after another. */
type ListName<Group> = {
  [Name in keyof Group]: Group[Name] extends (...parameters: never[]) => AsyncIterable<unknown> ? Name & string : never
}[keyof Group]

type FurtherCode = typeof furtherCode

/** Loads calls of `further-calls.ts`. */
export function further<Group>(create: (code: FurtherCode) => Group): () => Promise<Group> {
  return async () => create(await import('./further-calls.ts'))
}

/**
 * Calls whose code is loaded when the first of them is made: a program that makes none never loads it.
 * @param load asked once for each call; the code itself is loaded once by whatever loads modules
 * @param calls the names of those that give a promise
 * @param lists the names of those that give an async iterable: nothing is loaded before it is read
 */
export function onFirstUse<Group extends object, Call extends CallName<Group>, List extends ListName<Group> = never>(
  load: () => Promise<Group>,
  calls: readonly Call[],
  lists: readonly List[] = [],
): Pick<Group, Call | List> {
  const group: Record<string, AnyCall> = {}
  const find = async (name: Call | List) => (await load())[name] as AnyCall
  for (const name of calls) group[name] = async (...parameters) => (await find(name))(...parameters)
  for (const name of lists) {
    group[name] = (...parameters) =>
      lazyIterable(async () => (await find(name))(...parameters) as AsyncIterable<unknown>)
  }
  return group as Pick<Group, Call | List>
}

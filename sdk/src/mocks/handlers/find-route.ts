import { type Operation, operations } from '@waybill/spec'

export interface Route {
  readonly operation: Operation
  readonly names: Readonly<Record<string, string>>
}

/** The operation of a method and path, with the path's parameters; null when there is none. */
export function findRoute(method: string, path: string): Route | null {
  for (const operation of Object.values(operations)) {
    if (operation.method !== method) continue
    const names = matchPath(operation.path, path)
    if (names !== null) return { operation, names }
  }
  return null
}

function matchPath(wanted: string, given: string): Record<string, string> | null {
  const wantedSegments = wanted.split('/')
  const segments = given.split('/')
  if (segments.length !== wantedSegments.length) return null
  const names: Record<string, string> = {}
  for (const [n, part] of wantedSegments.entries()) {
    const text = segments[n]!
    if (part.startsWith(':') && text !== '') names[part.slice(1)] = decode(text)
    else if (part !== text) return null
  }
  return names
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

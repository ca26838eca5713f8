/** The object whose payload is resolved; `id` is left out of a URL for many. */
export interface PayloadObject {
  readonly objectType: string
  readonly id?: string
}

/** A `resolveUrl`, cut at its placeholders. */
export interface PayloadUrl {
  /** Scheme, host and port. */
  readonly origin: string
  /** Path and query, percent-encoded: text and the names of placeholders in turn, beginning and ending with text. */
  readonly pieces: readonly string[]
}

/** They stand for the placeholders while the URL is parsed: each becomes text that no placeholder of another kind does. */
const MARKS = { id: '\uE000', objectType: '\uE001' } as const
const ENCODED_MARK = /%EE%80%8([01])/i
const PLACEHOLDER = /\{(id|objectType)\}/g
const DOT_SEGMENT = /^(?:\.|%2e){1,2}$/i

/**
 * Parses a `resolveUrl`: `{id}` exactly once (none where many are resolved at once) and `{objectType}`, both in path or query.
 * @returns the parsed URL, or the fault as the end of a sentence
 */
export function parsePayloadUrl(text: string, { isBatch }: { readonly isBatch: boolean }): PayloadUrl | string {
  const rest = text.replaceAll(PLACEHOLDER, '')
  if (/[{}]/.test(rest)) return 'must have no braces but those of {id} and {objectType}'
  if (ENCODED_MARK.test(rest) || /[\uE000\uE001]/.test(rest)) return 'must have no private characters (U+E000, U+E001)'
  const ids = text.split('{id}').length - 1
  if (isBatch && ids > 0) return 'must be without {id} where batchSize is above 1: the ids are sent in the body'
  if (!isBatch && ids !== 1) return `must have {id} once: it has it ${ids} times`
  const marked = text.replaceAll(PLACEHOLDER, (_all, name: keyof typeof MARKS) => MARKS[name])
  const url = URL.canParse(marked) ? new URL(marked) : null
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return 'must be an absolute http or https URL, with placeholders only in its path and query'
  }
  if (url.username !== '' || url.password !== '') {
    return 'must be without user name and password: use headers or credentials'
  }
  if (text.includes('#')) return 'must be without a fragment: it is never sent'
  const pieces = (url.pathname + url.search).split(ENCODED_MARK)
  const names = pieces.filter((_piece, at) => at % 2 === 1)
  const wanted = text.match(PLACEHOLDER) ?? []
  if (url.host.includes('%') || names.length !== wanted.length) {
    return 'must have its placeholders in path or query, and no segment that is . or ..'
  }
  return {
    origin: url.origin,
    pieces: pieces.map((piece, at) => (at % 2 === 0 ? piece : piece === '0' ? 'id' : 'objectType')),
  }
}

/**
 * Returns path and query of the request for an object. Each part is percent-encoded, slashes included, so that no id changes the rest of the URL.
 * @returns null when a segment of the path would be `.` or `..`, which receivers and proxies resolve, or a part has half a character
 */
export function payloadPath({ pieces }: PayloadUrl, object: PayloadObject): string | null {
  const { objectType, id = '' } = object
  if (!objectType.isWellFormed() || !id.isWellFormed()) return null
  const path = pieces
    .map((piece, at) => (at % 2 === 0 ? piece : encodeURIComponent(piece === 'id' ? id : objectType)))
    .join('')
  const [segments = ''] = path.split('?', 1)
  return segments.split('/').some((segment) => DOT_SEGMENT.test(segment)) ? null : path
}

/** The URL with a harmless word for each placeholder: for whoever needs a plain URL, such as its origin or its secrets. */
export function plainPayloadUrl(text: string): string {
  return text.replaceAll(PLACEHOLDER, 'x')
}

import { MASKED } from '@waybill/spec/rules'

/** A shorter value is no secret: hiding it would only garble the stored text. */
const MIN_SECRET_LENGTH = 4
/** A shorter value is hidden only where it stands alone: it may be a part of common words. */
const MIN_ANYWHERE_LENGTH = 8

/**
 * Replaces known secrets with `***` in texts that are kept. Finds them as they are and in the forms in which an answer that echoes its request
 * shows them: escaped for JSON, a URL or HTML. Costs nothing without secrets, else a search of the text for each form.
 */
export class SecretMask {
  readonly #forms: readonly (string | RegExp)[]

  constructor(secrets: Iterable<string> = []) {
    const forms = new Set<string>()
    for (const secret of secrets) {
      if (secret.length >= MIN_SECRET_LENGTH) for (const form of formsOf(secret)) forms.add(form)
    }
    // The longest first: one may be a part of another.
    this.#forms = [...forms]
      .sort((a, b) => b.length - a.length)
      .map((form) => (form.length >= MIN_ANYWHERE_LENGTH ? form : aloneIn(form)))
  }

  /** Masks any text. Mask before cutting: half a secret is not found. */
  text(text: string): string {
    if (this.#forms.length === 0 || text === '') return text
    const masked = this.#replace(text)
    if (!masked.includes('\\u')) return masked
    // Every letter may be escaped in the text of a JSON string; the plain text is kept only where that hid a secret.
    const plain = masked.replace(/\\u([0-9a-f]{4})/gi, (_all, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    const again = this.#replace(plain)
    return again === plain ? masked : again
  }

  /** Masks a JSON text, which stays JSON: changed only if a string, name or number of it holds a secret. */
  json(text: string): string {
    if (this.#forms.length === 0) return text
    if (!text.includes('\\') && this.#replace(text) === text) return text
    try {
      const value: unknown = JSON.parse(text)
      const masked = this.value(value)
      return masked === value ? text : JSON.stringify(masked)
    } catch {
      // No JSON after all, or nested beyond what can be walked.
      return JSON.stringify(MASKED)
    }
  }

  /** Masks the strings, names and numbers of a JSON value. Returns the same value when it holds no secret. */
  value(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value)
    if (typeof value === 'number') return this.text(String(value)) === String(value) ? value : MASKED
    if (Array.isArray(value)) {
      const masked = value.map((entry) => this.value(entry))
      return masked.some((entry, n) => entry !== value[n]) ? masked : value
    }
    if (typeof value !== 'object' || value === null) return value
    let changed = false
    const entries = Object.entries(value).map(([name, member]) => {
      const masked = [this.text(name), this.value(member)] as const
      changed ||= masked[0] !== name || masked[1] !== member
      return masked
    })
    return changed ? Object.fromEntries(entries) : value
  }

  #replace(text: string): string {
    let masked = text
    for (const form of this.#forms) {
      if (typeof form === 'string') {
        if (masked.includes(form)) masked = masked.replaceAll(form, MASKED)
      } else masked = masked.replace(form, MASKED)
    }
    return masked
  }
}

/** How a secret may stand in an answer; most are the same in all of them. */
function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1)
  const uri = secret.isWellFormed() ? encodeURIComponent(secret) : secret
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
  const cautious = secret.replace(
    /["&'+<>`\\]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return [
    secret,
    json,
    json.replaceAll('/', '\\/'),
    cautious,
    cautious.replace(/\\u[0-9a-f]{4}/g, (escape) => `\\u${escape.slice(2).toUpperCase()}`),
    uri,
    uri.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
    new URLSearchParams([['', secret]]).toString().slice(1),
    html,
    html.replaceAll("'", '&#39;'),
    html.replaceAll("'", '&#x27;'),
  ]
}

function aloneIn(form: string): RegExp {
  return new RegExp(`(?<![A-Za-z0-9])${form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?![A-Za-z0-9])`, 'g')
}

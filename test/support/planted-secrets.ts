/** Letters that are written in other ways by those who escape them. */
const AWKWARD = '/"+<&\\é'

/** Secrets that were put into places, and the search for them in whatever came out. */
export class PlantedSecrets {
  readonly #secrets = new Map<string, string>()

  /** Makes a secret for a place. @param options.awkward with letters that are escaped in JSON, URLs and HTML */
  plant(place: string, { awkward = false } = {}): string {
    const secret = `s3cr3t-${place.replaceAll(/\W/g, '-')}-${'x'.repeat(8)}${awkward ? AWKWARD : ''}`
    this.add(place, secret)
    return secret
  }

  /** Takes a secret that somebody else made. */
  add(place: string, secret: string): void {
    this.#secrets.set(place, secret)
  }

  get(place: string): string {
    return this.#secrets.get(place)!
  }

  /** Those of which the place says so. */
  in(word: string): string[] {
    return [...this.#secrets].filter(([place]) => place.includes(word)).map(([, secret]) => secret)
  }

  /** The places of the secrets that bytes hold, in any form. */
  foundIn(bytes: Buffer | string): string[] {
    const hay = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
    const found = [...this.#secrets].filter(([, secret]) => formsOf(secret).some((form) => hay.includes(form)))
    return found.map(([place]) => place)
  }
}

export function escapedForHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

/** The forms in which a text may be written. */
function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1)
  const shifted = [0, 1, 2].flatMap((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)])
    // Without the letters that the bytes before and behind it decide as well.
    return (['base64', 'base64url'] as const).map((form) => bytes.toString(form).replace(/=+$/, '').slice(4, -2))
  })
  return [
    ...[secret, json, json.replaceAll('/', '\\/'), encodeURIComponent(secret), escapedForHtml(secret), ...shifted],
    ...[Buffer.from(secret).toString('hex'), new URLSearchParams([['', secret]]).toString().slice(1)],
  ]
}

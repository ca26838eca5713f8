import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/*
 * Secrets are stored as JWE in compact form (RFC 7516, RFC 7518: `dir` with `A256GCM`): any JOSE library opens them, given the key. They
 * are made here because the libraries are asynchronous; the tests let one of them judge.
 */

/** Bytes of a key. */
const KEY_BYTES = 32
/** Of RFC 7518, section 5.3. */
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** Keys of a ring: each rotation adds one, and those whose secrets were sealed anew can be removed. */
const MAX_KEYS = 32
const KEY_PREFIX = 'wbk_'

/** A key with the id under which sealed secrets name it: 12 hexadecimal digits of a digest of the key, so no two keys share one. */
export interface RingKey {
  readonly id: string
  readonly secret: Buffer
}

/**
 * The error of a sealed secret that cannot be opened; its message holds neither the secret nor a key.
 * `key_missing`: the ring does not have its key; `damaged`: it is not a sealed secret, was changed, or belongs to another context.
 */
export class SecretError extends Error {
  readonly code: 'key_missing' | 'damaged'
  /** Of the secret, as it says itself; null: it says none. */
  readonly context: string | null

  constructor(code: SecretError['code'], { message, context }: { message: string; context: string | null }) {
    super(message)
    this.name = 'SecretError'
    this.code = code
    this.context = context
  }
}

/** Seals secrets with its first key, and opens those sealed with any of its keys. */
export class KeyRing {
  readonly #keys: readonly RingKey[]

  /** @param keys 1 to 32, newest first */
  constructor(keys: readonly RingKey[]) {
    this.#keys = keys
  }

  /**
   * Encrypts a text with the first key; the same text is another one each time.
   * @param text of any length
   * @param context names the place of the secret, such as `channel/shop`: it is readable in what is returned, and can be opened for no other
   */
  seal(text: string, context: string): string {
    const { id, secret } = this.#keys[0]!
    const header = encoded(JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid: id, ctx: context }))
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', secret, nonce, { authTagLength: TAG_BYTES })
    cipher.setAAD(Buffer.from(header, 'ascii'))
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return [header, '', encoded(nonce), encoded(sealed), encoded(cipher.getAuthTag())].join('.')
  }

  /**
   * Decrypts what `seal` returned.
   * @throws SecretError `key_missing` or `damaged`
   */
  open(sealed: string, context: string): string {
    const [header = '', , nonce = '', body = '', tag = ''] = sealed.split('.')
    const { kid, ctx } = headerOf(sealed)
    const key = this.#keys.find(({ id }) => id === kid)
    if (key === undefined) {
      const message = `Cannot open secret as its key must be in the key ring: there is no key ${kid}`
      throw new SecretError('key_missing', { message, context: ctx })
    }
    if (ctx !== context) throw damaged(`it is one of ${JSON.stringify(ctx)}, not of ${JSON.stringify(context)}`, ctx)
    try {
      const decipher = createDecipheriv('aes-256-gcm', key.secret, decoded(nonce), { authTagLength: TAG_BYTES })
      decipher.setAAD(Buffer.from(header, 'ascii'))
      decipher.setAuthTag(decoded(tag))
      return Buffer.concat([decipher.update(decoded(body)), decipher.final()]).toString('utf8')
    } catch {
      throw damaged(`that of ${JSON.stringify(context)} was changed`, context)
    }
  }

  /**
   * Seals with the first key what was sealed with another one, whatever its context.
   * @returns null: it is sealed with the first key
   * @throws SecretError `key_missing` or `damaged`
   */
  reseal(sealed: string): string | null {
    const { kid, ctx } = headerOf(sealed)
    return kid === this.#keys[0]!.id ? null : this.seal(this.open(sealed, ctx), ctx)
  }
}

/** Returns the id of the key that a secret is sealed with. @throws SecretError `damaged` */
export function keyIdOf(sealed: string): string {
  return headerOf(sealed).kid
}

/** Makes a key, in the form in which key rings are written. */
export function newKeyText(): string {
  return KEY_PREFIX + randomBytes(KEY_BYTES).toString('base64url')
}

/**
 * Reads a key ring: keys of 32 bytes in base64 or base64url, which may begin with `wbk_`, newest first, separated by white space or commas.
 * @returns the fault as the end of a sentence, which repeats nothing of the text
 */
export function readKeys(text: string): readonly RingKey[] | string {
  const words = text.split(/[\s,]+/).filter((word) => word !== '')
  if (words.length === 0) return 'it is empty'
  if (words.length > MAX_KEYS) return `it has ${words.length} keys, and at most ${MAX_KEYS} are allowed`
  const keys: RingKey[] = []
  for (const [at, word] of words.entries()) {
    const key = /^(?:wbk_)?([A-Za-z0-9+/_-]{43})=?$/.exec(word)?.[1]
    if (key === undefined) return `key ${at + 1} is not 32 bytes in base64`
    const secret = Buffer.from(key, 'base64url')
    const id = createHash('sha256').update(secret).digest('hex').slice(0, 12)
    if (keys.some((other) => other.id === id)) return `key ${at + 1} is there twice`
    keys.push({ id, secret })
  }
  return keys
}

interface Header {
  readonly kid: string
  readonly ctx: string
}

function headerOf(sealed: string): Header {
  const pieces = sealed.split('.')
  let header: Partial<Record<'alg' | 'enc' | 'kid' | 'ctx', unknown>> = {}
  try {
    if (pieces.length === 5) header = (JSON.parse(decoded(pieces[0]!).toString('utf8')) ?? {}) as typeof header
  } catch {
    // Not a sealed secret, as any other text.
  }
  const { alg, enc, kid, ctx } = header
  if (typeof kid !== 'string' || !/^[0-9a-f]{12}$/.test(kid) || typeof ctx !== 'string')
    throw damaged('it is not one', null)
  if (alg !== 'dir' || enc !== 'A256GCM') throw damaged('it is sealed in another way than dir with A256GCM', ctx)
  return { kid, ctx }
}

function damaged(why: string, context: string | null): SecretError {
  return new SecretError('damaged', { message: `Cannot open secret as it must be as it was sealed: ${why}`, context })
}

function encoded(bytes: string | Buffer): string {
  return Buffer.from(bytes).toString('base64url')
}

function decoded(text: string): Buffer {
  return Buffer.from(text, 'base64url')
}

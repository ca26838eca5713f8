import { RE2JS } from 're2js'

/** Longest source of a pattern, characters: a repeat such as `{1,1000}` makes many states of few. */
const MAX_SOURCE_LENGTH = 1024
/** Most instructions that a pattern may compile to: the time of a match is at most linear in them, and in the text. */
const MAX_PROGRAM_SIZE = 2000
/** Instructions, tried at one character, for one step of a check: measured, one takes 1 to 20 ns, and 110 ns while states are made. */
const INSTRUCTIONS_PER_STEP = 2
/** Memory for the states that a pattern has met, of 8 MiB by default: hostile items fill it. */
const MAX_STATE_BYTES = 1024 * 1024

/** A pattern that is refused; the message is the end of a sentence. */
export class PatternError extends Error {}

/**
 * A regular expression of ECMAScript (flag `u`) whose matches take linear time: it is checked as such, and run by RE2. Lookaround and
 * backreferences have no such engine and are refused.
 */
export class SchemaPattern {
  /** Instructions that it was compiled to. */
  readonly size: number
  readonly #compiled: RE2JS
  /** Steps a character, at most. */
  readonly #steps: number

  /** @throws PatternError it is not valid, or is refused */
  constructor(source: string) {
    if (source.length > MAX_SOURCE_LENGTH) {
      throw new PatternError(`must have at most ${MAX_SOURCE_LENGTH} characters: current value has ${source.length}`)
    }
    this.#compiled = compile(source)
    this.size = this.#compiled.programSize()
    if (this.size > MAX_PROGRAM_SIZE)
      throw new PatternError('must be a smaller regular expression: its repeats make it too large')
    const engine = this.#compiled.re2()
    // Most anchored patterns: at each character there is one way to go on.
    const isOnePass = (engine.onepass as object | null) !== null
    this.#steps = isOnePass ? 1 : this.size / INSTRUCTIONS_PER_STEP
    if (!isOnePass) engine.dfa.stateBudget = engine.dfa.memBudget = MAX_STATE_BYTES
  }

  /** Whether some part of the text matches. */
  test(text: string): boolean {
    return this.#compiled.test(text)
  }

  /** Cost of a match with a text of this length, in steps, at most. */
  cost(length: number): number {
    return Math.ceil((length + 1) * this.#steps)
  }
}

function compile(source: string): RE2JS {
  try {
    // Compiled when it first runs, which it never does.
    new RegExp(source, 'u')
  } catch {
    throw new PatternError('must be a regular expression of ECMAScript with the flag u: it is not valid')
  }
  const translated = translate(source)
  try {
    return RE2JS.compile(translated)
  } catch (error) {
    throw new PatternError(`must be a regular expression that RE2 can run: ${reasonOf(error)}`)
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.replace('error parsing regexp: ', '').slice(0, 100) : 'it is not'
}

// What `.` and `\s` stand for in ECMAScript, as members of a class of RE2.
const LINE_ENDS = String.raw`\x{a}\x{d}\x{2028}\x{2029}`
const SPACE = String.raw`\x{9}-\x{d}\x{20}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`
const NO_SPACE = String.raw`\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff}`
const ANYTHING = String.raw`[\x{0}-\x{10ffff}]`
const NOTHING = String.raw`[^\x{0}-\x{10ffff}]`
/** Characters that mean the same in both outside of a class. */
const OPERATORS = '^$*+?{}|),0123456789'
const CONTROLS: Readonly<Record<string, number>> = { 0: 0, t: 9, n: 10, v: 11, f: 12, r: 13 }

const GROUP = /\(\?(:|<[=!]|<[^>]*>|.)/uy
const ESCAPE =
  /\\(?:u\{(?<long>[0-9a-fA-F]+)\}|u(?<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?<low>[dD][c-fC-F][0-9a-fA-F]{2})|u(?<unit>[0-9a-fA-F]{4})|x(?<byte>[0-9a-fA-F]{2})|c(?<control>[a-zA-Z])|(?<negation>[pP])\{(?<property>[^}]*)\}|(?<back>[1-9]|k<)|(?<char>[^]))/uy

/**
 * Writes a pattern that is valid with the flag `u` in the syntax of RE2. Every literal character is escaped, so that nothing of it means
 * something else there.
 */
function translate(source: string): string {
  const scan = new Scanner(source)
  let out = ''
  while (!scan.atEnd) {
    const char = scan.peek()
    if (char === '[') out += scan.characterClass()
    else if (char === '\\') out += scan.escape(false)
    else if (source.startsWith('(?', scan.at)) out += scan.group()
    else {
      scan.at += char.length
      if (char === '.') out += `[^${LINE_ENDS}]`
      else if (char === '(') out += '(?:'
      else out += OPERATORS.includes(char) ? char : literal(char.codePointAt(0)!)
    }
  }
  return out
}

class Scanner {
  at = 0
  readonly #source: string

  constructor(source: string) {
    this.#source = source
  }

  get atEnd(): boolean {
    return this.at >= this.#source.length
  }

  /** The character that follows, of one or two units. */
  peek(): string {
    return String.fromCodePoint(this.#source.codePointAt(this.at)!)
  }

  group(): string {
    const [token, kind] = this.#take(GROUP)
    if (kind === ':' || /^<[^=!]/.test(kind!)) return '(?:'
    throw new PatternError(`must be without lookahead, lookbehind and flags: it has ${token.slice(0, 4)}`)
  }

  characterClass(): string {
    this.at++
    const isNegated = this.peek() === '^'
    if (isNegated) this.at++
    let members = ''
    while (this.peek() !== ']') {
      members += this.#member()
      // A hyphen is a range between two members, else itself.
      if (this.peek() !== '-' || this.#source[this.at + 1] === ']') continue
      this.at++
      members += `-${this.#member()}`
    }
    this.at++
    if (members === '') return isNegated ? ANYTHING : NOTHING
    return `[${isNegated ? '^' : ''}${members}]`
  }

  #member(): string {
    const char = this.peek()
    if (char === '\\') return this.escape(true)
    this.at += char.length
    return literal(char.codePointAt(0)!)
  }

  escape(inClass: boolean): string {
    const { long, high, low, unit, byte, control, negation, property, back, char } = this.#take(ESCAPE).groups!
    if (long !== undefined) return literal(parseInt(long, 16))
    if (high !== undefined)
      return literal(((parseInt(high, 16) - 0xd800) << 10) + parseInt(low!, 16) - 0xdc00 + 0x10000)
    if (unit !== undefined || byte !== undefined) return literal(parseInt((unit ?? byte)!, 16))
    if (control !== undefined) return literal(control.charCodeAt(0) % 32)
    if (property !== undefined) return propertyClass(negation!, property)
    if (back !== undefined) throw new PatternError('must be without backreferences')
    if (char === 's') return inClass ? SPACE : `[${SPACE}]`
    if (char === 'S') return inClass ? NO_SPACE : `[${NO_SPACE}]`
    if (char === 'b' && inClass) return literal(8)
    if ('dDwWbB'.includes(char!)) return `\\${char}`
    return literal(CONTROLS[char!] ?? char!.codePointAt(0)!)
  }

  #take(expression: RegExp): RegExpExecArray {
    expression.lastIndex = this.at
    const found = expression.exec(this.#source)!
    this.at += found[0].length
    return found
  }
}

function literal(codePoint: number): string {
  return `\\x{${codePoint.toString(16)}}`
}

/** Long names of categories; RE2 has the short ones. */
const CATEGORIES: Readonly<Record<string, string>> = {
  Letter: 'L',
  Lowercase_Letter: 'Ll',
  Uppercase_Letter: 'Lu',
  Mark: 'M',
  Number: 'N',
  Decimal_Number: 'Nd',
  digit: 'Nd',
  Punctuation: 'P',
  punct: 'P',
  Symbol: 'S',
  Separator: 'Z',
}

/** Categories and scripts; other properties are not in RE2. */
function propertyClass(negation: string, property: string): string {
  const name = property.replace(/^(Script|sc|General_Category|gc)=/, '')
  if (/^[A-Za-z_]{1,32}$/.test(name))
    return `\\${negation}{${Object.hasOwn(CATEGORIES, name) ? CATEGORIES[name]! : name}}`
  throw new PatternError(`must have other classes than \\${negation}{${property.slice(0, 32)}}`)
}

/** Longest pattern of `like`, in UTF-16 units. */
export const MAX_GLOB_LENGTH = 256

/**
 * Whether a text matches a pattern: `*` is any number of characters, `?` one, `\` escapes the character after it; the whole
 * text must match. Costs at most the length of the text times that of the pattern, which is bounded.
 * @throws RangeError the pattern is longer than `MAX_GLOB_LENGTH`
 */
export function like(text: string, glob: string): boolean {
  if (glob.length > MAX_GLOB_LENGTH) {
    throw new RangeError(`the pattern of like must have at most ${MAX_GLOB_LENGTH} characters: it has ${glob.length}`)
  }
  const pattern = [...patternOf(glob)]
  let at = 0
  let inText = 0
  // Where the last `*` was, and the text it has not taken yet: only the last one ever has to take more.
  let star = -1
  let starText = 0
  while (inText < text.length) {
    const token = pattern[at]
    if (token === ANY) {
      star = at++
      starText = inText
    } else if (token !== undefined && (token === ONE || token === text[inText])) {
      at++
      inText++
    } else if (star !== -1) {
      at = star + 1
      inText = ++starText
    } else {
      return false
    }
  }
  while (pattern[at] === ANY) at++
  return at === pattern.length
}

const ANY = Symbol('*')
const ONE = Symbol('?')

function* patternOf(glob: string): Generator<string | symbol> {
  for (let i = 0; i < glob.length; i++) {
    const character = glob[i]!
    if (character === '*') yield ANY
    else if (character === '?') yield ONE
    else if (character === '\\' && i + 1 < glob.length) yield glob[++i]!
    else yield character
  }
}

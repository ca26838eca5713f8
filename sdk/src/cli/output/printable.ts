// Ids, errors and reasons come from other systems: in a terminal they must stay text, whatever they hold.

/** Text without control characters: an escape sequence in an item's id must not move the cursor of who reads it. */
export function toPrintable(text: string): string {
  // What is kept out by its number: C0 with the line ends, DEL, C1, and the marks that turn the direction of writing.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    if (character === '\n') return '\\n'
    if (character === '\t') return '\\t'
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** At most this many characters, the last of them an ellipsis if there were more. */
export function shorten(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`
}

/** `20,000`, the same on every machine. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}

/** `1 item`, `20,000 items`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** `45 s`, `5 min`, `2 h 10 min`, `3 d 4 h`: two parts at most. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.round(whole / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return joinUnits(`${hours} h`, minutes % 60, 'min')
  return joinUnits(`${Math.floor(hours / 24)} d`, hours % 24, 'h')
}

function joinUnits(first: string, rest: number, unit: string): string {
  return rest === 0 ? first : `${first} ${rest} ${unit}`
}

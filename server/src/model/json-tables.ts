/*
 * Which byte of JSON (RFC 8259) means what, as tables: one look per byte.
 */

/** 1: a byte of a string that stands for itself; 0: quote, backslash, control characters. */
export const PLAIN = new Uint8Array(256).fill(1, 0x20)
PLAIN[0x22] = 0
PLAIN[0x5c] = 0

/** 1: may follow a backslash, beside `u` and its four digits. */
export const ESCAPABLE = new Uint8Array(256)
for (const letter of '"\\/bfnrt') ESCAPABLE[letter.charCodeAt(0)] = 1

/** 1: a hexadecimal digit. */
export const HEX = new Uint8Array(256)
for (const digit of '0123456789abcdefABCDEF') HEX[digit.charCodeAt(0)] = 1

/** Where a number stands between two of its bytes. */
export const Digits = {
  none: 0,
  minus: 1,
  zero: 2,
  whole: 3,
  dot: 4,
  fraction: 5,
  exponent: 6,
  plusOrMinus: 7,
  power: 8,
} as const

/** 1: the number is complete here. */
export const COMPLETE = Uint8Array.of(0, 0, 1, 1, 0, 1, 0, 0, 1)

/** The state of a number after a byte, at `state * 256 + byte`; 0: the byte does not belong to it. */
export const NEXT_DIGIT = new Uint8Array(9 * 256)
function lead(from: number, bytes: string, to: number): void {
  for (const byte of bytes) NEXT_DIGIT[from * 256 + byte.charCodeAt(0)] = to
}
for (const begin of [Digits.none, Digits.minus]) {
  lead(begin, '0', Digits.zero)
  lead(begin, '123456789', Digits.whole)
}
lead(Digits.none, '-', Digits.minus)
lead(Digits.whole, '0123456789', Digits.whole)
for (const whole of [Digits.zero, Digits.whole]) lead(whole, '.', Digits.dot)
for (const digits of [Digits.dot, Digits.fraction]) lead(digits, '0123456789', Digits.fraction)
for (const digits of [Digits.zero, Digits.whole, Digits.fraction]) lead(digits, 'eE', Digits.exponent)
lead(Digits.exponent, '+-', Digits.plusOrMinus)
for (const power of [Digits.exponent, Digits.plusOrMinus, Digits.power]) lead(power, '0123456789', Digits.power)

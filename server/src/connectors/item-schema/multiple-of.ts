/** Whether a number is a multiple of another, as their decimal texts say: 19.99 is one of 0.01, which a division of doubles denies. */
export function isMultipleOf(value: number, divisor: number): boolean {
  if (Number.isSafeInteger(value) && Number.isSafeInteger(divisor)) return value % divisor === 0
  if (!Number.isFinite(value)) return false
  const [millionths, ofMillionths] = [Math.round(value * 1e6), Math.round(divisor * 1e6)]
  // Of up to 15 digits a double keeps all, so that these are the decimal texts.
  if (
    Math.abs(millionths) < 1e15 &&
    ofMillionths < 1e15 &&
    millionths / 1e6 === value &&
    ofMillionths / 1e6 === divisor
  ) {
    return millionths % ofMillionths === 0
  }
  const [a, b] = [decimal(value), decimal(divisor)]
  const exponent = Math.min(a.exponent, b.exponent)
  return scaled(a, exponent) % scaled(b, exponent) === 0n
}

interface Decimal {
  readonly digits: bigint
  readonly exponent: number
}

/** The shortest decimal number that reads as this one. */
function decimal(value: number): Decimal {
  const [mantissa = '', exponent = '0'] = value.toString().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length }
}

function scaled({ digits, exponent }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(exponent - to)
}

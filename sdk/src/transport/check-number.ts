/**
 * Refuses a number that would make a loop without delay, or one without end of what should end. Undefined passes.
 * @param action completes "Cannot ..."
 * @throws {TypeError} it is no number within the range
 */
export function checkNumber(
  action: string,
  name: string,
  value: number | undefined,
  { least, most = Number.POSITIVE_INFINITY }: { least: number; most?: number },
): void {
  if (value === undefined || (value >= least && value <= most)) return
  const range = most === Number.POSITIVE_INFINITY ? `>= ${least}` : `from ${least} to ${most}`
  throw new TypeError(`Cannot ${action} as ${name} must be a number ${range}: current value is ${String(value)}`)
}

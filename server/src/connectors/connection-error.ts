/** Describes the error that broke a connection, or prevented it. */
export function describeConnectionError(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  // An attempt at several addresses has no message of its own, only those of each.
  const causes =
    error instanceof AggregateError
      ? error.errors.filter((part) => part instanceof Error).map((part) => part.message)
      : [error.message]
  const text = causes.filter((part) => part !== '').join('; ')
  return code === '' || text.includes(code) ? text : `${code}: ${text}`
}

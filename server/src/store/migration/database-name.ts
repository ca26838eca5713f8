/** Names the database of a URL without its user, its password and its options: `postgres://host:port/database`. */
export function databaseName(databaseUrl: string): string {
  const { hostname, port, pathname, searchParams } = new URL(databaseUrl)
  const host = hostname === '' ? (searchParams.get('host') ?? 'localhost') : hostname
  return `postgres://${host}:${port === '' ? 5432 : port}${pathname}`
}

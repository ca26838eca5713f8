import { ConfigError } from './config.ts'

/**
 * Returns the prefix of links: the whole path of the instance, known before any request.
 * @throws ConfigError it has parameters, or characters that would have to be escaped
 */
export function fixedPrefix(prefix: string): string {
  const fixed = prefix.replace(/\/+$/, '')
  if (/^(\/[A-Za-z0-9._~-]+)*$/.test(fixed)) return fixed
  throw new ConfigError(
    `Cannot register waybillPlugin as prefix must be a path of letters, digits and -._~ without parameters: it is ${JSON.stringify(prefix)}`,
  )
}

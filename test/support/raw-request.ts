/* Requests as their bytes, for those that no client would send. */

export const GOOD = 'GET /v1/limits HTTP/1.1\r\nhost: localhost\r\n\r\n'
export const head = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`
export const upload = (...lines: string[]): string =>
  head('POST /v1/jobs HTTP/1.1', 'host: localhost', 'content-type: application/x-ndjson', ...lines)
export const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`

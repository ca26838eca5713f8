/** The paths that answers name: all of them under the prefix at which a host has mounted the server. */
export interface ApiPaths {
  /** `''` for a server of its own. */
  readonly prefix: string
  job(id: string): string
  execution(id: string): string
  /** The list of an execution's jobs. */
  jobsOfExecution(id: string): string
  channel(name: string): string
  /** The list of a channel's jobs. */
  jobsOfChannel(name: string): string
  /** What explains a problem: its `type`. */
  problem(code: string): string
}

/** @param prefix path-absolute without a slash at its end, or empty */
export function apiPaths(prefix: string): ApiPaths {
  const api = `${prefix}/v1`
  return {
    prefix,
    job: (id) => `${api}/jobs/${id}`,
    execution: (id) => `${api}/executions/${encodeURIComponent(id)}`,
    jobsOfExecution: (id) => `${api}/jobs?executionId=${encodeURIComponent(id)}`,
    channel: (name) => `${api}/channels/${name}`,
    jobsOfChannel: (name) => `${api}/jobs?channel=${name}`,
    problem: (code) => `${prefix}/docs/errors#${code}`,
  }
}

/** Of a server of its own. */
export const rootPaths: ApiPaths = apiPaths('')

const LINKS = /"links":\{[^}]*\}/g
/** The last such part of a path is the API's own: ids and names have no slash. */
const LINK = /":"[^"]*(\/v1\/(?:jobs|executions|channels)[/?])/g

/**
 * An answer that was stored as JSON, with links under the prefix of today. Quotes in what clients wrote are escaped and metadata holds
 * only strings, so that nothing but our own `links` is found.
 */
export function relinked(json: string, { prefix }: ApiPaths): string {
  return json.replace(LINKS, (links) => links.replace(LINK, (_, path: string) => `":"${prefix}${path}`))
}

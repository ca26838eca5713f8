/** The paths that answers name: all of them under the prefix at which a host has mounted the server. */
export interface ApiPaths {
  /** `''` for a server of its own. */
  readonly prefix: string
  job(id: string): string
  execution(id: string): string
  /** The list of an execution's jobs. */
  jobsOfExecution(id: string): string
  channel(name: string): string
  subscription(name: string): string
  /** The list of a channel's jobs. */
  jobsOfChannel(name: string): string
  webhookEndpoint(id: string): string
  /** The list of the failed items of a group. */
  deadLettersOfGroup(group: { readonly id: string; readonly channel: string; readonly code: string }): string
  /** The documentation of a problem: its `type`. */
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
    subscription: (name) => `${api}/subscriptions/${encodeURIComponent(name)}`,
    jobsOfChannel: (name) => `${api}/jobs?channel=${name}`,
    deadLettersOfGroup: ({ id, channel, code }) =>
      `${api}/dead-letters?channel=${channel}&code=${encodeURIComponent(code)}&group=${id}`,
    webhookEndpoint: (id) => `${api}/webhook-endpoints/${id}`,
    problem: (code) => `${prefix}/docs/errors#${code}`,
  }
}

/** Of a server of its own. */
export const rootPaths: ApiPaths = apiPaths('')

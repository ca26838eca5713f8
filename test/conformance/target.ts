/** A server, or what stands in for one, on which the suite runs. */
export interface Target {
  readonly name: string
  start(): Promise<RunningTarget>
}

/** A started target: fresh, with `--dev`, and so with the channel `sandbox`. */
export interface RunningTarget {
  readonly baseUrl: string
  /** As the global one; mocks bring their own. */
  readonly fetch: typeof fetch
  /** A channel beside `sandbox`, on which an item with `data.crash` ends the worker that calls it. */
  readonly crashingChannel: string
  stop(): Promise<void>
}

/** Hands the target that the tests of one file run on to each of them. */
export type UseTarget = () => RunningTarget

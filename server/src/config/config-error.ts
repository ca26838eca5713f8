/** The error of an invalid configuration: the process ends with code 2 before anything has started. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ConfigError'
  }
}

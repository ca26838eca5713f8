/** What the operator wrote cannot be understood: the process ends with code 2 before anything has started. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ConfigError'
  }
}

/** Something that starts and stops. Started last stage first, stopped first stage first. */
export interface Service {
  start?(): Promise<void> | void
  /** Ends what it began; a second call does nothing. */
  stop(): Promise<void> | void
}

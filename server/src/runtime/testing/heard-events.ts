import type { Telemetry, TelemetryEvents, TelemetryName } from '../telemetry.ts'

type HeardEvent = { [Name in TelemetryName]: readonly [Name, TelemetryEvents[Name]] }[TelemetryName]

/** Listens to events of these names. Returns the list that they are added to, as they come. */
export function hearEvents(telemetry: Telemetry, ...names: readonly TelemetryName[]): HeardEvent[] {
  const heard: HeardEvent[] = []
  for (const name of names) telemetry.on(name, (event) => heard.push([name, event] as HeardEvent))
  return heard
}

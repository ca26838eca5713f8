import { getRandomValues } from 'node:crypto'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Telemetry } from '../runtime/telemetry.ts'
import { DropLog } from './drop-log.ts'
import { OtlpSpans } from './otlp-spans.ts'
import { Traces, type TracesOptions } from './traces.ts'

export interface OpenTracesOptions {
  readonly settings: { readonly url: string | null; readonly ratio: number; readonly serviceName: string }
  readonly telemetry: Telemetry
  readonly clock: Clock
  readonly logger: Logger
  readonly channels: TracesOptions['channels']
  readonly version: string
}

/** Resolves with the traces of a server; null: there is no collector, and no library of it is loaded. */
export async function openTraces(options: OpenTracesOptions): Promise<Traces | null> {
  const { settings, telemetry, clock, logger, channels, version } = options
  const { url, ratio, serviceName } = settings
  if (url === null) return null
  const log = new DropLog({ clock, logger })
  const sink = await OtlpSpans.open({
    ...{ url, serviceName, version, clock },
    onDropped(cause, count) {
      log.dropped(cause, count)
      telemetry.emit('spans.dropped', { cause, count })
    },
    onExported: () => log.exported(),
  })
  const tracing = { seed: getRandomValues(new Uint32Array(4)), ratio }
  return new Traces({ telemetry, clock, channels, tracing, sink })
}

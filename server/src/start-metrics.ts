import { type Config, isLoopbackAddress } from './config.ts'
import { MetricsListener, type MetricsListenerOptions } from './http/metrics-listener.ts'
import type { OwnPorts } from './model/egress.ts'
import type { Logger } from './runtime/logger.ts'

/** Returns the listener on the port of their own that metrics may have; none without one. */
export function metricsListener(
  metrics: MetricsListenerOptions['metrics'],
  { config, ownPorts, logger }: { readonly config: Config; readonly ownPorts: OwnPorts; readonly logger: Logger },
): MetricsListener[] {
  const { port, host } = config.metrics
  if (port === null) return []
  const onListening = (url: string): void => {
    ownPorts.add(Number(new URL(url).port))
    logger.info({ metricsUrl: url }, 'Metrics listening')
  }
  return [new MetricsListener({ metrics, port, host, loopback: isLoopbackAddress(host), onListening })]
}

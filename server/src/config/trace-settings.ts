import { ConfigError } from './config-error.ts'

/** Where spans go, and how many calls have one. */
export interface TraceSettings {
  /** The collector's URL for spans (OTLP over HTTP); null: nothing is traced. */
  readonly url: string | null
  /** The share of calls with a span whatever becomes of them, 0 to 1. */
  readonly ratio: number
  /** The server's name in traces. */
  readonly serviceName: string
}

export const DEFAULT_TRACE_RATIO = 0.01
export const DEFAULT_SERVICE_NAME = 'waybill-server'

/**
 * Reads the variables of OpenTelemetry that have a meaning here. How spans are sent (headers, timeout, compression, certificates) is read by
 * the exporter itself.
 * @throws ConfigError names the variable and the requirement; never a value of it, which may hold secrets
 */
export function readTraceSettings(env: Readonly<Record<string, string | undefined>>): TraceSettings {
  const { OTEL_SDK_DISABLED: disabled, OTEL_TRACES_EXPORTER: exporter } = env
  const isOff = disabled?.toLowerCase() === 'true' || exporter === 'none'
  return {
    url: isOff ? null : readUrl(env),
    ratio: readRatio(env['OTEL_TRACES_SAMPLER_ARG']),
    serviceName: env['OTEL_SERVICE_NAME'] || DEFAULT_SERVICE_NAME,
  }
}

function readUrl(env: Readonly<Record<string, string | undefined>>): string | null {
  const [own, shared] = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'] as const
  const name = env[own] ? own : shared
  const text = env[name]
  if (text === undefined || text === '') return null
  const fault = traceUrlFault(text)
  if (fault !== null) throw new ConfigError(`Cannot start as ${name} ${fault}`)
  const protocolName = env['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL']
    ? 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'
    : 'OTEL_EXPORTER_OTLP_PROTOCOL'
  if (env[protocolName] === 'grpc') {
    throw new ConfigError(`Cannot start as ${protocolName} must be http/json, which is what is sent: it is grpc`)
  }
  return name === own ? text : `${text.replace(/\/+$/, '')}/v1/traces`
}

/** Returns the fault of a collector's URL, as the end of a sentence; null: none. */
export function traceUrlFault(text: string): string | null {
  const url = URL.parse(text)
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return null
  return 'must be an http or https URL: it is none'
}

function readRatio(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_TRACE_RATIO
  const ratio = Number(text)
  if (ratio >= 0 && ratio <= 1) return ratio
  throw new ConfigError(`Cannot start as OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1: it is ${text}`)
}

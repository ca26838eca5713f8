/** Media types of metrics, the default first. */
const formats = { 'text/plain': 'prometheus', 'application/openmetrics-text': 'openmetrics' } as const

export type MetricsFormat = (typeof formats)[keyof typeof formats]

/** Returns the format that an `Accept` prefers; the Prometheus text format, if it names neither. The versions that it names are those of today or older. */
export function metricsFormatOf(accept: string | undefined): MetricsFormat {
  let best: MetricsFormat = 'prometheus'
  let bestQuality = 0
  for (const range of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    if (!Object.hasOwn(formats, type)) continue
    const quality = qualityOf(parameters)
    if (quality <= bestQuality) continue
    best = formats[type as keyof typeof formats]
    bestQuality = quality
  }
  return best
}

function qualityOf(parameters: readonly string[]): number {
  const written = parameters.find((parameter) => parameter.startsWith('q='))
  const quality = written === undefined ? 1 : Number(written.slice(2))
  return quality >= 0 && quality <= 1 ? quality : 0
}

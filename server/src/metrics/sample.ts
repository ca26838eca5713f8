/** One line of the text of metrics. */
export interface Sample {
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
  /** Of a histogram: what follows the metric's name. @default nothing */
  readonly suffix?: '_bucket' | '_sum' | '_count'
}

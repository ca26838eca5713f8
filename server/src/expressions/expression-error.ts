/** Where in an expression, in UTF-16 units from its start; `to` is exclusive. */
export interface ExpressionRange {
  readonly from: number
  readonly to: number
}

/** An expression that is refused, or that cannot be evaluated. */
export class ExpressionError extends Error {
  /** The fault, as the end of a sentence. */
  readonly detail: string
  /** null: the whole expression. */
  readonly range: ExpressionRange | null

  constructor(detail: string, range: ExpressionRange | null) {
    super(
      `Cannot evaluate expression as ${detail}${range === null ? '' : ` (characters ${range.from} to ${range.to})`}`,
    )
    this.name = 'ExpressionError'
    this.detail = detail
    this.range = range
  }
}

import { ExpressionError } from '../../expressions/expression.ts'

/** A template that is refused, with the place and the reason. */
export class TemplateFault extends Error {
  /** JSON Pointer into the template. */
  readonly pointer: string
  /** The end of a sentence. */
  readonly detail: string

  constructor(pointer: string, { detail, range }: Pick<ExpressionError, 'detail' | 'range'>) {
    const where = range === null ? '' : ` (characters ${range.from} to ${range.to})`
    super(`Cannot use template as ${pointer} ${detail}${where}`)
    this.name = 'TemplateFault'
    this.pointer = pointer
    this.detail = detail + where
  }
}

/** Runs a function for the value at a pointer. @throws TemplateFault it throws an ExpressionError */
export function at<T>(pointer: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw error instanceof ExpressionError ? new TemplateFault(pointer, error) : error
  }
}

/** The error of an expression that cannot be evaluated, with its place: a range alone names none. */
export function placedError(pointer: string, { detail, range }: ExpressionError): ExpressionError {
  return new ExpressionError(`${pointer}: ${detail}`, range)
}

/** The variables of one evaluation. What is large is made only when an expression needs it. */
export interface Variables {
  /** All of them, as JSON values; whole numbers of their own as bigint. */
  readonly values: Readonly<Record<string, unknown>>
  /** The members of a variable that is an object; null: only `values` has it. */
  object(variable: string): Members | null
  /** The members of each element of a variable that is a list of objects; null: only `values` has it. */
  list(variable: string): readonly Members[] | null
}

/** The members of an object, one by one. They are the same as those in `values`. */
export interface Members {
  /** A member as a JSON value, whole numbers too; undefined: there is none. */
  get(name: string): unknown
  /** A member's JSON text where it need not be made; undefined: make it of the value. */
  text(name: string): string | undefined
}

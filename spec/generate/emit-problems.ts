import type { SpecDocument } from './spec-document.ts'

/** The closed list of problem codes with what is said about each. */
export function emitProblems(spec: SpecDocument): string {
  const problems = spec.components['x-problem-codes']
  return `export type ProblemCode =
${Object.keys(problems)
  .map((code) => `  | '${code}'`)
  .join('\n')}

export interface ProblemText {
  /** The HTTP status that goes with the code. */
  readonly status: number
  readonly title: string
  /** When it is answered. */
  readonly description: string
  /** The advice to the caller. */
  readonly action: string
}

/** Every problem code, by HTTP status. */
export const problemCodes: Readonly<Record<ProblemCode, ProblemText>> = ${JSON.stringify(problems, null, 2)}
`
}

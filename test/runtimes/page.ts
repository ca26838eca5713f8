// The program in a browser: asks the page's server for its targets, and posts its results there.

import type { ProgramTargets } from './check.ts'
import { runProgram } from './program.ts'

void fetch('/targets')
  .then(async (answer) => await runProgram((await answer.json()) as ProgramTargets))
  .then((results) => fetch('/results', { method: 'POST', body: JSON.stringify(results) }))

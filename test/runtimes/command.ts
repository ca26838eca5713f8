// The program on a command line: gets its targets as JSON, prints its results as one line of JSON, and then must end by itself.

import type { ProgramTargets } from './check.ts'
import { runProgram } from './program.ts'

void runProgram(JSON.parse(process.argv[2]!) as ProgramTargets).then((results) => console.log(JSON.stringify(results)))

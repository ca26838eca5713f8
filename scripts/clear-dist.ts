// Removes what earlier builds left: Turbo puts the files of a build that it remembers beside those that are there, so that chunks of
// another build would stay, and be packed.

import { rmSync } from 'node:fs'
import { join } from 'node:path'

for (const folder of ['spec', 'sdk', 'server/dashboard', 'server/docs', 'server']) {
  rmSync(join(import.meta.dirname, '..', folder, 'dist'), { recursive: true, force: true })
}

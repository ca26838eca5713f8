import type { SoakServers } from './soak-servers.ts'

/** Invariants of the database of stopped servers: each query counts violations. */
const questions: Readonly<Record<string, string>> = {
  'jobs that have not ended': "SELECT count(*)::int AS n FROM waybill.jobs WHERE phase <> 'ended'",
  'places in the order of a channel given twice': `SELECT coalesce(sum(jobs - places), 0)::int AS n
    FROM (SELECT count(*) AS jobs, count(DISTINCT place) AS places FROM waybill.jobs WHERE place > 0 GROUP BY channel) j`,
  'places that no publication took': `SELECT count(*)::int AS n FROM (SELECT channel, max(place) AS last FROM waybill.jobs GROUP BY channel) j
    JOIN waybill.channels c ON c.name = j.channel WHERE j.last > c.last_place`,
  'jobs whose items are not their chunks':
    'SELECT count(*)::int AS n FROM waybill.jobs j WHERE total <> coalesce((SELECT sum(count) FROM waybill.chunks c WHERE c.ref = j.ref), 0)',
}

/** REC-1, REC-5: whatever happened to the servers of this database, it holds together. Only while none runs. */
export async function checkDatabase(cluster: SoakServers): Promise<string[]> {
  const faults: string[] = []
  for (const [what, sql] of Object.entries(questions)) {
    const [row] = (await cluster.query(sql)) as readonly { readonly n: number }[]
    if (row!.n > 0) faults.push(`there are ${row!.n} ${what}`)
  }
  return faults
}

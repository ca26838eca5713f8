import type { TestProject } from 'vitest/node'
import { connect } from '../../server/src/store/postgres/connection.ts'
import { migrate } from '../../server/src/store/postgres/open/migrate.ts'
import { POSTGRES_TEMPLATE, PostgresCluster } from './postgres-cluster.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of a PostgreSQL for all tests of the suite; each makes databases of its own. */
    postgres: string
  }
}

let cluster: PostgresCluster | null = null

/** Starts one PostgreSQL for all files of the suite. */
export async function setup(project: TestProject): Promise<void> {
  cluster = await PostgresCluster.start()
  const template = await connect(await cluster.createDatabase(POSTGRES_TEMPLATE), 'test')
  await migrate(template)
  await template.end()
  project.provide('postgres', cluster.urlOf('postgres'))
}

export async function teardown(): Promise<void> {
  await cluster?.close()
}

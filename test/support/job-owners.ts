const JOB_ID = /\bjob_[0-9a-z]+/g
/** Maximum number of reported faults. */
const MAX_REPORTED = 10

/** The tenants' jobs, as their clients submitted them: finds answers in which one of another tenant stands (SEC-1). */
export class JobOwners {
  readonly #tenants = new Map<string, string>()
  readonly faults: string[] = []

  /** @param id of a job that the tenant submitted */
  add(id: string, tenant: string): void {
    this.#tenants.set(id, tenant)
  }

  /** @returns undefined: nobody submitted it */
  of(id: string): string | undefined {
    return this.#tenants.get(id)
  }

  /** A job of another tenant, if there is one. @param at a number in [0, 1) */
  foreign(tenant: string, at: number): string | null {
    const others = [...this.#tenants].filter(([, owner]) => owner !== tenant)
    return others[Math.floor(at * others.length)]?.[0] ?? null
  }

  /** Reads an answer that a tenant got. @param what was asked, for the fault */
  read(tenant: string, text: string, what: string): void {
    for (const [id] of text.matchAll(JOB_ID)) {
      const owner = this.#tenants.get(id)
      if (owner !== undefined && owner !== tenant) this.fault(`${what} answered ${tenant} with ${id} of ${owner}`)
    }
  }

  fault(sentence: string): void {
    if (this.faults.length < MAX_REPORTED) this.faults.push(`SEC-1 ${sentence}`)
  }
}

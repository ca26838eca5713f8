import { describe, expect, it } from 'vitest'
import { type AuditEntry, auditTimeMs, type NumberedAuditEntry, serverEntry } from '../../../server/src/model/audit.ts'
import { newTokenId } from '../../../server/src/model/ids.ts'
import { AuditedAct, runAct, runServerAct } from '../../../server/src/store/audited-act.ts'
import type { AuditQuery } from '../../../server/src/store/audit-store.ts'
import type { Store } from '../../../server/src/store/store.ts'
import { commit, endOf, outcomes, publish, T0, termsOf, owned } from './fixtures.ts'
import { ownStore, type StoreKind, StoreWorld } from './world.ts'

const TOKEN = newTokenId(T0)

function entryOf(members: Partial<AuditEntry> = {}): AuditEntry {
  return {
    actor: { kind: 'token', tokenId: TOKEN, tokenName: 'nightly' },
    ...{ subscription: 'default', action: 'pauseJob', resource: { job: null, channel: null, others: {} } },
    ...{ address: '192.0.2.1', requestId: 'req_1', status: 202, code: null, count: 1 },
    ...members,
  }
}

async function listed(store: Store, query: Partial<AuditQuery> = {}): Promise<readonly NumberedAuditEntry[]> {
  return (await store.listAudit({ subscription: null, limit: 1000, ...query })).entries
}

/** The audit. */
export function auditSuite(kind: StoreKind): void {
  describe('the entry of an act', () => {
    it('is written with what it does, once for each job, and names the job and its channel', async () => {
      const store = await ownStore(kind)
      const [first, second] = [await publish(store), await publish(store)]
      const act = new AuditedAct(entryOf({ resource: { job: null, channel: null, others: { execution: 'e' } } }))
      await runAct(act, async () => {
        await store.holdJobs(owned(store, [first.ref, second.ref]), { pausedAtMs: T0 })
        await store.holdJobs(owned(store, [first.ref]), { pausedAtMs: null })
      })
      const entries = await listed(store)
      expect(entries.map(({ resource }) => resource)).toEqual(
        [second, first].map(({ id, envelope: { channel } }) => ({ job: id, channel, others: { execution: 'e' } })),
      )
      const { firstSeq, size } = act.stored!
      expect(entries.every(({ seq }) => seq >= firstSeq && seq < firstSeq + size)).toBe(true)
    })

    it('names what a request made, and beside it the job that the request named', async () => {
      const store = await ownStore(kind)
      const old = await publish(store)
      const act = new AuditedAct(entryOf({ resource: { job: old.id, channel: null, others: {} } }))
      const made = await runAct(act, () => publish(store))
      expect((await listed(store)).map(({ resource }) => resource.job)).toEqual([made.id, old.id])
    })

    it('names a job that its write removes', async () => {
      const store = await ownStore(kind)
      const { ref, id, envelope } = await publish(store)
      await commit(store, ref, [], endOf())
      await runAct(new AuditedAct(entryOf()), () => store.deleteJob(ref))
      expect(await listed(store)).toMatchObject([{ resource: { job: id, channel: envelope.channel } }])
    })

    it('is written for what the server does by itself, whoever asked for something before', async () => {
      const store = await ownStore(kind)
      const { ref, id, envelope } = await publish(store)
      const over = new AuditedAct(entryOf())
      over.end()
      await runAct(over, () =>
        runServerAct(serverEntry('expireJob', { subscription: 'default' }), () =>
          store.markStopped(owned(store, [ref]), { reason: 'expired', atMs: T0 }),
        ),
      )
      expect(await listed(store, { actor: 'server' })).toMatchObject([
        { action: 'expireJob', subscription: 'default', resource: { job: id, channel: envelope.channel }, count: 1 },
      ])
    })

    it('is not there when its write is refused, and goes with the next one', async () => {
      const store = await ownStore(kind)
      const { ref } = await publish(store)
      const act = new AuditedAct(entryOf())
      await runAct(act, async () => {
        await expect(store.deleteJob(ref)).rejects.toMatchObject({ code: 'conflict' })
        expect([await listed(store), act.stored]).toEqual([[], null])
        await store.holdJobs(owned(store, [ref]), { pausedAtMs: T0 })
      })
      expect(await listed(store)).toHaveLength(1)
    })

    it('goes with no write that prepares, that the server makes by itself, or that follows the answer', async () => {
      const store = await ownStore(kind)
      const { ref } = await publish(store)
      const act = new AuditedAct(entryOf())
      await runAct(act, async () => {
        await store.discardJob(store.nextJobRef())
        await store.saveTats([])
        await store.makeEligible(owned(store, [ref]))
        act.end()
        await store.holdJobs(owned(store, [ref]), { pausedAtMs: T0 })
      })
      expect(await listed(store)).toEqual([])
    })

    it('goes with a commit of outcomes to which it was given', async () => {
      const store = await ownStore(kind)
      const { ref } = await publish(store)
      const act = new AuditedAct(entryOf())
      const batches = outcomes(store, ref, [{ index: 0 }])
      await runAct(act, () => store.commitOutcomes({ terms: termsOf(store), batches: [], ended: [] }))
      expect(act.stored).toBeNull()
      await store.commitOutcomes({ terms: termsOf(store), batches, ended: [], acts: [act] })
      expect(await listed(store)).toHaveLength(1)
    })
  })

  describe('the audit', () => {
    it('is listed newest first, by every filter, page by page', async () => {
      const store = await ownStore(kind)
      const entries: NumberedAuditEntry[] = []
      for (let n = 0; n < 600; n++) {
        const subscription = n % 2 === 0 ? 'a' : null
        const resource = {
          job: n % 3 === 0 ? 'job_3' : null,
          channel: n % 5 === 0 ? 'shop' : null,
          others: { index: `${n}` },
        }
        const actor = n % 2 === 0 ? entryOf().actor : ({ kind: 'anonymous', tokenId: null, tokenName: null } as const)
        const entry = entryOf({
          actor,
          subscription,
          resource,
          action: n % 7 === 0 ? 'getItem' : 'getResults',
          count: n + 1,
        })
        entries.unshift({ ...entry, seq: store.nextAuditSeq(T0 + n) })
      }
      await store.writeAudit({ entries, corrections: [] })
      const matching = async (query: Partial<AuditQuery>, filter: (entry: NumberedAuditEntry) => boolean) => {
        const found: NumberedAuditEntry[] = []
        for (let beforeSeq: AuditQuery['beforeSeq']; ;) {
          const page = await store.listAudit({
            subscription: null,
            limit: 7,
            ...query,
            ...(beforeSeq && { beforeSeq }),
          })
          expect(page.entries.length).toBeLessThanOrEqual(7)
          found.push(...page.entries)
          if (page.next === null) break
          beforeSeq = page.next
        }
        expect(found).toEqual(entries.filter(filter))
      }
      await matching({}, () => true)
      await matching({ subscription: 'a' }, ({ subscription }) => subscription === 'a')
      await matching({ actor: TOKEN }, ({ actor }) => actor.tokenId === TOKEN)
      await matching({ actor: 'anonymous' }, ({ actor }) => actor.kind === 'anonymous')
      await matching({ actor: 'token' }, () => false)
      await matching({ action: 'getItem' }, ({ action }) => action === 'getItem')
      await matching(
        { jobId: 'job_3' as never, subscription: 'a', channel: 'shop' },
        ({ resource, subscription }) => resource.job === 'job_3' && subscription === 'a' && resource.channel === 'shop',
      )
      await matching({ createdAfterMs: T0 + 100, createdBeforeMs: T0 + 200.5 }, ({ seq }) => {
        return auditTimeMs(seq) >= T0 + 100 && auditTimeMs(seq) < T0 + 201
      })
    })

    it('adds to an entry that is written again, corrects answers, and removes what is old in steps', async () => {
      const store = await ownStore(kind)
      const seqs = [0, 1, 2].map((n) => store.nextAuditSeq(T0 + n))
      const entries = seqs.map((seq) => ({ ...entryOf(), seq }))
      await store.writeAudit({ entries, corrections: [] })
      const again = { ...entryOf({ count: 4, requestId: null }), seq: seqs[1]! }
      const stored = { firstSeq: seqs[2]!, size: 1 }
      await store.writeAudit({ entries: [again], corrections: [{ stored, status: 500, code: 'internal_error' }] })
      expect(await listed(store)).toEqual([
        { ...entries[2]!, status: 500, code: 'internal_error' },
        { ...entries[1]!, count: 5, requestId: null },
        entries[0]!,
      ])
      expect(await store.purgeAudit(T0 + 2, 1)).toBe(1)
      expect(await store.purgeAudit(T0 + 2, 9)).toBe(1)
      expect(await store.purgeAudit(T0 + 2, 9)).toBe(0)
      expect(await listed(store)).toHaveLength(1)
    })

    it('never gives a number twice, over a start and a clock that was set back', async () => {
      const world = new StoreWorld(kind)
      const store = await world.start()
      const first = store.nextAuditSeq(T0)
      expect(store.nextAuditSeq(T0 - 1000)).toBeGreaterThan(first)
      const seq = store.nextAuditSeq(T0)
      await store.writeAudit({ entries: [{ ...entryOf(), seq }], corrections: [] })
      if (kind !== 'memory') {
        await store.stop()
        expect((await world.start()).nextAuditSeq(0)).toBeGreaterThan(seq)
      }
      await world.close()
    })
  })
}

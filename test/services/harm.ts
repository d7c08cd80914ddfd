import { randomBytes } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { useProxy, type TestProxy } from './proxy.ts'
import { describeService, type Service } from './service.ts'
import type { Session } from './session.ts'

export interface Subject extends Service {
  /** @throws the client's own error */
  open(address: { readonly host: string; readonly port: number }): Promise<Session>
  /** What the client says when its connection is reset or cut under it. */
  readonly broken: RegExp
  /** What it says when no answer comes. */
  readonly late: RegExp
}

/** The same harm to every server's client: it must hurt as promised, show as the client's own error, and heal. */
export async function describeHarm(subject: Subject): Promise<void> {
  const useSession = async (proxy: TestProxy): Promise<Session> => {
    const session = await subject.open(proxy.address)
    onTestFinished(() => session.close())
    await session.ask()
    return session
  }
  const asked = async (session: Session): Promise<number> => {
    const started = performance.now()
    await session.ask()
    return performance.now() - started
  }
  const recovers = async (session: Session): Promise<void> => {
    const attempt = (): Promise<string> => session.ask().then(() => 'works', String)
    await expect.poll(attempt, { timeout: 15_000, interval: 100 }).toBe('works')
  }

  await describeService(subject, (upstream) => {
    test('works through a proxy as without one', async () => {
      const session = await useSession(await useProxy(upstream))
      const bytes = randomBytes(200_000)
      expect(bytes.equals(await session.carry(bytes))).toBe(true)
    })

    test('latency adds its time to every round trip, and goes at once', async () => {
      const proxy = await useProxy(upstream)
      const session = await useSession(proxy)
      proxy.add({ name: 'there', kind: 'latency', stream: 'upstream', attributes: { latency: '120ms' } })
      proxy.add({ name: 'back', kind: 'latency', stream: 'downstream', attributes: { latency: '180ms' } })
      const slowed = await asked(session)
      proxy.heal()
      const times = [await asked(session), await asked(session), await asked(session)]
      expect(slowed).toBeGreaterThanOrEqual(299.5)
      expect(Math.min(...times)).toBeLessThan(100)
    })

    test('pacing and slicing change no byte', async () => {
      const proxy = await useProxy(upstream)
      const session = await useSession(proxy)
      proxy.add({ kind: 'bandwidth', stream: 'downstream', attributes: { rate: 1000 } })
      proxy.add({
        kind: 'slicer',
        stream: 'upstream',
        attributes: { average_size: 700, size_variation: 300, delay: 50 },
      })
      const bytes = randomBytes(200_000)
      const started = performance.now()
      expect(bytes.equals(await session.carry(bytes))).toBe(true)
      expect(performance.now() - started).toBeGreaterThan(150)
    })

    test('a reset is an error of the client, also on an idle connection, and the client recovers', async () => {
      const proxy = await useProxy(upstream)
      const session = await useSession(proxy)
      proxy.add({ kind: 'reset_peer', stream: 'downstream', attributes: { timeout: 0 } })
      await expect(session.ask()).rejects.toThrow(subject.broken)
      proxy.heal()
      await recovers(session)
    })

    test('a reply cut in the middle is an error of the client, and the client recovers', async () => {
      const proxy = await useProxy(upstream)
      const session = await useSession(proxy)
      proxy.add({ kind: 'limit_data', stream: 'downstream', attributes: { bytes: 3000 } })
      await expect(session.carry(randomBytes(100_000))).rejects.toThrow(subject.broken)
      proxy.heal()
      await recovers(session)
    })

    describe.each([
      { kind: 'blackhole', attributes: { mode: 'discard' } },
      { kind: 'blackhole', attributes: { mode: 'stall' } },
      { kind: 'timeout', attributes: { timeout: 0 } },
    ])('$kind $attributes', ({ kind, attributes }) => {
      test("silence runs into the client's own time limit, and the client recovers", async () => {
        const proxy = await useProxy(upstream)
        const session = await useSession(proxy)
        proxy.add({ kind, stream: 'downstream', attributes })
        await expect(session.ask()).rejects.toThrow(subject.late)
        proxy.heal()
        await recovers(session)
      })
    })

    test('a refused connection is ECONNREFUSED, and the port is there again afterwards', async () => {
      const proxy = await useProxy(upstream)
      const fault = proxy.add({ kind: 'refuse' })
      await expect.poll(() => proxy.state()).toBe('refused')
      await expect(subject.open(proxy.address).then((session) => session.ask())).rejects.toThrow(
        /ECONNREFUSED|connection refused/i,
      )
      proxy.remove(fault)
      await expect.poll(() => proxy.state()).toBe('listening')
      await useSession(proxy)
    })
  })
}

import { CallError } from './call-error.ts'
import type { RemoteProxy, Step } from './remote-proxy.ts'
import type { ToxiproxyServer } from './toxiproxy-server.ts'

/** Calls side by side; those about one proxy follow each other. */
const SIDE_BY_SIDE = 4

export interface CarryOutParts {
  readonly server: ToxiproxyServer
  /** The server must be looked at again: a call that was given up has settled. */
  readonly look: () => void
  readonly failed: (proxy: string, what: string, error: CallError) => void
  /** A toxic is gone that nobody here had put there. */
  readonly swept: (proxy: string, toxic: string) => void
}

/** Does what the proxies of a server lack. @returns how many steps were done */
export async function carryOut(proxies: Iterable<RemoteProxy>, parts: CarryOutParts): Promise<number> {
  const work = [...proxies].flatMap((proxy) => {
    const steps = proxy.steps()
    return steps.length === 0 ? [] : [{ proxy, steps }]
  })
  let done = 0
  const lane = async (): Promise<void> => {
    for (let next = work.shift(); next !== undefined; next = work.shift()) {
      for (const step of next.steps) {
        if (!next.proxy.wants(step)) continue
        if (await carry(next.proxy, step, parts)) done++
      }
    }
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane))
  return done
}

async function carry(proxy: RemoteProxy, step: Step, parts: CarryOutParts): Promise<boolean> {
  const { server, look, failed, swept } = parts
  const { name: of } = proxy.server
  const name = step.do === 'remove' ? step.name : step.toxic.name
  const late = (): void => {
    proxy.answered(name)
    look()
  }
  try {
    if (step.do === 'remove') {
      await server.remove(of, name, late)
      proxy.forget(name)
      if (step.stray) swept(of, name)
    } else {
      await server[step.do](of, step.toxic, late)
      proxy.took(name, step.spec)
    }
    return true
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    proxy.forget(name)
    failed(of, `${step.do} toxic ${name}`, error)
    const { status } = error
    if (error.isLate) proxy.unanswered(name)
    // It knows no such toxic, or takes it otherwise: asking again would not help.
    else if (status === 400 && step.do !== 'remove') proxy.refused(step.spec, `the server refused it: ${error.message}`)
    // 404: the proxy is gone; 409: the toxic is there. The next look shows it.
    return false
  }
}

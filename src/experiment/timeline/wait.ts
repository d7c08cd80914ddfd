import type { Fact } from '../../contract/events.ts'
import type { WaitFor } from '../profile.ts'

/** What ends a stage before its duration does, with the proxies on which it is to be seen. */
export interface PlannedWait extends WaitFor {
  /** Undefined: any of the run. */
  readonly proxies?: readonly string[]
}

export function planWait(wait: WaitFor, proxies: ReadonlyMap<string, readonly string[]>): PlannedWait {
  const seenOn = wait.target === undefined ? undefined : proxies.get(wait.target)
  return seenOn === undefined ? wait : { ...wait, proxies: seenOn }
}

/** Whether a fact is one of those that a stage waits for. */
export function counts({ of, what, kind }: PlannedWait, fact: Fact): boolean {
  switch (of) {
    case 'connections':
      return fact.type === 'connection_opened' || fact.type === 'connection_refused'
    case 'exchanges':
      return fact.type === 'exchange'
    case 'event':
      return fact.type === what && (kind === undefined || ('kind' in fact && fact.kind === kind))
    case 'check':
      return false
  }
}

/** In words, for previews and for what went wrong. */
export function describeWait({ of, what, count, kind, target }: WaitFor): string {
  const where = target === undefined ? '' : ` on ${target}`
  switch (of) {
    case 'check':
      return `check ${what}`
    case 'event':
      return `${count} ${what}${kind === undefined ? '' : ` of kind ${kind}`}${where}`
    case 'connections':
    case 'exchanges':
      return `${count} ${of}${where}`
  }
}

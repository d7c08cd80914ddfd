import type { JournalEvent } from '../../contract/events.ts'

export interface EventFilter {
  readonly type?: JournalEvent['type'] | undefined
  readonly proxy?: string | undefined
  readonly run?: string | undefined
}

export function matches(event: JournalEvent, { type, proxy, run }: EventFilter): boolean {
  return (
    (type === undefined || event.type === type) &&
    (proxy === undefined || ('proxy' in event && event.proxy === proxy)) &&
    (run === undefined || ('run' in event && event.run === run) || ('owner' in event && event.owner === `run:${run}`))
  )
}

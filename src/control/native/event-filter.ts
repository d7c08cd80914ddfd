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
    (run === undefined || isOf(event, run))
  )
}

function isOf(event: JournalEvent, run: string): boolean {
  if ('run' in event && event.run === run) return true
  const owner = 'owner' in event ? event.owner : 'partition' in event ? event.partition : undefined
  return owner === `run:${run}`
}

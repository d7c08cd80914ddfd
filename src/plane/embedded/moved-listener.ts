import { sharesPort } from '../../contract/address.ts'
import { ListenerSwitch } from './listener-switch.ts'
import type { ListenerHost, Mode } from './listener-switch.ts'

/**
 * A listener on another address, bound before the old one goes, so that a failure leaves things as they were.
 * The old one is the caller's to close.
 */
export async function movedListener(
  old: ListenerSwitch,
  text: string,
  host: ListenerHost,
  mode: () => Mode,
): Promise<ListenerSwitch> {
  const next = new ListenerSwitch(text, host)
  if (!sharesPort(text, old.text)) {
    await next.open()
    return next
  }
  await old.want('disabled')
  try {
    await next.open()
  } catch (error) {
    await old.want(mode())
    throw error
  }
  return next
}

import { FaultlineError } from '../contract/errors.ts'
import type { PlaneParts } from '../plane/toxiproxy/toxiproxy-plane.ts'
import type { ToxiproxyPlanes } from '../plane/toxiproxy/toxiproxy-planes.ts'
import type { Settings } from './settings.ts'

type OpenPlanes = (shelf: PlaneParts['shelf']) => ToxiproxyPlanes

/**
 * What drives the Toxiproxy servers of the settings, once it is given where their proxies stand; without any, nothing of
 * them is loaded.
 * @throws FaultlineError invalid_config when two have one name
 */
export async function planesOpener(
  { planes }: Pick<Settings, 'planes'>,
  parts: Omit<PlaneParts, 'shelf'>,
): Promise<OpenPlanes | undefined> {
  if (planes.length === 0) return undefined
  const twice = planes.find(({ name }, i) => planes.findIndex((one) => one.name === name) < i)
  if (twice !== undefined) {
    const message = `planes has two named ${twice.name}; each needs a name of its own`
    throw new FaultlineError('invalid_config', message, { problems: [{ pointer: '/planes', message }] })
  }
  const { ToxiproxyPlanes: Planes } = await import('../plane/toxiproxy/toxiproxy-planes.ts')
  const configs = planes.map(({ name, toxiproxy, mark, timeout, every, allow_unseeded: allowUnseeded }) => ({
    name,
    toxiproxy: toxiproxy.replace(/\/$/, ''),
    mark: `${mark}.`,
    timeoutMs: timeout,
    everyMs: every,
    allowUnseeded,
  }))
  return (shelf) => new Planes(configs, { ...parts, shelf })
}

import type { ProfileInput } from '../contract/wire.ts'
import { parseProfile } from '../experiment/parse-profile.ts'
import { parseYaml } from '../experiment/yaml-source.ts'
import { catalogue } from '../faults/catalogue.ts'
import { RealClock } from '../kernel/clock.ts'
import { EmbeddedPlane } from '../plane/embedded/plane.ts'
import { Registry } from '../registry/registry.ts'
import { judgeProxies } from './apply-proxies.ts'
import { readConfig, type ConfigFile } from './config-file.ts'

const sink = { emit: () => undefined }
const NO_LIMITS = { connections: 1, connectionsPerProxy: 1, heldBytesPerLink: 1, heldBytesTotal: 1, dialMs: 1 }

/**
 * Checks a config file as the daemon would at its start, but opens nothing.
 * @throws FaultlineError invalid_config with file, line and column of every problem
 */
export async function checkConfig(file: string, text: string): Promise<ConfigFile> {
  const config = readConfig(file, text)
  const plane = new EmbeddedPlane({ clock: new RealClock(), sink, kinds: catalogue, limits: NO_LIMITS })
  const limits = { proxies: Number.MAX_SAFE_INTEGER, faultsPerProxy: Number.MAX_SAFE_INTEGER }
  await judgeProxies(new Registry({ plane, sink, seed: 'none', limits }), config)
  return config
}

/**
 * Checks a profile file as the daemon would when it starts a run, but without the proxies that it is aimed at.
 * @returns it as the API takes it
 * @throws FaultlineError invalid_profile with file, line and column of every problem
 */
export function checkProfile(file: string, text: string): ProfileInput {
  parseProfile(file, text)
  return parseYaml(text).value as ProfileInput
}

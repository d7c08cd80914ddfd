import type { Problem } from '../contract/errors.ts'
import type { ParameterValues, ProfileInput } from '../contract/profile-wire.ts'
import type { PlanWarning } from '../contract/plan-wire.ts'
import { pointsOf } from '../experiment/matrix.ts'
import { planPreview } from '../experiment/plan-preview.ts'
import { parseProfile, placeIn } from '../experiment/parse-profile.ts'
import { parseYaml } from '../experiment/yaml-source.ts'
import { catalogue } from '../faults/catalogue.ts'
import { wishReader } from '../faults/read-wishes.ts'
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
  const plane = new EmbeddedPlane({
    clock: new RealClock(),
    sink,
    kinds: catalogue,
    wishes: wishReader,
    limits: NO_LIMITS,
  })
  const limits = { proxies: Number.MAX_SAFE_INTEGER, faultsPerProxy: Number.MAX_SAFE_INTEGER }
  await judgeProxies(new Registry({ plane, sink, seed: 'none', limits }), config)
  return config
}

/**
 * Checks a profile file as the daemon would when it starts a run, but without the proxies that it is aimed at.
 * @param set values of its parameters
 * @returns it as the API takes it
 * @throws FaultlineError invalid_profile with file, line and column of every problem
 */
export function checkProfile(file: string, text: string, set: ParameterValues = {}): ProfileInput {
  const { matrix } = parseProfile(file, text, set)
  if (matrix !== undefined) for (const point of pointsOf(matrix, set)) parseProfile(file, text, { ...set, ...point })
  return parseYaml(text).value as ProfileInput
}

/**
 * What of a profile file can never act, or does other than it seems to, as far as that can be told without its proxies.
 * @throws FaultlineError invalid_profile
 */
export function lintProfile(file: string, text: string): readonly PlanWarning[] {
  const profile = parseProfile(file, text)
  const { warnings } = planPreview(profile, { proxies: [], seed: 'none' }, {}, 1)
  return warnings
    .filter(({ code }) => code !== 'target_not_found' && code !== 'would_be_refused')
    .map((warning) => ({ ...warning, message: `${placeIn(file, text, warning.pointer)}: ${warning.message}` }))
}

/** Problems of a profile that others found in it, each with its place in the file. */
export const locateProblems = (file: string, text: string, problems: readonly Problem[]): readonly Problem[] =>
  problems.map(({ pointer, message }) => ({ pointer, message: `${placeIn(file, text, pointer)}: ${message}` }))

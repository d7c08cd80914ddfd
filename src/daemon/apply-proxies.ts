import { FaultlineError, type Problem } from '../contract/errors.ts'
import { MOST_PROBLEMS, validator } from '../contract/validate.ts'
import type { JsonSchema } from '../contract/attributes.ts'
import { proxyInputSchema } from '../faults/fault-schema.ts'
import type { ConfigDiff, Registry } from '../registry/registry.ts'
import { pointer, type ConfigFile } from './config-file.ts'

/** The `proxies` of a config file. */
export const PROXIES: JsonSchema = {
  type: 'object',
  propertyNames: { pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' },
  additionalProperties: proxyInputSchema(),
}

/**
 * Finds every problem of every proxy, where applying would stop at the first.
 * @throws FaultlineError invalid_config with file, line and column of each
 */
export async function judgeProxies(registry: Registry, config: ConfigFile): Promise<void> {
  if (Object.keys(config.proxies).length === 0) return
  const problems: Problem[] = config.isToxiproxy ? [] : validator(PROXIES)(config.proxies, '/proxies')
  // With so many there may be more, so that nothing can be taken for sound.
  const judged = problems.length < MOST_PROBLEMS ? Object.entries(config.proxies) : []
  const sound = judged.filter(([name]) => !problems.some((one) => isUnder(one.pointer, name)))
  for (const [name, proxy] of sound) {
    try {
      await registry.putConfig({ [name]: proxy }, { dryRun: true })
    } catch (error) {
      if (!(error instanceof FaultlineError)) throw error
      const { message, pointer: at = pointer(['proxies', name]) } = error
      problems.push(...(error.problems.length > 0 ? error.problems : [{ pointer: at, message }]))
    }
  }
  if (problems.length === 0) return
  const detail = problems.length === 1 ? 'one problem' : `${problems.length} problems`
  throw config.locate(new FaultlineError('invalid_config', detail, { problems }))
}

/** Makes the registry have the proxies of the file and no others of config and API. Whole or not at all. */
export async function applyProxies(registry: Registry, config: ConfigFile): Promise<ConfigDiff> {
  await judgeProxies(registry, config)
  try {
    return await registry.putConfig(config.proxies, { dryRun: false, owner: 'config' })
  } catch (error) {
    throw error instanceof FaultlineError ? config.locate(error) : error
  }
}

const isUnder = (at: string, name: string): boolean => `${at}/`.startsWith(`${pointer(['proxies', name])}/`)

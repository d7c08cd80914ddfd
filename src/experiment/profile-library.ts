import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FaultlineError } from '../contract/errors.ts'
import type { Profiles } from '../contract/ports.ts'
import type { ParameterValues, ParameterView, ProfileView } from '../contract/profile-wire.ts'
import { nearest } from '../kernel/nearest.ts'
import type { CheckRules } from './checks/check-kind.ts'
import { LONGEST_PROFILE, parseProfile, writtenProfile } from './parse-profile.ts'
import type { Parameter } from './parameters.ts'
import { durationOf, stagesOf } from './profile.ts'
import type { Profile } from './profile.ts'

/** Beside src and beside dist alike, as in the package. */
export const SHIPPED_PROFILES = fileURLToPath(new URL('../../chaos-profiles/', import.meta.url))

const PROFILE_FILE = /^([A-Za-z0-9][A-Za-z0-9._-]{0,49})\.ya?ml$/
const MOST_PROFILES = 1000

interface ProfileFile {
  readonly name: string
  readonly path: string
  readonly source: ProfileView['source']
}

/** Profiles in folders, each file named after its profile. Read when asked for, so that an edit counts at once. */
export class ProfileLibrary implements Profiles {
  readonly #folders: readonly { readonly path: string; readonly source: ProfileView['source'] }[]

  /** What the settings allow of checks. */
  readonly rules: CheckRules | undefined

  /** @param own the user's folder; a profile in it hides a shipped one of the same name */
  constructor(own: string | undefined, rules?: CheckRules, shipped = SHIPPED_PROFILES) {
    this.rules = rules
    this.#folders = [
      { path: shipped, source: 'shipped' },
      ...(own === undefined ? [] : [{ path: own, source: 'user' as const }]),
    ]
  }

  async list(): Promise<readonly ProfileView[]> {
    const files = await this.#files()
    return Promise.all([...files.values()].map((file) => this.#view(file)))
  }

  async get(name: string): Promise<ProfileView> {
    return this.#view(await this.#find(name))
  }

  /** @throws FaultlineError profile_not_found, invalid_profile with file, line and column of each problem */
  async load(name: string, set: ParameterValues = {}): Promise<Profile> {
    return read(await this.#find(name), this.rules, set)
  }

  /** As it is written, not yet judged. @throws FaultlineError profile_not_found, invalid_profile (no YAML) */
  async written(name: string): Promise<object> {
    const { path } = await this.#find(name)
    const file = basename(path)
    return writtenProfile(file, await textOf(path, file))
  }

  async #find(name: string): Promise<ProfileFile> {
    const files = await this.#files()
    const file = files.get(name)
    if (file !== undefined) return file
    const near = nearest(name, files.keys())
    const hint = near === undefined ? `there are ${[...files.keys()].join(', ')}` : `did you mean ${near}?`
    throw new FaultlineError('profile_not_found', `no profile is called ${JSON.stringify(name.slice(0, 100))}; ${hint}`)
  }

  /** By name, in the order of names. */
  async #files(): Promise<ReadonlyMap<string, ProfileFile>> {
    const found: ProfileFile[] = []
    for (const { path, source } of this.#folders) {
      for (const entry of await entriesOf(path)) {
        const name = PROFILE_FILE.exec(entry)?.[1]
        if (name !== undefined) found.push({ name, path: join(path, entry), source })
      }
    }
    found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    return new Map(found.slice(0, MOST_PROFILES).map((file) => [file.name, file]))
  }

  async #view(file: ProfileFile): Promise<ProfileView> {
    try {
      return profileView(await read(file, this.rules), file.source)
    } catch (error) {
      if (!(error instanceof FaultlineError)) throw error
      const problems = error.problems.length > 0 ? error.problems : [{ pointer: '', message: error.message }]
      return {
        name: file.name,
        description: '',
        source: file.source,
        targets: [],
        duration_ms: 0,
        stages: [],
        problems,
      }
    }
  }
}

async function entriesOf(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path)
  } catch (error) {
    const detail = `the profiles folder ${path} cannot be read: ${(error as Error).message}`
    throw new FaultlineError('invalid_config', detail, { remedy: 'Make the folder, or name another in profiles.' })
  }
}

async function read(
  { name, path }: ProfileFile,
  rules: CheckRules | undefined,
  set: ParameterValues = {},
): Promise<Profile> {
  const file = basename(path)
  const profile = parseProfile(file, await textOf(path, file), set, rules)
  if (profile.name !== name) {
    const message = `${file} holds a profile called ${JSON.stringify(profile.name)}; its name must be that of the file, ${JSON.stringify(name)}`
    throw new FaultlineError('invalid_profile', message, { problems: [{ pointer: '/name', message }] })
  }
  return profile
}

async function textOf(path: string, file: string): Promise<string> {
  const refuse = (why: string): FaultlineError =>
    new FaultlineError('invalid_profile', `${file} cannot be read: ${why}`)
  try {
    // Reading a pipe or a device could last for ever.
    const found = await stat(path)
    if (!found.isFile()) throw refuse('it is no file')
    if (found.size > 4 * LONGEST_PROFILE) throw refuse(`it has ${found.size} bytes, too many for a profile`)
    return await readFile(path, 'utf8')
  } catch (error) {
    throw error instanceof FaultlineError ? error : refuse((error as Error).message)
  }
}

function profileView(
  { name, description, watch, seed, targets, parameters, matrix, stages }: Profile,
  source: ProfileView['source'],
): ProfileView {
  return {
    name,
    description,
    ...(watch === undefined ? {} : { watch }),
    source,
    ...(seed === undefined ? {} : { seed }),
    targets: [...targets.keys()],
    ...(parameters.length === 0 ? {} : { parameters: parameters.map(parameterView) }),
    ...(matrix === undefined ? {} : { matrix }),
    duration_ms: durationOf({ stages }),
    stages: stagesOf({ stages }).map(({ stage, lane, block }) => {
      const times = (stage.repeat ?? 1) * (block?.repeat ?? 1)
      return {
        name: stage.name,
        duration_ms: stage.durationMs,
        faults: stage.faults.length,
        ...(lane === undefined ? {} : { lane }),
        ...(times === 1 ? {} : { repeat: times }),
      }
    }),
  }
}

function parameterView({ name, default: written, description }: Parameter): ParameterView {
  return { name, default: written, ...(description === undefined ? {} : { description }) }
}

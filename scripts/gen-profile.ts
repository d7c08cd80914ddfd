import { readFile } from 'node:fs/promises'
import { ProfileLibrary } from '../src/experiment/profile-library.ts'
import { EDITOR_DEFINITIONS, aimedFaultSchema, profileSchema } from '../src/experiment/profile-schema.ts'
import { hostFaultSchema } from '../src/faults/host-fault-schema.ts'
import type { Generated } from './gen.ts'

/** What editors check a profile against; the daemon's own judgement says more. */
export function profileSchemaFile(): Generated {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'A chaos profile of faultline',
    ...profileSchema({ $ref: '#/definitions/fault' }, { $ref: '#/definitions/host_fault' }),
    definitions: { ...EDITOR_DEFINITIONS, fault: aimedFaultSchema(), host_fault: hostFaultSchema() },
  }
  return { path: 'config/schema/profile.schema.json', text: JSON.stringify(schema) }
}

const BEGIN = '<!-- shipped profiles: npm run gen -->'
const END = '<!-- end of shipped profiles -->'
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** The table of shipped profiles in docs/profiles.md, out of the profiles themselves; the rest of the page stays. */
export async function profilesDocs(): Promise<Generated> {
  const path = 'docs/profiles.md'
  const page = await readFile(new URL(`../${path}`, import.meta.url), 'utf8')
  const [before, rest] = page.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${path} lacks its marks for the shipped profiles`)
  const profiles = await new ProfileLibrary(undefined).list()
  const rows = profiles.map(({ name, duration_ms, targets, description, watch = '' }) => [
    `\`${name}\``,
    `${duration_ms / 1000} s`,
    targets.map((target) => `\`${target}\``).join(', '),
    description,
    watch,
  ])
  const head = ['profile', 'lasts', 'targets', 'what goes wrong', 'what to watch']
  const table = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')
  return { path, text: `${before}${BEGIN}\n\n${table}\n\n${END}${after}` }
}
